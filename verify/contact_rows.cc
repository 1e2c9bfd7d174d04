#include "verify/contact_rows.h"

#include <set>

#include "verify/cells.h"
#include "verify/wanted_rows.h"

namespace clientele::verify {
namespace {

using event::v1::Call;
using event::v1::CallLeg;
using event::v1::Event;
using event::v1::Touchpoint;

constexpr int64_t kCall = 100;

// What a touchpoint and a call tell alike.
struct Alike {
  int64_t kind = 0;
  int64_t channel = 0;
  int64_t direction = 0;
  std::string_view conversation_id;
  std::string_view case_id;
  std::string_view topic;
  std::string_view employee_id;
  std::string_view team_id;
  int64_t line = 0;
  int64_t resolved = 0;
};

Alike OfTouchpoint(const Touchpoint& touchpoint) {
  return {.kind = UpTo(touchpoint.kind(), Touchpoint::OTHER),
          .channel = UpTo(touchpoint.channel(), event::v1::Channel::OTHER),
          .direction = UpTo(touchpoint.direction(), Touchpoint::SELF),
          .conversation_id = touchpoint.conversation_id(),
          .case_id = touchpoint.case_id(),
          .topic = touchpoint.topic(),
          .employee_id = touchpoint.employee_id(),
          .team_id = touchpoint.team_id(),
          .line = UpTo(touchpoint.line(), 255),
          .resolved = touchpoint.has_resolved() ? (touchpoint.resolved() ? 1 : 2) : 0};
}

Alike OfCall(const Call& call) {
  const CallLeg* by = &CallLeg::default_instance();
  for (int i = call.legs_size() - 1; i >= 0; --i) {
    if (Moment(call.legs(i).answered_at()) != 0) by = &call.legs(i);
  }
  return {.kind = kCall,
          .channel = kPhone,
          .direction = UpTo(call.direction(), Call::OUTBOUND),
          .conversation_id = call.conversation_id(),
          .case_id = call.case_id(),
          .topic = call.topic(),
          .employee_id = by->employee_id(),
          .team_id = by->team_id(),
          .line = UpTo(by->line(), 255),
          .resolved = call.has_resolved() ? (call.resolved() ? 1 : 2) : 0};
}

std::vector<std::string> AttributesOf(const Touchpoint& touchpoint) {
  std::multiset<std::string> attributes;
  for (const auto& pair : touchpoint.attributes()) {
    attributes.insert(pair.first + "=" + pair.second);
  }
  return {attributes.begin(), attributes.end()};
}

}  // namespace

bool IsContact(const Event& event) {
  return event.has_touchpoint() || (event.has_call() && event.call().direction() != Call::INTERNAL);
}

// An event tells one of the two: of the other one everything is empty.
void ContactRow(const Event& event, Row& row) {
  const Touchpoint& touchpoint = event.touchpoint();
  const Call& call = event.call();
  const CallWork work = WorkOf(call);
  const Alike alike = event.has_call() ? OfCall(call) : OfTouchpoint(touchpoint);
  Head(event, row)
      .Number("purpose", Purpose(event))
      .Number("kind", alike.kind)
      .Text("contact_id", event.entity_id())
      .Number("channel", alike.channel)
      .Number("direction", alike.direction)
      .Text("conversation_id", alike.conversation_id)
      .Text("case_id", alike.case_id)
      .Text("order_id", touchpoint.order_id())
      .Text("topic", alike.topic)
      .Text("queue_id", call.queue_id())
      .Text("employee_id", alike.employee_id)
      .Text("team_id", alike.team_id)
      .Number("line", alike.line)
      .Number("author", UpTo(touchpoint.author(), Touchpoint::BOT))
      .Number("reply_kind", UpTo(touchpoint.reply_kind(), Touchpoint::TEMPLATE))
      .Text("kb_article_id", touchpoint.kb_article_id())
      .Number("delivery", UpTo(touchpoint.delivery(), Touchpoint::FAILED))
      .Text("hand_off_from", touchpoint.hand_off().from())
      .Text("hand_off_to", touchpoint.hand_off().to())
      .Number("hand_off_mode", UpTo(touchpoint.hand_off().mode(), event::v1::HandOff::WARM))
      .Text("campaign", touchpoint.campaign())
      .Number("reason", UpTo(touchpoint.reason().code(), event::v1::Reason::OTHER))
      .Number("resolved", alike.resolved)
      .Number("call_end", UpTo(call.end(), Call::NO_ANSWER))
      .Number("answered_at", Moment(call.answered_at()))
      .Number("ended_at", Moment(call.ended_at()))
      .Number("talk_ms", work.talk_ms)
      .Number("hold_ms", work.hold_ms)
      .Number("wrap_ms", work.wrap_ms)
      .Number("transfers", work.transfers)
      .Texts("attributes", AttributesOf(touchpoint));
}

}  // namespace clientele::verify
