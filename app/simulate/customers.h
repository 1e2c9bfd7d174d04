// The customers of the sample: when they come, through which channel, when they go, and what they
// are known by. All phone numbers have the area code 000, all mail addresses end in example.com:
// they belong to nobody. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/simulate/options.h"
#include "app/simulate/random.h"
#include "app/simulate/timeline.h"
#include "clientele/event/v1/event.pb.h"

namespace clientele::app::simulate {

struct Acquisition {
  event::v1::Channel::Value channel;
  std::string_view name;      // of the channel
  std::string_view campaign;  // empty: none
  double share;               // of the customers
  double monthly_churn;       // true value
  double orders;              // against the mean
  int64_t cost_minor;         // spent for each new customer
};

struct Customer {
  int acquired_day = 0;  // below 0: before the sample
  int churned_day = 0;   // the sample's length or more: stays
  uint8_t acquisition = 0;
  bool business = false;
  uint8_t tier = 0;  // 0 basic, 1 silver, 2 gold
  float activity = 1;
  uint32_t orders = 0;  // so far
};

class Customers {
 public:
  static constexpr int kAcquisitions = 5;
  [[nodiscard]] static const Acquisition& AcquisitionAt(size_t index);

  Customers(const Options& options, const Timeline& timeline);

  [[nodiscard]] int count() const { return static_cast<int>(all_.size()); }
  [[nodiscard]] const Customer& At(int index) const { return all_[static_cast<size_t>(index)]; }
  [[nodiscard]] uint32_t NextOrder(int index) { return ++all_[static_cast<size_t>(index)].orders; }
  // Those who come or go that day.
  [[nodiscard]] const std::vector<int>& AcquiredOn(int day) const;
  [[nodiscard]] const std::vector<int>& ChurnedOn(int day) const;
  // Moves to that day: days in order, each once.
  void Begin(int day);
  [[nodiscard]] const std::vector<int>& active() const { return active_; }
  // An active customer, the lively ones more often.
  [[nodiscard]] int PickActive(Random& random) const;

  [[nodiscard]] static std::string Phone(int index);
  // As people write it: normalises to the same.
  [[nodiscard]] static std::string PhoneAsWritten(int index);
  [[nodiscard]] static std::string Mail(int index);
  [[nodiscard]] static std::string Crm(int index);
  [[nodiscard]] static std::string Cookie(int index);
  [[nodiscard]] static std::string Messenger(int index);

 private:
  void Remove(int index);

  std::vector<Customer> all_;
  std::vector<std::vector<int>> acquired_on_;
  std::vector<std::vector<int>> churned_on_;
  std::vector<int> active_;
  std::vector<int> place_;  // in active_, -1 = not in it
};

// Who the event is about. May be called several times: the first is the primary.
void Identify(event::v1::Event& event, event::v1::Identifier::Type type, std::string value);

}  // namespace clientele::app::simulate
