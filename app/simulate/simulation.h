// Makes the sample company's events, in the order in which they became known. Memory is bounded by
// the days that lie ahead, not by the length of the sample. One thread.
#pragma once

#include <functional>
#include <memory>

#include "app/simulate/company.h"
#include "app/simulate/customers.h"
#include "app/simulate/outbox.h"
#include "app/simulate/teller.h"
#include "app/simulate/timeline.h"
#include "app/simulate/truth.h"

namespace clientele::app::simulate {

// What was planted beside the figures by day.
struct Planted {
  int wrong_merges = 0;
  int unlinked = 0;
};

class Simulation {
 public:
  // INVALID_ARGUMENT: a bad option, named.
  [[nodiscard]] static base::Result<std::unique_ptr<Simulation>> Make(const Options& options);

  // Once. `on_day(days done, of days)` after each day.
  [[nodiscard]] base::Status Run(EventSink& sink, const std::function<void(int, int)>& on_day);

  // Complete after Run.
  [[nodiscard]] const Truth& truth() const { return truth_; }
  [[nodiscard]] const Planted& planted() const { return planted_; }
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] const Timeline& timeline() const { return timeline_; }
  [[nodiscard]] const Company& company() const { return company_; }
  [[nodiscard]] const Customers& customers() const { return customers_; }

 private:
  Simulation(const Options& options, Timeline timeline);

  const Options options_;
  const Timeline timeline_;
  const Company company_;
  Customers customers_;
  Outbox outbox_;
  Truth truth_;
  Teller teller_;
  Planted planted_;
};

}  // namespace clientele::app::simulate
