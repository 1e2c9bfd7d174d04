// What identifies a row of a projected table, read from blocks of our own. Pure; any thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clickhouse/native_block.h"

namespace clientele::projections::runner {

struct RowKey {
  uint64_t src_offset = 0;
  uint64_t retires = 0;
  uint32_t row = 0;
  uint16_t src_partition = 0;
  bool operator==(const RowKey&) const = default;
};

struct RowKeyHash {
  size_t operator()(const RowKey& key) const {
    uint64_t mixed = key.src_offset * 0x9e3779b97f4a7c15ULL + key.retires;
    mixed = (mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9ULL;
    mixed += (uint64_t{key.row} << 16) + key.src_partition;
    return (mixed ^ (mixed >> 32)) * 0x94d049bb133111ebULL;
  }
};

// A block's key columns. A table with one row an offset has neither `retires` nor `row`: both 0.
class RowKeys {
 public:
  // The block must have src_partition, src_offset and recorded_at, and outlive this.
  explicit RowKeys(const clickhouse::BlockWriter& block);

  [[nodiscard]] RowKey At(size_t row) const {
    return {Number<uint64_t>(src_offset_, row), Number<uint64_t>(retires_, row),
            Number<uint32_t>(row_, row), Number<uint16_t>(src_partition_, row)};
  }
  [[nodiscard]] int64_t RecordedMs(size_t row) const { return Number<int64_t>(recorded_at_, row); }
  // Months since 1970 of occurred_at and recorded_at in one number: rows of equal value lie in the
  // same part, whichever of the two the table is partitioned by.
  [[nodiscard]] uint32_t MonthsAt(size_t row) const;
  [[nodiscard]] bool has_row_numbers() const { return has_row_numbers_; }

 private:
  template <typename T>
  [[nodiscard]] static T Number(std::string_view bytes, size_t row) {
    T value = 0;
    if (!bytes.empty()) std::memcpy(&value, bytes.data() + row * sizeof(T), sizeof(T));
    return value;
  }

  std::string_view src_partition_;
  std::string_view src_offset_;
  std::string_view retires_;
  std::string_view row_;
  std::string_view recorded_at_;
  std::string_view occurred_at_;
  bool has_row_numbers_ = false;
};

// Groups of rows (rising numbers), each of at most `most_months` months and `most_rows` rows: one
// insert each.
[[nodiscard]] std::vector<std::vector<uint32_t>> SplitRows(const RowKeys& keys,
                                                           const std::vector<uint32_t>& rows,
                                                           size_t most_months, size_t most_rows);

}  // namespace clientele::projections::runner
