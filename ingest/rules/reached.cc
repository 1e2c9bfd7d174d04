#include "ingest/rules/reached.h"

#include "ingest/rules/rule.h"

namespace clientele::ingest::rules {
namespace {

using event::v1::AgentState;
using event::v1::Call;
using event::v1::CallLeg;
using event::v1::Case;
using event::v1::Event;
using event::v1::Incident;
using event::v1::Score;
using event::v1::Survey;
using event::v1::Touchpoint;

// A field that holds such a moment.
template <typename Message>
struct Reached {
  const char* field;
  int64_t (Message::*get)() const;
};

constexpr Reached<Call> kCall[] = {
    {"queued_at", &Call::queued_at},
    {"answered_at", &Call::answered_at},
    {"ended_at", &Call::ended_at},
};
constexpr Reached<CallLeg> kLeg[] = {
    {"started_at", &CallLeg::started_at},
    {"answered_at", &CallLeg::answered_at},
    {"ended_at", &CallLeg::ended_at},
};
constexpr Reached<Touchpoint> kTouchpoint[] = {
    {"reply_at", &Touchpoint::reply_at},
};
constexpr Reached<Case> kCase[] = {
    {"opened_at", &Case::opened_at},
    {"first_response_at", &Case::first_response_at},
    {"resolved_at", &Case::resolved_at},
};
constexpr Reached<Score> kScore[] = {
    {"submitted_at", &Score::submitted_at}, {"disputed_at", &Score::disputed_at},
    {"decided_at", &Score::decided_at},     {"acknowledged_at", &Score::acknowledged_at},
    {"coached_at", &Score::coached_at},
};
constexpr Reached<Survey> kSurvey[] = {
    {"sent_at", &Survey::sent_at},       {"delivered_at", &Survey::delivered_at},
    {"bounced_at", &Survey::bounced_at}, {"started_at", &Survey::started_at},
    {"partial_at", &Survey::partial_at}, {"completed_at", &Survey::completed_at},
    {"expired_at", &Survey::expired_at},
};
constexpr Reached<AgentState> kAgentState[] = {
    {"from", &AgentState::from},
    {"to", &AgentState::to},
};
constexpr Reached<Incident> kIncident[] = {
    {"from", &Incident::from},
    {"to", &Incident::to},
};

Status NotAhead(std::string field, int64_t moment, int64_t now) {
  if (moment <= now + kMostAhead) return {};
  return FailField(std::move(field),
                   "{}: has happened, must be at most 5 minutes after the server's {}", moment,
                   now);
}

template <typename Message>
Status AllReached(std::span<const Reached<Message>> table, const Message& message, int64_t now) {
  for (const auto& [field, get] : table) {
    if (Status status = NotAhead(field, (message.*get)(), now); !status) return status;
  }
  return {};
}

// The moments of a repeated field rise: its last one tells of all.
Status LastReached(const char* field, const google::protobuf::RepeatedField<int64_t>& moments,
                   int64_t now) {
  if (moments.empty()) return {};
  return NotAhead(fmt::format("{}[{}]", field, moments.size() - 1), *moments.rbegin(), now);
}

Status CallReached(const Call& call, int64_t now) {
  if (Status status = AllReached<Call>(kCall, call, now); !status) return status;
  for (int i = 0; i < call.legs_size(); ++i) {
    Status status = AllReached<CallLeg>(kLeg, call.legs(i), now);
    if (!status) return Within(fmt::format("legs[{}]", i), std::move(status.error()));
  }
  return {};
}

Status CaseReached(const Case& a_case, int64_t now) {
  if (Status status = AllReached<Case>(kCase, a_case, now); !status) return status;
  if (Status status = LastReached("informed_at", a_case.informed_at(), now); !status) return status;
  return LastReached("reopened_at", a_case.reopened_at(), now);
}

}  // namespace

Status CheckReached(const Event& event, int64_t now) {
  switch (event.payload_case()) {
    case Event::kTouchpoint:
      return AllReached<Touchpoint>(kTouchpoint, event.touchpoint(), now);
    case Event::kCall:
      return CallReached(event.call(), now);
    case Event::kCase:
      return CaseReached(event.case_(), now);
    case Event::kScore:
      return AllReached<Score>(kScore, event.score(), now);
    case Event::kSurvey:
      return AllReached<Survey>(kSurvey, event.survey(), now);
    case Event::kAgentState:
      return AllReached<AgentState>(kAgentState, event.agent_state(), now);
    case Event::kIncident:
      return AllReached<Incident>(kIncident, event.incident(), now);
    default:
      return {};
  }
}

}  // namespace clientele::ingest::rules
