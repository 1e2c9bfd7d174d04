// What customers do besides talking: they come through a channel, visit, fill carts, order,
// receive, return, review, sign contracts and leave. One thread.
#pragma once

#include <string>

#include "app/simulate/words.h"
#include "app/simulate/world.h"

namespace clientele::app::simulate {

class Commerce {
 public:
  explicit Commerce(World& world) : world_(world) {}

  void Tell(int day);

 private:
  struct Basket {
    const Article* article = nullptr;
    int quantity = 1;
    [[nodiscard]] int64_t amount() const { return article->price_minor * quantity; }
    [[nodiscard]] int64_t margin() const {
      return static_cast<int64_t>(static_cast<double>(amount()) * article->margin);
    }
  };
  struct Order {
    std::string id;
    int customer = 0;
    int64_t at = 0;
    Basket basket;
    std::string campaign;
  };

  void TellVisits(int day, Random& random);
  void TellVisit(int customer, int64_t at, const Acquisition* acquisition, Random& random);
  void TellComing(int customer, int day, Random& random);
  void TellGoing(int customer, int day, Random& random);
  void TellOrder(int customer, int64_t at, const std::string& campaign, Random& random);
  void TellConfirmation(const Order& order, Random& random);
  void TellDelivery(const Order& order, Random& random);
  void TellAfterwards(const Order& order, int64_t delivered_at, bool late, Random& random);
  void TellReturn(const Order& order, int64_t at, Random& random);
  void TellReview(const Order& order, int64_t at, bool late, Random& random);
  void TellBusiness(int customer, int day, Random& random);
  void TellContract(int customer, int64_t at, int64_t mrr_minor, Random& random);
  void TellCare(int day, Random& random);

  // With an id of its own.
  EventHandle Draft(const char* system, event::v1::Touchpoint::Kind kind,
                    event::v1::Channel::Value channel, int64_t at);
  EventHandle DraftOf(const Order& order, const char* system, event::v1::Touchpoint::Kind kind,
                      event::v1::Channel::Value channel, int64_t at);
  [[nodiscard]] const Employee& Manager(int customer) const;
  [[nodiscard]] int64_t At(int day, Random& random) const;

  World& world_;
};

}  // namespace clientele::app::simulate
