#include "verify/expected.h"

#include <utility>

#include "verify/wanted_rows.h"

namespace clientele::verify {

void Stretch::Clear() {
  ranges.clear();
  for (auto& part : groups) part.clear();
}

Teller::Kind Teller::Take(const kafka::Record& record, Stretch& stretch) {
  const auto offset = static_cast<uint64_t>(record.offset.value);
  counts_.gaps += offset - counts_.next;
  counts_.next = offset + 1;
  if (ReadGenesis(record.key, record.value)) {
    ++counts_.genesis;
    return Kind::kGenesis;
  }
  const Reading reading = ReadEvent(record, partitions_, event_);
  if (!reading.reason.empty()) {
    Quarantine(record, reading.reason, stretch);
    return Kind::kQuarantined;
  }
  ++counts_.events;
  Tell(record, reading, stretch);
  return Kind::kEvent;
}

base::Hash128 Teller::DigestOf(const Row& row) {
  bytes_.clear();
  row.AppendTo(bytes_);
  return base::HashBytes(bytes_);
}

void Teller::Quarantine(const kafka::Record& record, std::string_view reason, Stretch& stretch) {
  ++counts_.quarantined;
  QuarantineRow(reason, record.value.size(), row_);
  Group group;
  group.partition = record.partition.value;
  group.offset = static_cast<uint64_t>(record.offset.value);
  group.recorded_ms = record.recorded_at_ms;
  group.rows = 1;
  group.content = DigestOf(row_);
  stretch.of(Part::kQuarantine).push_back(group);
}

void Teller::Tell(const kafka::Record& record, const Reading& reading, Stretch& stretch) {
  const bool retraction = event_.has_retraction();
  const uint32_t revision = retraction ? event_.retraction().revision() : event_.revision();
  Known& known = entities_[base::HashBytes(record.key)];
  const auto offset = static_cast<uint64_t>(record.offset.value);
  const Decision decision = known.entity.Take(offset, revision, retraction);

  Group head;
  head.partition = record.partition.value;
  head.offset = offset;
  head.recorded_ms = record.recorded_at_ms;
  head.cause = reading.unknown_kind ? Cause::kUnknown : decision.cause;
  head.rows = 1;
  head.takes_back = decision.takes_back;
  EventRow(event_, reading.entity_kind, decision.takes_back, record.value, row_);
  head.content = DigestOf(row_);
  stretch.of(Part::kEvents).push_back(head);

  head.takes_back = 0;
  head.cause = decision.cause;
  const uint32_t taken_back = decision.takes_back != 0 ? std::exchange(known.call, 0) : 0;
  if (decision.counts && event_.has_call()) {
    Call call = CallOf();
    AppendCall(call, head, stretch);
    known.call = Keep(std::move(call));
  }
  if (taken_back != 0) {
    head.retires = decision.takes_back;
    head.sign = -1;
    AppendCall(calls_[taken_back - 1], head, stretch);
    free_calls_.push_back(taken_back);
  }
}

uint32_t Teller::Keep(Call call) {
  if (free_calls_.empty()) {
    calls_.push_back(std::move(call));
    return static_cast<uint32_t>(calls_.size());
  }
  const uint32_t number = free_calls_.back();
  free_calls_.pop_back();
  calls_[number - 1] = std::move(call);
  return number;
}

Teller::Call Teller::CallOf() {
  Call call;
  CallRow(event_, row_);
  call.row = DigestOf(row_);
  call.leg_count = static_cast<uint32_t>(event_.call().legs_size());
  bytes_.clear();
  for (int leg = 0; leg < event_.call().legs_size(); ++leg) {
    LegRow(event_, leg, row_);
    row_.AppendTo(bytes_);
  }
  call.legs = base::HashBytes(bytes_);
  call.facts = FactsOf(event_, WorkOf(event_.call()), names_);
  return call;
}

void Teller::AppendCall(const Call& call, const Group& head, Stretch& stretch) {
  Group group = head;
  group.rows = 1;
  group.content = call.row;
  stretch.of(Part::kCalls).push_back(group);
  if (call.leg_count == 0) return;
  group.first_row = 1;
  group.rows = call.leg_count;
  group.content = call.legs;
  stretch.of(Part::kCallLegs).push_back(group);
}

void Teller::AddTo(Figures& figures) const {
  for (const auto& [key, known] : entities_) {
    if (known.call != 0) figures.Add(calls_[known.call - 1].facts, names_);
  }
}

}  // namespace clientele::verify
