// The public figures, computed from the tellings that count: plain sums by tenant, day and group,
// and each metric's own formula over them. Written down a second time on purpose (docs/metrics.md).
// One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "base/uuid.h"
#include "clientele/event/v1/event.pb.h"
#include "verify/call_marks.h"
#include "verify/contact_sums.h"
#include "verify/cost_rows.h"
#include "verify/customer_rows.h"
#include "verify/formula.h"
#include "verify/score_rows.h"
#include "verify/ties.h"
#include "verify/voice_figures.h"
#include "verify/wanted_rows.h"
#include "verify/workforce_rows.h"

namespace clientele::verify {

// Names as small numbers; of one partition.
class Names {
 public:
  uint32_t Number(const std::string& name);
  [[nodiscard]] const std::string& Name(uint32_t number) const { return names_[number]; }

 private:
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<std::string> names_;
};

// Days since 1970 (UTC); 0: not told.
struct CallFacts {
  uint32_t tenant = 0;
  uint32_t queue = 0;
  int32_t queued_day = 0;
  int32_t occurred_day = 0;
  int32_t end = 0;        // event::v1::Call::End
  bool outbound = false;  // else inbound
  base::Uuid customer;    // zero: nobody known
  CallWork work;
  CallMarks marks;
};

// A purchase, return, payment or churn of a real customer.
struct CustomerFacts {
  uint32_t tenant = 0;
  uint32_t currency = 0;
  int32_t day = 0;
  int32_t kind = 0;     // event::v1::Touchpoint::Kind
  int32_t reason = 0;   // event::v1::Reason::Code
  base::Uuid customer;  // zero: nobody known
  base::Hash128 order;  // of its id or, without one, the touchpoint's
  bool margin_told = false;
  Amounts amounts;
};

// A cost, or what an initiative is to cost.
struct SpendingFacts {
  uint32_t tenant = 0;
  uint32_t currency = 0;
  bool planned = false;
  Spending spending;
};

// Of a real customer.
struct TieFacts {
  uint32_t tenant = 0;
  Tie tie;
};

struct ScoreFacts {
  uint32_t tenant = 0;
  int32_t day = 0;
  ScoreSums sums;
};

struct TrainingFacts {
  uint32_t tenant = 0;
  int32_t day = 0;
  TrainingSums sums;
};

// What a telling adds to figures; nothing if it counts in none.
using Fact = std::variant<CallFacts, CustomerFacts, SpendingFacts, InteractionFacts, TieFacts,
                          VoiceFacts, ScoreFacts, TrainingFacts, ContactFacts, CaseFacts>;
[[nodiscard]] std::vector<Fact> FactsOf(const event::v1::Event& event, Names& names);

struct Sums {
  int64_t offered = 0;
  int64_t answered = 0;
  int64_t abandoned = 0;
  int64_t flowed_out = 0;
  int64_t voicemail = 0;
  int64_t callback = 0;
  int64_t in_time = 0;
  int64_t short_abandoned = 0;
  int64_t waited = 0;  // answered ones whose wait is known
  int64_t wait_ms = 0;
  int64_t offered_waited = 0;  // offered ones whose wait is known
  int64_t offered_wait_ms = 0;
  int64_t worked = 0;  // answered ones with legs
  int64_t talk_ms = 0;
  int64_t hold_ms = 0;
  int64_t wrap_ms = 0;
  int64_t transferred = 0;  // of them
  int64_t hops = 0;
  int64_t blocked = 0;
  int64_t attempts = 0;
  int64_t hand_offs = 0;
  int64_t dialled = 0;  // outbound
  int64_t connected = 0;
  int64_t purchases = 0;
  int64_t returns = 0;
  int64_t payments = 0;
  int64_t purchased_minor = 0;
  int64_t returned_minor = 0;  // below 0
  int64_t paid_minor = 0;
  int64_t margins = 0;  // purchases and returns whose margin is told
  int64_t margin_minor = 0;
  int64_t churned = 0;
  int64_t churned_with_reason = 0;
  int64_t churned_for_service = 0;
  int64_t touches = 0;
  int64_t costs = 0;  // that reach into the day
  int64_t cost_minor = 0;
  int64_t plans = 0;
  int64_t planned_minor = 0;
  // Each on its first day alone: over many days these say how many there are.
  int64_t costs_begun = 0;
  int64_t plans_begun = 0;
  ScoreSums scores;
  MarkSums marks;
  TrainingSums trainings;
  // As they come; of facts whose wait, or customer, is known.
  std::vector<int64_t> answered_waits_ms;
  std::vector<base::Uuid> customers;
  std::vector<base::Uuid> answered_customers;
  std::vector<base::Hash128> orders;
  std::vector<base::Uuid> churned_customers;
  VoiceSums voice;
  ContactSums contacts;
  // Whether an answer must have a row of them.
  [[nodiscard]] bool any() const {
    return offered + purchases + returns + payments + churned + touches + costs + plans +
               voice.of(VoiceCount::kAmounts) + contacts.compensations !=
           0;
  }
  Sums& operator+=(const Sums& other);
  bool operator==(const Sums&) const = default;
};

// Metrics that are asked for together: they have one dimension in common that they are checked by.
enum class Family : uint8_t { kCalls, kMoney, kCounts, kVoice };
// queue, currency or none.
[[nodiscard]] std::string_view DimensionOf(Family family);
// Whether it has figures without that dimension: amounts of several currencies have none.
[[nodiscard]] bool HasTotals(Family family);
inline constexpr Family kFamilies[] = {Family::kCalls, Family::kMoney, Family::kCounts,
                                       Family::kVoice};

// The first day that a request may ask for: 1971-01-01.
inline constexpr int32_t kFirstDay = 365;

class Figures {
 public:
  struct Cell {
    std::string tenant;
    Family family = Family::kCalls;
    int32_t day = 0;
    std::string group;  // value of the family's dimension
    auto operator<=>(const Cell&) const = default;
  };
  void Add(const Fact& fact, const Names& names);
  // After all facts, once: from here on every customer is the one who stands for all of its
  // pseudonyms.
  void ResolveCustomers();
  [[nodiscard]] const std::map<Cell, Sums>& cells() const { return cells_; }
  [[nodiscard]] std::set<std::string> Tenants() const;

 private:
  void AddCall(const CallFacts& facts, const Names& names);
  void AddCustomer(const CustomerFacts& facts, const Names& names);
  void AddSpending(const SpendingFacts& facts, const Names& names);
  void AddVoice(const VoiceFacts& facts, const Names& names);
  void AddInteraction(const InteractionFacts& facts, const Names& names);
  void AddCase(const CaseFacts& facts, const Names& names);

  std::map<Cell, Sums> cells_;
  People people_;
};

// How a figure comes from sums.
struct Formula {
  std::string_view metric;
  std::string_view variant;
  Wanted (*of)(const Sums&);
};
// Those of voice; but for the amount by currency.
[[nodiscard]] std::span<const Formula> VoiceFormulas();
[[nodiscard]] Wanted PromisedAmountGap(const Sums& sums);
// By its own formula; nothing if verify does not know the metric.
[[nodiscard]] std::optional<Wanted> FigureOf(std::string_view metric, std::string_view variant,
                                             const Sums& sums);
// Nothing if verify does not know the metric.
[[nodiscard]] std::optional<Family> FamilyOf(std::string_view metric);
// Of blocked calls, which reached no queue.
[[nodiscard]] bool MeansNothingByQueue(std::string_view metric);
// Of what is spread over stretches of time: it has figures for days after the mark, too.
[[nodiscard]] bool IsKnownAhead(std::string_view metric);

}  // namespace clientele::verify
