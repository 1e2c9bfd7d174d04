// Tables of rules of the values that several kinds use.
#pragma once

#include "clientele/event/v1/values.pb.h"
#include "ingest/rules/rule.h"

namespace clientele::ingest::rules {

using event::v1::Channel;
using event::v1::Money;
using event::v1::Period;
using event::v1::Subject;

inline constexpr size_t kMostFreeText = 16'384;

// Free text comes in clear; what is sealed comes from ingest alone.
[[nodiscard]] inline Status FreeText(const event::v1::Text& text) {
  if (text.has_sealed()) {
    return FailField("sealed", "set: is made by ingest alone; send the text as `clear`");
  }
  return CheckText("clear", text.clear(), kMostFreeText, false);
}
inline constexpr Rule<event::v1::Text> kTextRules[] = {FreeText};

inline constexpr Rule<Money> kMoneyRules[] = {
    Minor<"amount_minor", &Money::amount_minor, true>,
    Currency<"currency", &Money::currency, kRequired>,
    Minor<"margin_minor", &Money::margin_minor, true>,
    Text<"method", &Money::method, 64>,
};

inline constexpr Rule<Period> kPeriodRules[] = {
    Moment<"from", &Period::from, kRequired>,
    Moment<"to", &Period::to, kRequired>,
    Above<"from", &Period::from, "to", &Period::to>,
};

[[nodiscard]] inline Status SubjectKind(const Subject& subject) {
  if (subject.entity_id().empty() || subject.kind() != Subject::KIND_UNSPECIFIED) return {};
  return CheckChoice("kind", 0, Subject::Kind_IsValid, Subject::Kind_descriptor, kRequired);
}
inline constexpr Rule<Subject> kSubjectRules[] = {
    Choice<"kind", &Subject::kind, Subject::Kind_IsValid>,
    Id<"entity_id", &Subject::entity_id>,
    SubjectKind,
};

}  // namespace clientele::ingest::rules
