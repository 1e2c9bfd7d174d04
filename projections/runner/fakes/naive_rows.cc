// The rows by the rule read naively: at every offset the counting telling of its entity is found
// anew from all that was told before. Shares nothing with the retirement step.
#include <algorithm>
#include <ranges>

#include "projections/runner/decode.h"
#include "projections/runner/fakes/rig.h"

namespace clientele::projections::runner {

namespace {

struct Told {
  int64_t offset = 0;
  event::v1::Event event;
};

// The one with the greatest revision above all retractions', of equal ones the first.
const Told* Counting(const std::vector<Told>& history) {
  int64_t bar = -1;
  for (const Told& told : history) {
    if (told.event.has_retraction()) {
      bar = std::max<int64_t>(bar, told.event.retraction().revision());
    }
  }
  const Told* best = nullptr;
  for (const Told& told : history) {
    if (told.event.has_retraction() || int64_t{told.event.revision()} <= bar) continue;
    if (best == nullptr || told.event.revision() > best->event.revision()) best = &told;
  }
  return best;
}

void AddTelling(const event::v1::Event& event, SeenRow base, std::vector<SeenRow>& rows) {
  base.occurred_at = event.occurred_at();
  base.table = "tellings_v1";
  base.text = event.entity_id();
  base.number = event.revision();
  rows.push_back(base);
  base.table = "legs_v1";
  for (int leg = 0; leg < event.call().legs_size(); ++leg) {
    ++base.row;
    base.text = event.call().legs(leg).employee_id();
    base.number = static_cast<uint64_t>(leg);
    rows.push_back(base);
  }
}

Cause CauseOf(const Told* before, const Told* after, const event::v1::Event& event) {
  if (event.has_retraction()) return Cause::kRetraction;
  if (before != after) return before == nullptr ? Cause::kTold : Cause::kCorrection;
  const bool again = after != nullptr && after->event.revision() == event.revision();
  return again ? Cause::kDuplicate : Cause::kStale;
}

}  // namespace

std::vector<SeenRow> Rig::NaiveRows() {
  std::vector<SeenRow> rows;
  for (int32_t p = 0; p < partitions; ++p) {
    std::map<std::string, std::vector<Told>> entities;
    const auto records = log.ReadToEnd(kafka::kEventsTopic, {p}, {0});
    for (const auto& record : *records) {
      event::v1::Event event;
      const kafka::Record view{record.partition, record.offset, record.recorded_at_ms, record.key,
                               record.value};
      if (Decode(view, partitions, event).reason != Reason::kNone) continue;
      std::vector<Told>& history = entities[record.key];
      const Told* found = Counting(history);
      const auto before = found == nullptr ? std::nullopt : std::optional(*found);
      history.push_back({record.offset.value, event});
      const Told* const after = Counting(history);
      const bool changed = (before ? before->offset : -1) != (after ? after->offset : -1);
      const Told* const old = before ? &*before : nullptr;
      SeenRow row;
      row.src_partition = static_cast<uint64_t>(p);
      row.src_offset = static_cast<uint64_t>(record.offset.value);
      row.recorded_ms = record.recorded_at_ms;
      row.cause =
          static_cast<int64_t>(changed ? CauseOf(old, after, event) : CauseOf(after, after, event));
      const uint64_t takes_back = changed && before ? static_cast<uint64_t>(before->offset) + 1 : 0;
      SeenRow journal = row;
      journal.table = "records_v1";
      journal.occurred_at = event.occurred_at();
      journal.text = record.value;
      journal.number = takes_back;
      rows.push_back(journal);
      if (!changed) continue;
      if (before) {
        SeenRow retiring = row;
        retiring.sign = -1;
        retiring.retires = takes_back;
        AddTelling(before->event, retiring, rows);
      }
      if (after != nullptr) AddTelling(after->event, row, rows);
    }
  }
  std::ranges::sort(rows);
  return rows;
}

}  // namespace clientele::projections::runner
