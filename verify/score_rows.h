// What the rows of quality must be, written down a second time on purpose. Pure functions, any
// thread.
#pragma once

#include <cstdint>

#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"

namespace clientele::verify {

// The event tells a score.
void EvaluationRow(const event::v1::Event& event, Row& row);
// Of the item with this place, from 0.
void EvaluationItemRow(const event::v1::Event& event, int place, Row& row);

// What an evaluation adds to figures that need no scorecard; nothing if it is a test.
struct ScoreSums {
  int64_t handed_in = 0;  // not of calibration
  int64_t disputed = 0;   // of them
  int64_t decided = 0;
  int64_t overturned = 0;
  int64_t done = 0;   // by people, of calibration too
  int64_t timed = 0;  // of them
  int64_t spent_ms = 0;
  ScoreSums& operator+=(const ScoreSums& other);
  bool operator==(const ScoreSums&) const = default;
};
[[nodiscard]] ScoreSums ScoreSumsOf(const event::v1::Event& event);

}  // namespace clientele::verify
