#include "projections/journeys/journeys.h"

#include <algorithm>

#include "projections/column_values.h"
#include "projections/journeys/code_hash.h"
#include "projections/journeys/schema.h"
#include "projections/shared_columns.h"

namespace clientele::projections::journeys {
namespace {

using event::v1::Call;
using event::v1::CallLeg;
using event::v1::Channel;
using event::v1::Event;
using event::v1::HandOff;
using event::v1::Reason;
using event::v1::Touchpoint;

enum TableNumber : size_t { kContacts };

// A contact that is a call; others have the number of their Touchpoint.Kind.
constexpr int8_t kCallContact = 100;

Table ContactsTable() {
  return {
      .name = "contacts",
      .lineage = Lineage::kTelling,
      .columns = {
          {"kind",
           "Enum8('UNSPECIFIED' = 0, 'VISIT' = 1, 'MESSAGE' = 2, 'FORM' = 3, 'WIDGET' = 4, "
           "'STORE_VISIT' = 5, 'MEETING' = 6, 'DEMO' = 7, 'PROPOSAL' = 8, 'CART' = 9, 'ORDER' = "
           "10, 'ORDER_CONFIRMED' = 11, 'PURCHASE' = 12, 'PAYMENT' = 13, 'CONTRACT' = 14, "
           "'DELIVERY' = 15, 'RETURN' = 16, 'ONBOARDING' = 17, 'COMPLAINT' = 18, 'REVIEW' = 19, "
           "'REFERRAL' = 20, 'NOTE' = 21, 'CHURN' = 22, 'OTHER' = 23, 'CALL' = 100)"},
          {"contact_id", "String"},
          {"channel", kChannelType},
          {"direction", "Enum8('UNSPECIFIED' = 0, 'INBOUND' = 1, 'OUTBOUND' = 2, 'SELF' = 3)"},
          {"conversation_id", "String"},
          {"case_id", "String"},
          {"order_id", "String"},
          {"topic", "LowCardinality(String)"},
          {"queue_id", "LowCardinality(String)"},
          {"employee_id", "LowCardinality(String)"},
          {"team_id", "LowCardinality(String)"},
          {"line", "UInt8"},
          {"author", "Enum8('UNSPECIFIED' = 0, 'CUSTOMER' = 1, 'EMPLOYEE' = 2, 'BOT' = 3)"},
          {"reply_kind",
           "Enum8('UNSPECIFIED' = 0, 'SUBSTANTIVE' = 1, 'HOLDING' = 2, 'TEMPLATE' = 3)"},
          {"kb_article_id", "LowCardinality(String)"},
          {"delivery",
           "Enum8('UNSPECIFIED' = 0, 'SENT' = 1, 'DELIVERED' = 2, 'READ' = 3, 'FAILED' = 4)"},
          {"hand_off_from", "LowCardinality(String)"},
          {"hand_off_to", "LowCardinality(String)"},
          {"hand_off_mode", "Enum8('UNSPECIFIED' = 0, 'RELAY' = 1, 'WARM' = 2)"},
          {"campaign", "LowCardinality(String)"},
          {"reason",
           "Enum8('UNSPECIFIED' = 0, 'SERVICE' = 1, 'PRICE' = 2, 'PRODUCT' = 3, 'MOVED' = 4, "
           "'OTHER' = 5)"},
          {"resolved", "Enum8('NOT_TOLD' = 0, 'YES' = 1, 'NO' = 2)"},
          {"call_end",
           "Enum8('UNSPECIFIED' = 0, 'ANSWERED' = 1, 'ABANDONED' = 2, 'FLOWED_OUT' = 3, "
           "'VOICEMAIL' = 4, 'CALLBACK' = 5, 'QUEUE_FULL' = 6, 'BUSY' = 7, 'NO_ANSWER' = 8)"},
          {"answered_at", "DateTime64(6, 'UTC')"},
          {"ended_at", "DateTime64(6, 'UTC')"},
          {"talk_ms", "Int64"},
          {"hold_ms", "Int64"},
          {"wrap_ms", "Int64"},
          {"transfers", "UInt16"},
          {"attributes", "Array(String)"}}};
}

template <typename Told>
int8_t Resolved(const Told& told) {
  if (!told.has_resolved()) return 0;
  return told.resolved() ? int8_t{1} : int8_t{2};
}

// "name=value", in the order of their names: a map has none.
std::vector<std::string> AttributesOf(const Touchpoint& touchpoint) {
  std::vector<std::string> attributes;
  for (const auto& [name, value] : touchpoint.attributes())
    attributes.push_back(name + '=' + value);
  std::ranges::sort(attributes);
  return attributes;
}

void WriteTouchpoint(const Event& event, RowWriter row) {
  const Touchpoint& touchpoint = event.touchpoint();
  row.Add(EnumOr0(touchpoint.kind(), Touchpoint::OTHER))
      .Add(event.entity_id())
      .Add(EnumOr0(touchpoint.channel(), Channel::OTHER))
      .Add(EnumOr0(touchpoint.direction(), Touchpoint::SELF))
      .Add(touchpoint.conversation_id())
      .Add(touchpoint.case_id())
      .Add(touchpoint.order_id())
      .Add(touchpoint.topic())
      .Add(std::string_view())
      .Add(touchpoint.employee_id())
      .Add(touchpoint.team_id())
      .Add(NumberOr0<uint8_t>(touchpoint.line()))
      .Add(EnumOr0(touchpoint.author(), Touchpoint::BOT))
      .Add(EnumOr0(touchpoint.reply_kind(), Touchpoint::TEMPLATE))
      .Add(touchpoint.kb_article_id())
      .Add(EnumOr0(touchpoint.delivery(), Touchpoint::FAILED))
      .Add(touchpoint.hand_off().from())
      .Add(touchpoint.hand_off().to())
      .Add(EnumOr0(touchpoint.hand_off().mode(), HandOff::WARM))
      .Add(touchpoint.campaign())
      .Add(EnumOr0(touchpoint.reason().code(), Reason::OTHER))
      .Add(Resolved(touchpoint))
      .Add(int8_t{0})
      .Add(int64_t{0})
      .Add(int64_t{0})
      .Add(int64_t{0})
      .Add(int64_t{0})
      .Add(int64_t{0})
      .Add(uint16_t{0})
      .AddAll(AttributesOf(touchpoint))
      .End();
}

// What the legs of a call come to.
struct Work {
  const CallLeg* first = nullptr;  // that answered
  int64_t talk_ms = 0;
  int64_t hold_ms = 0;
  int64_t wrap_ms = 0;
  uint64_t transfers = 0;
};

Work WorkOf(const Call& call) {
  Work work;
  for (const CallLeg& leg : call.legs()) {
    work.talk_ms += DurationMs(leg.talk_ms());
    work.hold_ms += DurationMs(leg.hold_ms());
    work.wrap_ms += DurationMs(leg.wrap_ms());
    const bool handed_on = leg.transfer() == CallLeg::BLIND || leg.transfer() == CallLeg::CONSULT;
    work.transfers += handed_on ? 1 : 0;
    if (work.first == nullptr && MomentOr0(leg.answered_at()) != 0) work.first = &leg;
  }
  return work;
}

void WriteCall(const Event& event, RowWriter row) {
  const Call& call = event.call();
  const Work work = WorkOf(call);
  const CallLeg& first = work.first != nullptr ? *work.first : CallLeg::default_instance();
  constexpr std::string_view kNotTold;
  row.Add(kCallContact)
      .Add(event.entity_id())
      .Add(static_cast<int8_t>(Channel::PHONE))
      .Add(EnumOr0(call.direction(), Call::OUTBOUND))
      .Add(call.conversation_id())
      .Add(call.case_id())
      .Add(kNotTold)
      .Add(call.topic())
      .Add(call.queue_id())
      .Add(first.employee_id())
      .Add(first.team_id())
      .Add(NumberOr0<uint8_t>(first.line()))
      .Add(int8_t{0})
      .Add(int8_t{0})
      .Add(kNotTold)
      .Add(int8_t{0})
      .Add(kNotTold)
      .Add(kNotTold)
      .Add(int8_t{0})
      .Add(kNotTold)
      .Add(int8_t{0})
      .Add(Resolved(call))
      .Add(EnumOr0(call.end(), Call::NO_ANSWER))
      .Add(MomentOr0(call.answered_at()))
      .Add(MomentOr0(call.ended_at()))
      .Add(work.talk_ms)
      .Add(work.hold_ms)
      .Add(work.wrap_ms)
      .Add(CountUpToMost<uint16_t>(work.transfers))
      .AddAll(std::vector<std::string>{})
      .End();
}

class Journeys final : public Projection {
 public:
  std::string_view name() const override { return "journeys"; }
  uint32_t version() const override { return 1; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return schema::kSchemaCreate; }
  std::string_view code_hash() const override { return kCodeHash; }

  void Project(const Event& telling, RowSink& rows) const override {
    if (telling.has_touchpoint()) WriteTouchpoint(telling, rows.Begin(kContacts));
    // Between employees there is no customer.
    if (telling.has_call() && telling.call().direction() != Call::INTERNAL) {
      WriteCall(telling, rows.Begin(kContacts));
    }
  }

 private:
  const std::vector<Table> tables_ = {ContactsTable()};
};

}  // namespace

std::unique_ptr<const Projection> MakeJourneys() { return std::make_unique<Journeys>(); }

}  // namespace clientele::projections::journeys
