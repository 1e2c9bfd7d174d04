#include "verify/call_marks.h"

#include <algorithm>

#include "verify/cells.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::CallLeg;

int32_t Short(int64_t ms) { return static_cast<int32_t>(Span(ms)); }

void AddSpeech(const Call& call, CallMarks& marks) {
  const int32_t agent_ms = Short(call.speech().agent_ms());
  const int32_t customer_ms = Short(call.speech().customer_ms());
  const int32_t silence_ms = Short(call.speech().silence_ms());
  const int32_t both_ms = Short(call.speech().overlap_ms());
  // Both can't speak longer than either does.
  if (both_ms > agent_ms || both_ms > customer_ms) return;
  marks.recorded_ms = agent_ms + customer_ms + silence_ms - both_ms;
  marks.agent_ms = agent_ms;
  marks.customer_ms = customer_ms;
  marks.silence_ms = silence_ms;
}

}  // namespace

CallMarks MarksOf(const Call& call) {
  CallMarks marks;
  if (call.has_resolved()) marks.resolved = call.resolved() ? 1 : 2;
  for (const CallLeg& leg : call.legs()) {
    if (Moment(leg.answered_at()) == 0) continue;
    marks.highest_line = std::max(marks.highest_line, static_cast<int32_t>(UpTo(leg.line(), 255)));
    const bool passed_on = leg.transfer() == CallLeg::BLIND || leg.transfer() == CallLeg::CONSULT;
    marks.hand_offs += passed_on ? 1 : 0;
  }
  AddSpeech(call, marks);
  return marks;
}

MarkSums& MarkSums::operator+=(const CallMarks& marks) {
  const bool told = marks.resolved != 0;
  const bool yes = marks.resolved == 1;
  flagged += told ? 1 : 0;
  resolved += yes ? 1 : 0;
  if (marks.highest_line != 0) {
    ++lines_known;
    first_line_alone += marks.highest_line == 1 ? 1 : 0;
    flagged_with_line += told ? 1 : 0;
    resolved_by_first_line += yes && marks.highest_line == 1 ? 1 : 0;
  }
  if (marks.recorded_ms == 0) return *this;
  ++recorded;
  recorded_ms += marks.recorded_ms;
  agent_ms += marks.agent_ms;
  customer_ms += marks.customer_ms;
  silence_ms += marks.silence_ms;
  return *this;
}

MarkSums& MarkSums::operator+=(const MarkSums& other) {
  flagged += other.flagged;
  resolved += other.resolved;
  lines_known += other.lines_known;
  first_line_alone += other.first_line_alone;
  flagged_with_line += other.flagged_with_line;
  resolved_by_first_line += other.resolved_by_first_line;
  recorded += other.recorded;
  recorded_ms += other.recorded_ms;
  agent_ms += other.agent_ms;
  customer_ms += other.customer_ms;
  silence_ms += other.silence_ms;
  return *this;
}

}  // namespace clientele::verify
