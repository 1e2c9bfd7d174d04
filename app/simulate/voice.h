// What customers say when they are asked: after a contact, and about the relation as a whole. Every
// step of a response (sent, delivered, completed ...) is a higher revision. One thread.
#pragma once

#include <string>

#include "app/simulate/world.h"

namespace clientele::app::simulate {

class Voice {
 public:
  explicit Voice(World& world) : world_(world) {}

  void Tell(int day);

 private:
  // How a response went, the same for all of its questions.
  struct Response {
    std::string id;
    int customer = 0;
    bool by_mail = false;
    int64_t sent_at = 0;
    int64_t delivered_at = 0;
    int64_t bounced_at = 0;
    int64_t started_at = 0;
    int64_t partial_at = 0;
    int64_t completed_at = 0;
    int64_t expired_at = 0;
  };

  void TellAfterContact(int day, const Contact& contact, Random& random);
  void TellRelation(int day, int customer, Random& random);
  Response Plan(int customer, int64_t sent_at, double answers, Random& random);
  [[nodiscard]] double Satisfied(int day, const Contact& contact) const;
  // All steps of one question; `asked` holds the question and its answer.
  void TellSteps(const Response& response, const event::v1::Survey& asked);

  World& world_;
  uint64_t next_response_ = 0;
};

}  // namespace clientele::app::simulate
