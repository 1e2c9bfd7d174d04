// What the rows of workforce must be, and what trainings add to figures, written down a second time
// on purpose. Pure functions, any thread.
#pragma once

#include <cstdint>

#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"

namespace clientele::verify {

// The event tells a person's state.
void AgentStateRow(const event::v1::Event& event, Row& row);
// The event tells a training.
void TrainingRow(const event::v1::Event& event, Row& row);

// Of trainings; of one as well.
struct TrainingSums {
  int64_t trainings = 0;
  int64_t decided = 0;
  int64_t passed = 0;
  int64_t scored = 0;
  int64_t score_thousandths = 0;
  TrainingSums& operator+=(const TrainingSums& other);
  bool operator==(const TrainingSums&) const = default;
};
[[nodiscard]] TrainingSums SumsOf(const event::v1::Training& training);

}  // namespace clientele::verify
