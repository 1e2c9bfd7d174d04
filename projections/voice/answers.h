// What an answer to a question of a survey says, by its scale. Pure; any thread.
#pragma once

#include <cstdint>

#include "clientele/event/v1/event.pb.h"

namespace clientele::projections::voice {

// What is not told, is no number or lies outside the scale is not there: its flag is false and its
// values are 0.
struct Answer {
  // The greatest value of the scale; 0 if the scale is not known.
  uint8_t best = 0;
  bool told = false;
  double answer = 0;
  // The same, turned where the low end is the good one: the greatest is the best.
  double rated = 0;
  // SERVQUAL_7: what was expected and what was found.
  bool gap_told = false;
  double expectation = 0;
  double perception = 0;
  // Perception - expectation, both turned where the low end is the good one.
  double gap = 0;
  bool importance_told = false;
  double importance = 0;
};

[[nodiscard]] Answer AnswerOf(const event::v1::Survey& survey);

}  // namespace clientele::projections::voice
