#include "verify/table_check.h"

#include <algorithm>

#include "verify/sql.h"
#include "verify/stored.h"
#include "verify/wanted_rows.h"

namespace clientele::verify {
namespace {

using clickhouse::Block;
using event::v1::Event;

std::string_view SqlOf(Part part) {
  switch (part) {
    case Part::kEvents:
      return sql::kStatementsEventsRows;
    case Part::kQuarantine:
      return sql::kStatementsQuarantineRows;
    default:
      break;
  }
  return sql::kStatementsTellingRows;
}

const char* InvariantOf(Part part) {
  switch (part) {
    case Part::kEvents:
      return "I1";
    case Part::kQuarantine:
      return "I3";
    default:
      break;
  }
  return "I2";
}

void MakeRowOf(Part part, const Event& event, uint32_t entity_kind, uint64_t takes_back,
               std::string_view value, uint32_t row_number, std::string_view reason, Row& row) {
  switch (part) {
    case Part::kEvents:
      EventRow(event, entity_kind, takes_back, value, row);
      return;
    case Part::kQuarantine:
      QuarantineRow(reason, value.size(), row);
      return;
    default:
      TellingRow(part, event, row_number, row);
      return;
  }
}

}  // namespace

TableCheck::TableCheck(Part part, std::string table, clickhouse::Store& store,
                       kafka::LogReader& log, int32_t partitions, Report& report)
    : part_(part),
      store_(store),
      log_(log),
      partitions_(partitions),
      report_(report),
      count_{std::move(table)},
      pattern_(PatternOf(part)) {}

clickhouse::Statement TableCheck::Rows(const std::vector<Range>& ranges) const {
  std::vector<uint64_t> from(static_cast<size_t>(partitions_), 0);
  std::vector<uint64_t> to = from;
  uint64_t least = ranges.front().from;
  uint64_t most = 0;
  for (const Range& range : ranges) {
    from[static_cast<size_t>(range.partition)] = range.from;
    to[static_cast<size_t>(range.partition)] = range.to;
    least = std::min(least, range.from);
    most = std::max(most, range.to);
  }
  // The outer bounds are what the primary keys and indexes understand.
  return LongSelect(SqlOf(part_), {{"table", count_.table},
                                   {"first", std::to_string(ranges.front().partition)},
                                   {"last", std::to_string(ranges.back().partition)},
                                   {"least", std::to_string(least)},
                                   {"most", std::to_string(most)},
                                   {"from", clickhouse::ArrayParameter(from)},
                                   {"to", clickhouse::ArrayParameter(to)}});
}

base::Status TableCheck::Check(const Stretch& stretch) {
  groups_ = &stretch.of(part_);
  next_ = 0;
  different_.clear();
  const auto read =
      store_.Select(Rows(stretch.ranges), [&](const Block& block) { return Take(block); });
  if (!read) return tl::unexpected(read.error());
  Close();
  for (; next_ < groups_->size(); ++next_) SayMissing((*groups_)[next_]);
  for (const Group& group : different_) {
    const auto text = Explain(group);
    if (!text) return tl::unexpected(text.error());
    Say(PlaceOf(group), *text);
  }
  return {};
}

base::Status TableCheck::Take(const Block& block) {
  const auto cells = BlockRows::Of(block, pattern_);
  if (!cells) return tl::unexpected(cells.error());
  const auto& partitions = block.Get<uint64_t>("src_partition");
  const auto& offsets = block.Get<uint64_t>("src_offset");
  const auto& retires = block.Get<uint64_t>("retires");
  const auto& signs = block.Get<int64_t>("sign");
  for (size_t i = 0; i < block.rows; ++i) {
    const Place place{static_cast<int32_t>(partitions[i]), offsets[i], retires[i]};
    if (!found_ || found_->place != place) {
      Close();
      Open(place);
    }
    ++count_.rows;
    count_.sign += signs[i];
    if (found_->wrong.empty()) found_->wrong = WrongLineage(block, i);
    ++found_->rows;
    cells->Read(i, row_);
    row_.AppendTo(found_->content);
  }
  return {};
}

const Group* TableCheck::Wanted() const {
  if (next_ == groups_->size()) return nullptr;
  const Group& group = (*groups_)[next_];
  return PlaceOf(group) == found_->place ? &group : nullptr;
}

std::string TableCheck::WrongLineage(const Block& block, size_t i) const {
  const Group* const group = Wanted();
  if (group == nullptr) return {};
  const auto differs = [](const char* name, auto is, auto must) {
    return is == must ? std::string() : fmt::format("{} is {}, must be {}", name, is, must);
  };
  std::string text =
      differs("row", block.Get<uint64_t>("row")[i], uint64_t{group->first_row} + found_->rows);
  if (text.empty()) text = differs("sign", block.Get<int64_t>("sign")[i], int64_t{group->sign});
  if (text.empty()) {
    text = differs("cause", block.Get<int64_t>("cause_number")[i],
                   int64_t{static_cast<int8_t>(group->cause)});
  }
  if (text.empty()) {
    text = differs("recorded_at", block.Get<int64_t>("recorded_ms")[i], group->recorded_ms);
  }
  return text;
}

void TableCheck::Open(const Place& place) {
  found_.emplace();
  found_->place = place;
  while (next_ < groups_->size() && PlaceOf((*groups_)[next_]) < place) {
    SayMissing((*groups_)[next_++]);
  }
}

void TableCheck::Close() {
  if (!found_) return;
  const Group* const group = Wanted();
  if (group == nullptr) {
    Say(found_->place,
        fmt::format("has {} that nothing in the log tells", Counted(found_->rows, "row")));
  } else if (found_->rows != group->rows) {
    Say(found_->place,
        fmt::format("has {}, must have {}", Counted(found_->rows, "row"), group->rows));
  } else if (!found_->wrong.empty()) {
    Say(found_->place, found_->wrong);
  } else if (base::HashBytes(found_->content) != group->content) {
    different_.push_back(*group);
  }
  if (group != nullptr) ++next_;
  found_.reset();
}

void TableCheck::SayMissing(const Group& group) {
  Say(PlaceOf(group), fmt::format("has no row, must have {}", group.rows));
}

void TableCheck::Say(const Place& place, const std::string& text) {
  const std::string of = place.retires == 0
                             ? std::string()
                             : fmt::format("taking back offset {}: ", place.retires - 1);
  report_.Add({InvariantOf(part_), count_.table, place.partition,
               static_cast<int64_t>(place.offset), of + text});
}

base::Result<std::string> TableCheck::Explain(const Group& group) {
  // Beyond what is shown, that they differ is enough.
  if (report_.found() > report_.most()) return "says something else than the log";
  const uint64_t told = group.retires != 0 ? group.retires - 1 : group.offset;
  const auto record = log_.ReadAt(kafka::kEventsTopic, {group.partition},
                                  kafka::Offset{static_cast<int64_t>(told)});
  if (!record) return tl::unexpected(record.error());
  Event event;
  const Reading reading = ReadEvent(
      {record->partition, record->offset, record->recorded_at_ms, record->key, record->value},
      partitions_, event);
  std::string text;
  uint32_t row = 0;
  const auto read =
      store_.Select(Rows({{group.partition, group.offset, group.offset + 1}}),
                    [&](const Block& block) -> base::Status {
                      const auto cells = BlockRows::Of(block, pattern_);
                      if (!cells) return tl::unexpected(cells.error());
                      Row wanted;
                      for (size_t i = 0; i < block.rows; ++i) {
                        if (block.Get<uint64_t>("retires")[i] != group.retires || row == group.rows)
                          continue;
                        cells->Read(i, row_);
                        MakeRowOf(part_, event, reading.entity_kind, group.takes_back,
                                  record->value, group.first_row + row, reading.reason, wanted);
                        const std::string difference = Differing(row_, wanted);
                        if (!difference.empty()) {
                          text += fmt::format("{}row {}: {}", text.empty() ? "" : "; ",
                                              group.first_row + row, difference);
                        }
                        ++row;
                      }
                      return {};
                    });
  if (!read) return tl::unexpected(read.error());
  if (text.empty()) return "said something else than the log, and no longer does";
  return text;
}

}  // namespace clientele::verify
