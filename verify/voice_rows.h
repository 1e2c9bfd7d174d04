// What the rows of voice must be, written down a second time on purpose. Pure functions, any
// thread.
#pragma once

#include <cstdint>
#include <optional>

#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"

namespace clientele::verify {

// What a question of a survey comes to. Values that its scale does not have are unset.
struct Opinion {
  int64_t best = 0;             // the scale's; 0: not known
  std::optional<double> said;   // as told
  std::optional<double> rated;  // the greatest is the best
  std::optional<double> expected;
  std::optional<double> found;
  std::optional<double> gap;  // above 0 is good
  std::optional<double> importance;
};
[[nodiscard]] Opinion OpinionOf(const event::v1::Survey& survey);

// A promise that has come to its end.
struct Kept {
  int64_t kind = 0;  // 1 delivered, 2 resolved
  int64_t due_at = 0;
  int64_t done_at = 0;
  int64_t early_ms = 0;
  bool amount_promised = false;
  int64_t promised_minor = 0;
  int64_t paid_minor = 0;
};
[[nodiscard]] std::optional<Kept> KeptOf(const event::v1::Event& event);

[[nodiscard]] bool IsReview(const event::v1::Event& event);
// A rating within its scale.
[[nodiscard]] bool IsRated(const event::v1::Event& review);
// A touchpoint, or a call that is not between employees.
[[nodiscard]] bool IsInteraction(const event::v1::Event& event);

// The event tells a question of a survey; a review; a promise that has an end; one of an amount; an
// interaction.
void SurveyQuestionRow(const event::v1::Event& event, Row& row);
void ReviewRow(const event::v1::Event& event, Row& row);
void PromiseRow(const event::v1::Event& event, Row& row);
void PromisedAmountRow(const event::v1::Event& event, Row& row);
void InteractionRow(const event::v1::Event& event, Row& row);

}  // namespace clientele::verify
