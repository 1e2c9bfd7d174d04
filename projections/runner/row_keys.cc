#include "projections/runner/row_keys.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "base/kill_point.h"

namespace clientele::projections::runner {

namespace {

const clickhouse::ColumnWriter* Find(const clickhouse::BlockWriter& block, std::string_view name) {
  const auto found = std::ranges::find(block.columns(), name, &clickhouse::ColumnWriter::name);
  return found == block.columns().end() ? nullptr : &*found;
}

std::string_view BytesOf(const clickhouse::BlockWriter& block, std::string_view name) {
  const clickhouse::ColumnWriter* const column = Find(block, name);
  return column == nullptr ? std::string_view() : column->bytes();
}

// Months since 1970-01 of a moment in units of 1/`per_day` of a day.
uint32_t MonthOf(int64_t moment, int64_t per_day) {
  if (moment <= 0) return 0;
  const std::chrono::sys_days day{std::chrono::days{moment / per_day}};
  const std::chrono::year_month_day date{day};
  return static_cast<uint32_t>((static_cast<int>(date.year()) - 1970) * 12) +
         static_cast<unsigned>(date.month()) - 1;
}

}  // namespace

RowKeys::RowKeys(const clickhouse::BlockWriter& block)
    : src_partition_(BytesOf(block, "src_partition")),
      src_offset_(BytesOf(block, "src_offset")),
      retires_(BytesOf(block, base::Broken("refill-by-src") ? "" : "retires")),
      row_(BytesOf(block, base::Broken("refill-by-src") ? "" : "row")),
      recorded_at_(BytesOf(block, "recorded_at")),
      occurred_at_(BytesOf(block, "occurred_at")),
      has_row_numbers_(!base::Broken("refill-by-src") && Find(block, "row") != nullptr) {}

uint32_t RowKeys::MonthsAt(size_t row) const {
  constexpr int64_t kMillisPerDay = 86'400'000;
  constexpr int64_t kMicrosPerDay = kMillisPerDay * 1'000;
  return MonthOf(Number<int64_t>(occurred_at_, row), kMicrosPerDay) << 16 |
         MonthOf(RecordedMs(row), kMillisPerDay);
}

std::vector<std::vector<uint32_t>> SplitRows(const RowKeys& keys, const std::vector<uint32_t>& rows,
                                             size_t most_months, size_t most_rows) {
  // The months of a group fill one after another: month number n belongs to group n / most_months.
  std::map<uint32_t, size_t> group_of_months;
  std::vector<std::vector<uint32_t>> groups;
  std::map<size_t, size_t> open;  // month group -> its group with room
  uint32_t last_months = 0;
  size_t last_group = 0;
  bool first = true;
  for (const uint32_t row : rows) {
    const uint32_t months = keys.MonthsAt(row);
    if (first || months != last_months) {
      const size_t number = group_of_months.size();
      last_group = group_of_months.try_emplace(months, number / most_months).first->second;
      last_months = months;
      first = false;
    }
    auto found = open.find(last_group);
    if (found == open.end() || groups[found->second].size() >= most_rows) {
      groups.emplace_back();
      found = open.insert_or_assign(last_group, groups.size() - 1).first;
    }
    groups[found->second].push_back(row);
  }
  return groups;
}

}  // namespace clientele::projections::runner
