#include "app/log_position.h"

#include <algorithm>

#include "projections/runner/marks.h"

namespace clientele::app {

namespace {

// A writer that was replaced can leave a last mark behind its heir's, which does not count. So many
// of them in a row are looked past.
constexpr int64_t kMostVoidMarks = 32;

base::Result<projections::runner::MarkLog> ReadLastMarks(kafka::LogReader& reader) {
  const kafka::Partition only{0};
  const auto bounds = reader.BoundsOf(kafka::kMarksTopic, only);
  if (!bounds) return tl::unexpected(bounds.error());
  const int64_t from = std::max(bounds->begin.value, bounds->end.value - kMostVoidMarks);
  const auto records = reader.ReadToEnd(kafka::kMarksTopic, only, kafka::Offset{from});
  if (!records) return tl::unexpected(records.error());
  projections::runner::MarkLog marks;
  for (const auto& record : *records) static_cast<void>(marks.Take(record));
  return marks;
}

}  // namespace

base::Result<LogPosition> ReadLogPosition(kafka::LogReader& reader, int32_t partitions) {
  LogPosition position;
  const auto marks = ReadLastMarks(reader);
  if (!marks) return tl::unexpected(marks.error());
  const auto mark = marks->last().value_or(projections::runner::Mark());
  position.mark_id = static_cast<int64_t>(mark.id);
  position.known_at = mark.known_at;
  const auto events = reader.BoundsOfAll(kafka::kEventsTopic, kafka::PartitionsOf(partitions));
  if (!events) return tl::unexpected(events.error());
  for (const auto& [partition, bounds] : *events) {
    const auto end = static_cast<uint64_t>(bounds.end.value);
    const auto at = static_cast<size_t>(partition.value);
    const uint64_t next = at < mark.next.size() ? mark.next[at] : 0;
    position.records += end;
    position.behind += end > next ? end - next : 0;
  }
  return position;
}

}  // namespace clientele::app
