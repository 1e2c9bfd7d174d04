// The public figures, computed from the calls that count: plain sums by tenant, day and queue, and
// each metric's own formula over them. Written down a second time on purpose (docs/metrics.md). One
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/uuid.h"
#include "clientele/event/v1/event.pb.h"
#include "verify/wanted_rows.h"

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
  int32_t end = 0;       // event::v1::Call::End
  bool counted = false;  // inbound, of a real customer
  base::Uuid customer;   // zero: nobody known
  CallWork work;
};
[[nodiscard]] CallFacts FactsOf(const event::v1::Event& event, const CallWork& work, Names& names);

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
  // As they come; of calls whose wait, or customer, is known.
  std::vector<int64_t> answered_waits_ms;
  std::vector<base::Uuid> customers;
  std::vector<base::Uuid> answered_customers;
  Sums& operator+=(const Sums& other);
  bool operator==(const Sums&) const = default;
};

class Figures {
 public:
  struct Cell {
    std::string tenant;
    int32_t day = 0;
    std::string queue;
    auto operator<=>(const Cell&) const = default;
  };
  void Add(const CallFacts& facts, const Names& names);
  [[nodiscard]] const std::map<Cell, Sums>& cells() const { return cells_; }
  [[nodiscard]] std::set<std::string> Tenants() const;

 private:
  std::map<Cell, Sums> cells_;
};

// A figure: its value in the metric's unit, none where there is no data, and its n.
struct Wanted {
  std::optional<double> value;
  double n = 0;
};
// By its own formula; nothing if verify does not know the metric.
[[nodiscard]] std::optional<Wanted> FigureOf(std::string_view metric, std::string_view variant,
                                             const Sums& sums);
// Of blocked calls, which reached no queue.
[[nodiscard]] bool MeansNothingByQueue(std::string_view metric);

}  // namespace clientele::verify
