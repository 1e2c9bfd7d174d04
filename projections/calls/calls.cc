#include "projections/calls/calls.h"

#include <algorithm>

#include "projections/calls/code_hash.h"
#include "projections/calls/schema.h"
#include "projections/column_values.h"

namespace clientele::projections::calls {
namespace {

using event::v1::Call;
using event::v1::CallLeg;
using event::v1::Event;

enum TableNumber : size_t { kCalls, kCallLegs };

constexpr const char* kDirectionType =
    "Enum8('UNSPECIFIED' = 0, 'INBOUND' = 1, 'OUTBOUND' = 2, 'INTERNAL' = 3)";

Table CallsTable() {
  return {.name = "calls",
          .lineage = Lineage::kTelling,
          .columns = {{"call_id", "String"},
                      {"conversation_id", "String"},
                      {"case_id", "String"},
                      {"direction", kDirectionType},
                      {"dialled_number", "String"},
                      {"queue_id", "LowCardinality(String)"},
                      {"topic", "LowCardinality(String)"},
                      {"queued_at", "DateTime64(6, 'UTC')"},
                      {"answered_at", "DateTime64(6, 'UTC')"},
                      {"ended_at", "DateTime64(6, 'UTC')"},
                      {"ivr_ms", "Int64"},
                      {"end",
                       "Enum8('UNSPECIFIED' = 0, 'ANSWERED' = 1, 'ABANDONED' = 2, 'FLOWED_OUT' = "
                       "3, 'VOICEMAIL' = 4, 'CALLBACK' = 5, 'QUEUE_FULL' = 6, 'BUSY' = 7, "
                       "'NO_ANSWER' = 8)"},
                      {"ended_by",
                       "Enum8('UNSPECIFIED' = 0, 'CUSTOMER' = 1, 'EMPLOYEE' = 2, 'SYSTEM' = 3)"},
                      {"wait_ms", "Int64"},
                      {"talk_ms", "Int64"},
                      {"hold_ms", "Int64"},
                      {"wrap_ms", "Int64"},
                      {"legs", "UInt16"},
                      {"transfers", "UInt16"},
                      {"employee_id", "LowCardinality(String)"},
                      {"team_id", "LowCardinality(String)"},
                      {"line", "UInt8"},
                      {"highest_line", "UInt8"},
                      {"resolved", "Enum8('NOT_TOLD' = 0, 'YES' = 1, 'NO' = 2)"},
                      {"speech_agent_ms", "Int64"},
                      {"speech_customer_ms", "Int64"},
                      {"speech_silence_ms", "Int64"},
                      {"speech_overlap_ms", "Int64"}}};
}

Table CallLegsTable() {
  return {
      .name = "call_legs",
      .lineage = Lineage::kTelling,
      .columns = {{"call_id", "String"},
                  {"direction", kDirectionType},
                  {"queue_id", "LowCardinality(String)"},
                  {"topic", "LowCardinality(String)"},
                  {"leg", "UInt16"},
                  {"employee_id", "LowCardinality(String)"},
                  {"team_id", "LowCardinality(String)"},
                  {"line", "UInt8"},
                  {"queued_at", "DateTime64(6, 'UTC')"},
                  {"started_at", "DateTime64(6, 'UTC')"},
                  {"answered_at", "DateTime64(6, 'UTC')"},
                  {"ended_at", "DateTime64(6, 'UTC')"},
                  {"talk_ms", "Int64"},
                  {"hold_ms", "Int64"},
                  {"wrap_ms", "Int64"},
                  {"transfer", "Enum8('UNSPECIFIED' = 0, 'NONE' = 1, 'BLIND' = 2, 'CONSULT' = 3)"},
                  {"to_team_id", "LowCardinality(String)"},
                  {"to_line", "UInt8"}}};
}

// Milliseconds from the queue to the answer or, if nobody answered, to the end; -1 if not known.
int64_t WaitMs(const Call& call) {
  const int64_t from = MomentOr0(call.queued_at());
  const int64_t answered = MomentOr0(call.answered_at());
  const int64_t to = answered != 0 ? answered : MomentOr0(call.ended_at());
  if (from == 0 || to < from) return -1;
  return (to - from) / 1'000;
}

bool Answered(const CallLeg& leg) { return MomentOr0(leg.answered_at()) != 0; }

bool HandedOn(const CallLeg& leg) {
  return leg.transfer() == CallLeg::BLIND || leg.transfer() == CallLeg::CONSULT;
}

uint8_t Line(const CallLeg& leg) { return NumberOr0<uint8_t>(leg.line()); }

int8_t Direction(const Call& call) { return EnumOr0(call.direction(), Call::INTERNAL); }

int8_t Resolved(const Call& call) {
  if (!call.has_resolved()) return 0;
  return call.resolved() ? int8_t{1} : int8_t{2};
}

// What the legs of a call come to.
struct Work {
  int64_t talk_ms = 0;
  int64_t hold_ms = 0;
  int64_t wrap_ms = 0;
  uint64_t transfers = 0;
  const CallLeg* first = nullptr;  // that answered
  uint8_t highest_line = 0;        // of those that answered
};

Work WorkOf(const Call& call) {
  Work work;
  for (const CallLeg& leg : call.legs()) {
    work.talk_ms += DurationMs(leg.talk_ms());
    work.hold_ms += DurationMs(leg.hold_ms());
    work.wrap_ms += DurationMs(leg.wrap_ms());
    if (HandedOn(leg)) ++work.transfers;
    if (!Answered(leg)) continue;
    if (work.first == nullptr) work.first = &leg;
    work.highest_line = std::max(work.highest_line, Line(leg));
  }
  return work;
}

void WriteCall(const Call& call, RowWriter row) {
  const Work work = WorkOf(call);
  const CallLeg& first = work.first != nullptr ? *work.first : CallLeg::default_instance();
  row.Add(call.call_id())
      .Add(call.conversation_id())
      .Add(call.case_id())
      .Add(Direction(call))
      .Add(call.dialled_number())
      .Add(call.queue_id())
      .Add(call.topic())
      .Add(MomentOr0(call.queued_at()))
      .Add(MomentOr0(call.answered_at()))
      .Add(MomentOr0(call.ended_at()))
      .Add(DurationMs(call.ivr_ms()))
      .Add(EnumOr0(call.end(), Call::NO_ANSWER))
      .Add(EnumOr0(call.ended_by(), Call::SYSTEM))
      .Add(WaitMs(call))
      .Add(work.talk_ms)
      .Add(work.hold_ms)
      .Add(work.wrap_ms)
      .Add(CountUpToMost<uint16_t>(static_cast<uint64_t>(call.legs_size())))
      .Add(CountUpToMost<uint16_t>(work.transfers))
      .Add(first.employee_id())
      .Add(first.team_id())
      .Add(Line(first))
      .Add(work.highest_line)
      .Add(Resolved(call))
      .Add(DurationMs(call.speech().agent_ms()))
      .Add(DurationMs(call.speech().customer_ms()))
      .Add(DurationMs(call.speech().silence_ms()))
      .Add(DurationMs(call.speech().overlap_ms()))
      .End();
}

void WriteLeg(const Call& call, int index, RowWriter row) {
  const CallLeg& leg = call.legs(index);
  const bool handed_on = HandedOn(leg) && index + 1 < call.legs_size();
  const CallLeg& next = handed_on ? call.legs(index + 1) : CallLeg::default_instance();
  row.Add(call.call_id())
      .Add(Direction(call))
      .Add(call.queue_id())
      .Add(call.topic())
      .Add(CountUpToMost<uint16_t>(static_cast<uint64_t>(index) + 1))
      .Add(leg.employee_id())
      .Add(leg.team_id())
      .Add(Line(leg))
      .Add(MomentOr0(call.queued_at()))
      .Add(MomentOr0(leg.started_at()))
      .Add(MomentOr0(leg.answered_at()))
      .Add(MomentOr0(leg.ended_at()))
      .Add(DurationMs(leg.talk_ms()))
      .Add(DurationMs(leg.hold_ms()))
      .Add(DurationMs(leg.wrap_ms()))
      .Add(EnumOr0(leg.transfer(), CallLeg::CONSULT))
      .Add(next.team_id())
      .Add(Line(next))
      .End();
}

class Calls final : public Projection {
 public:
  std::string_view name() const override { return "calls"; }
  uint32_t version() const override { return 1; }
  const std::vector<Table>& tables() const override { return tables_; }
  std::string_view schema() const override { return schema::kSchemaCreate; }
  std::string_view code_hash() const override { return kCodeHash; }

  void Project(const Event& telling, RowSink& rows) const override {
    if (!telling.has_call()) return;
    const Call& call = telling.call();
    WriteCall(call, rows.Begin(kCalls));
    for (int i = 0; i < call.legs_size(); ++i) WriteLeg(call, i, rows.Begin(kCallLegs));
  }

 private:
  const std::vector<Table> tables_ = {CallsTable(), CallLegsTable()};
};

}  // namespace

std::unique_ptr<const Projection> MakeCalls() { return std::make_unique<Calls>(); }

}  // namespace clientele::projections::calls
