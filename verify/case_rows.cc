#include "verify/case_rows.h"

#include <set>
#include <utility>
#include <vector>

#include "verify/cells.h"

namespace clientele::verify {
namespace {

using event::v1::Case;
using event::v1::Event;

constexpr int64_t kNeverMicros = 7'258'118'400'000'000;  // 2200-01-01

// (number of the step, moment), of those that are told.
using Steps = std::vector<std::pair<int64_t, int64_t>>;

Steps StepsOf(const Case& ticket) {
  Steps steps = {{1, ticket.opened_at()}, {2, ticket.first_response_at()}};
  for (const int64_t at : ticket.informed_at()) steps.emplace_back(3, at);
  steps.emplace_back(4, ticket.resolved_at());
  for (const int64_t at : ticket.reopened_at()) steps.emplace_back(5, at);
  std::erase_if(steps, [](const auto& step) { return Moment(step.second) == 0; });
  return steps;
}

int64_t Times(const Steps& steps, int64_t number) {
  size_t times = 0;
  for (const auto& [step, at] : steps) times += step == number ? 1 : 0;
  return Most(times);
}

}  // namespace

uint32_t CaseMomentCount(const Case& ticket) {
  return static_cast<uint32_t>(StepsOf(ticket).size());
}

CaseCourse CourseOf(const Case& ticket) {
  const Steps steps = StepsOf(ticket);
  const int64_t resolved = Moment(ticket.resolved_at());
  CaseCourse course;
  course.opened_at = Moment(ticket.opened_at());
  course.times_reopened = Times(steps, 5);
  course.was_resolved = resolved != 0 || course.times_reopened > 0;
  course.closed = resolved != 0;
  for (const auto& [step, at] : steps) {
    if (step == 5 && at > resolved) course.closed = false;
  }
  course.closed_at = course.closed ? resolved : kNeverMicros;
  if (!course.closed || course.opened_at == 0 || resolved < course.opened_at) return course;
  course.resolution_ms = (resolved - course.opened_at) / 1'000;
  std::set<int64_t> within;
  for (const auto& [step, at] : steps) {
    if (at >= course.opened_at && at <= resolved) within.insert(at);
  }
  int64_t longest = 0;
  int64_t last = course.opened_at;
  for (const int64_t at : within) {
    longest = std::max(longest, at - last);
    last = at;
  }
  course.longest_gap_ms = longest / 1'000;
  return course;
}

void CaseRow(const Event& event, Row& row) {
  const Case& ticket = event.case_();
  const Steps steps = StepsOf(ticket);
  const CaseCourse course = CourseOf(ticket);
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("case_id", event.entity_id())
      .Text("type", ticket.type())
      .Text("priority", ticket.priority())
      .Text("topic", ticket.topic())
      .Number("opened_at", course.opened_at)
      .Number("first_response_at", Moment(ticket.first_response_at()))
      .Number("resolved_at", Moment(ticket.resolved_at()))
      .Number("due_at", Moment(ticket.due_at()))
      .Number("closed_at", course.closed_at)
      .Number("resolution_ms", course.resolution_ms)
      .Number("longest_gap_ms", course.longest_gap_ms)
      .Number("times_informed", Times(steps, 3))
      .Number("times_reopened", course.times_reopened)
      .Text("state", ticket.state())
      .Text("root_cause", ticket.root_cause())
      .Number("fault_side", UpTo(ticket.fault_side(), Case::THIRD))
      .Number("compensation_told", ticket.has_compensation_minor() ? 1 : 0)
      .Number("compensation_minor", Minor(ticket.compensation_minor()))
      .Text("currency", ticket.currency())
      .Text("owner", ticket.owner())
      .Text("team", ticket.team());
}

void CaseMomentRow(const Event& event, uint32_t index, Row& row) {
  const Case& ticket = event.case_();
  const Steps steps = StepsOf(ticket);
  const auto [step, at] = index < steps.size() ? steps[index] : Steps::value_type{};
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("case_id", event.entity_id())
      .Number("step", step)
      .Number("at", at)
      .Text("type", ticket.type())
      .Text("priority", ticket.priority())
      .Text("topic", ticket.topic())
      .Text("owner", ticket.owner())
      .Text("team", ticket.team());
}

}  // namespace clientele::verify
