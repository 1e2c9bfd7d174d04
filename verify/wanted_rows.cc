#include "verify/wanted_rows.h"

#include <xxhash.h>

#include <algorithm>

#include "verify/cells.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::CallLeg;
using event::v1::Event;

std::string_view NameOf(uint32_t kind) {
  const auto* descriptor = Event::descriptor();
  for (int i = 0; i < descriptor->oneof_decl(0)->field_count(); ++i) {
    const auto* field = descriptor->oneof_decl(0)->field(i);
    if (static_cast<uint32_t>(field->number()) == kind) return field->name();
  }
  return "unknown";
}

bool Passed(const CallLeg& leg) {
  return leg.transfer() == CallLeg::BLIND || leg.transfer() == CallLeg::CONSULT;
}

// Who of the legs answered first, and the highest line that answered.
struct Answerers {
  std::string_view employee;
  std::string_view team;
  int64_t line = 0;
  int64_t highest_line = 0;
};

Answerers AnswerersOf(const Call& call) {
  Answerers found;
  bool first = true;
  for (const CallLeg& leg : call.legs()) {
    if (Moment(leg.answered_at()) == 0) continue;
    const int64_t line = UpTo(leg.line(), 255);
    if (first) {
      found.employee = leg.employee_id();
      found.team = leg.team_id();
      found.line = line;
    }
    first = false;
    found.highest_line = std::max(found.highest_line, line);
  }
  return found;
}

}  // namespace

void EventRow(const Event& event, uint32_t entity_kind, uint64_t takes_back, std::string_view value,
              Row& row) {
  const auto told = static_cast<uint32_t>(event.payload_case());
  const uint32_t kind = told == 0 ? entity_kind : told;
  std::vector<base::Uuid> aliases;
  for (const std::string& text : event.alias_ids()) {
    if (const auto alias = base::ParseUuid(text)) aliases.push_back(*alias);
  }
  Head(event, row)
      .Id("event_id", IdOr0(event.event_id()))
      .Number("takes_back", static_cast<int64_t>(takes_back))
      .Number("kind", kind)
      .Text("kind_name", NameOf(kind))
      .Number("entity_kind", entity_kind)
      .Text("entity_id", event.entity_id())
      .Number("revision", event.revision())
      .Number("purpose", Purpose(event))
      .Text("source_system", event.source().system())
      .Text("external_id", event.source().external_id())
      .Number("sent_at", Moment(event.sent_at()))
      .Number("received_at", Moment(event.received_at()))
      .Ids("aliases", aliases)
      .Number("payload_hash", static_cast<int64_t>(XXH3_64bits(value.data(), value.size())));
}

CallWork WorkOf(const Call& call) {
  CallWork work;
  work.queued_at = Moment(call.queued_at());
  work.legs = Most(static_cast<size_t>(call.legs_size()));
  for (const CallLeg& leg : call.legs()) {
    work.talk_ms += Span(leg.talk_ms());
    work.hold_ms += Span(leg.hold_ms());
    work.wrap_ms += Span(leg.wrap_ms());
    work.transfers += Passed(leg) ? 1 : 0;
  }
  work.transfers = Most(static_cast<size_t>(work.transfers));
  int64_t left = Moment(call.answered_at());
  if (left == 0) left = Moment(call.ended_at());
  if (work.queued_at != 0 && left >= work.queued_at) {
    work.wait_ms = (left - work.queued_at) / 1'000;
  }
  return work;
}

void CallRow(const Event& event, Row& row) {
  const Call& call = event.call();
  const CallWork work = WorkOf(call);
  const Answerers answerers = AnswerersOf(call);
  const int64_t resolved = !call.has_resolved() ? 0 : call.resolved() ? 1 : 2;
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("call_id", call.call_id())
      .Text("conversation_id", call.conversation_id())
      .Text("case_id", call.case_id())
      .Number("direction", UpTo(call.direction(), Call::INTERNAL))
      .Text("dialled_number", call.dialled_number())
      .Text("queue_id", call.queue_id())
      .Text("topic", call.topic())
      .Number("queued_at", work.queued_at)
      .Number("answered_at", Moment(call.answered_at()))
      .Number("ended_at", Moment(call.ended_at()))
      .Number("ivr_ms", Span(call.ivr_ms()))
      .Number("end", UpTo(call.end(), Call::NO_ANSWER))
      .Number("ended_by", UpTo(call.ended_by(), Call::SYSTEM))
      .Number("wait_ms", work.wait_ms)
      .Number("talk_ms", work.talk_ms)
      .Number("hold_ms", work.hold_ms)
      .Number("wrap_ms", work.wrap_ms)
      .Number("legs", work.legs)
      .Number("transfers", work.transfers)
      .Text("employee_id", answerers.employee)
      .Text("team_id", answerers.team)
      .Number("line", answerers.line)
      .Number("highest_line", answerers.highest_line)
      .Number("resolved", resolved)
      .Number("speech_agent_ms", Span(call.speech().agent_ms()))
      .Number("speech_customer_ms", Span(call.speech().customer_ms()))
      .Number("speech_silence_ms", Span(call.speech().silence_ms()))
      .Number("speech_overlap_ms", Span(call.speech().overlap_ms()));
}

void LegRow(const Event& event, int leg, Row& row) {
  const Call& call = event.call();
  const CallLeg& own = call.legs(leg);
  std::string_view to_team;
  int64_t to_line = 0;
  if (Passed(own) && leg + 1 < call.legs_size()) {
    to_team = call.legs(leg + 1).team_id();
    to_line = UpTo(call.legs(leg + 1).line(), 255);
  }
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Text("call_id", call.call_id())
      .Number("direction", UpTo(call.direction(), Call::INTERNAL))
      .Text("queue_id", call.queue_id())
      .Text("topic", call.topic())
      .Number("leg", Most(static_cast<size_t>(leg) + 1))
      .Text("employee_id", own.employee_id())
      .Text("team_id", own.team_id())
      .Number("line", UpTo(own.line(), 255))
      .Number("queued_at", Moment(call.queued_at()))
      .Number("started_at", Moment(own.started_at()))
      .Number("answered_at", Moment(own.answered_at()))
      .Number("ended_at", Moment(own.ended_at()))
      .Number("talk_ms", Span(own.talk_ms()))
      .Number("hold_ms", Span(own.hold_ms()))
      .Number("wrap_ms", Span(own.wrap_ms()))
      .Number("transfer", UpTo(own.transfer(), CallLeg::CONSULT))
      .Text("to_team_id", to_team)
      .Number("to_line", to_line);
}

void QuarantineRow(std::string_view reason, size_t value_bytes, Row& row) {
  row.Clear();
  row.Text("reason", reason).Number("value_bytes", static_cast<int64_t>(value_bytes));
}

}  // namespace clientele::verify
