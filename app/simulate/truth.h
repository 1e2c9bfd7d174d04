// What the figures must come to: kept while the sample is made, from what was planned for each call
// and order, not from the events that go out. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/simulate/outbox.h"
#include "app/simulate/timeline.h"
#include "clientele/event/v1/event.pb.h"

namespace clientele::app::simulate {

// Real inbound calls; by the local day of queued_at, the blocked ones (never queued) of
// occurred_at. Sums in milliseconds, over the answered ones and all their legs.
struct ServiceTruth {
  int64_t offered = 0;
  int64_t answered = 0;
  int64_t abandoned = 0;
  int64_t short_abandoned = 0;  // waited less than 5 s
  int64_t flowed_out = 0;       // voicemail and callback included
  int64_t blocked = 0;
  int64_t answered_in_20s = 0;  // 20.000 s included
  int64_t wait_ms = 0;
  int64_t talk_ms = 0;
  int64_t hold_ms = 0;
  int64_t wrap_ms = 0;

  bool operator==(const ServiceTruth&) const = default;
  void Add(const ServiceTruth& other);
};

struct DayTruth {
  ServiceTruth calls;
  std::map<std::string, ServiceTruth> by_queue;
  int64_t purchases = 0;       // by occurred_at
  int64_t revenue_minor = 0;   // PURCHASE
  int64_t returned_minor = 0;  // RETURN
};

struct SentTruth {
  static constexpr size_t kKinds = 64;
  std::array<int64_t, kKinds> by_kind{};  // by the payload's field number
  int64_t all = 0;
  int64_t duplicates = 0;
  int64_t late = 0;
  int64_t corrections = 0;
  int64_t mystery = 0;      // calls and visits of the mystery shopper, each once
  int64_t correctable = 0;  // first tellings of calls and touchpoints that have an id
};

class Truth {
 public:
  explicit Truth(const Timeline& timeline)
      : timeline_(timeline), days_(static_cast<size_t>(timeline.days())) {}

  // The counting telling of an entity, once it is known what will be told of it before the end.
  void Count(const event::v1::Event& event);
  // What goes out.
  void CountSent(const event::v1::Event& event, const Origin& origin);
  void CountCorrectable() { ++sent_.correctable; }

  [[nodiscard]] const std::vector<DayTruth>& days() const { return days_; }
  [[nodiscard]] const SentTruth& sent() const { return sent_; }
  [[nodiscard]] const Timeline& timeline() const { return timeline_; }

 private:
  void CountCall(const event::v1::Event& event);
  void CountTouchpoint(const event::v1::Event& event);

  const Timeline& timeline_;
  std::vector<DayTruth> days_;
  SentTruth sent_;
};

}  // namespace clientele::app::simulate
