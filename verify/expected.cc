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
  const uint32_t taken_back = decision.takes_back != 0 ? std::exchange(known.telling, 0) : 0;
  if (decision.counts) {
    const std::vector<PartRows> rows = RowsOf(event_);
    if (!rows.empty()) {
      Telling telling = TellingOf(rows);
      Append(telling, head, stretch);
      known.telling = Keep(std::move(telling));
    }
  }
  if (taken_back != 0) {
    head.retires = decision.takes_back;
    head.sign = -1;
    Append(tellings_[taken_back - 1], head, stretch);
    free_tellings_.push_back(taken_back);
  }
}

uint32_t Teller::Keep(Telling telling) {
  if (free_tellings_.empty()) {
    tellings_.push_back(std::move(telling));
    return static_cast<uint32_t>(tellings_.size());
  }
  const uint32_t number = free_tellings_.back();
  free_tellings_.pop_back();
  tellings_[number - 1] = std::move(telling);
  return number;
}

Teller::Telling Teller::TellingOf(const std::vector<PartRows>& rows) {
  Telling telling;
  for (const PartRows& of : rows) {
    bytes_.clear();
    for (uint32_t i = 0; i < of.rows; ++i) {
      TellingRow(of.part, event_, of.first_row + i, row_);
      row_.AppendTo(bytes_);
    }
    telling.tables.push_back({of, base::HashBytes(bytes_)});
  }
  telling.facts = FactsOf(event_, names_);
  return telling;
}

void Teller::Append(const Telling& telling, const Group& head, Stretch& stretch) {
  for (const Telling::Table& table : telling.tables) {
    Group group = head;
    group.first_row = table.rows.first_row;
    group.rows = table.rows.rows;
    group.content = table.content;
    stretch.of(table.rows.part).push_back(group);
  }
}

void Teller::AddTo(Figures& figures) const {
  for (const auto& [key, known] : entities_) {
    if (known.telling == 0) continue;
    for (const Fact& fact : tellings_[known.telling - 1].facts) figures.Add(fact, names_);
  }
}

}  // namespace clientele::verify
