// A row as verify compares it: named cells, from an event or from a table, and the hash of what
// they say. Reused from row to row, so that millions of them ask for no memory. Views into the
// event or the block that it was made from. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "base/uuid.h"
#include "clickhouse/native_block.h"

namespace clientele::verify {

struct Cell {
  enum class Type : uint8_t { kNumber, kReal, kText, kId };
  std::string_view name;  // of the column; static or the block's
  Type type = Type::kNumber;
  int64_t number = 0;  // of an id its upper half, of a real its bits
  uint64_t low = 0;    // of an id its lower half
  std::string_view text;
};

class Row {
 public:
  void Clear() { cells_.clear(); }
  Row& Number(std::string_view name, int64_t value);
  Row& Real(std::string_view name, double value);
  Row& Text(std::string_view name, std::string_view value);
  Row& Id(std::string_view name, const base::Uuid& value);
  // Of a column of ids, or of texts, one a row at most.
  Row& Ids(std::string_view name, const std::vector<base::Uuid>& values);
  Row& Texts(std::string_view name, const std::vector<std::string>& values);

  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }
  // What the row says, so that different rows give different bytes.
  void AppendTo(std::string& bytes) const;

 private:
  std::vector<Cell> cells_;
  std::string list_;
};

// Where the two differ: "wait_ms is 7, must be 5; ..". Empty if they are equal.
[[nodiscard]] std::string Differing(const Row& found, const Row& wanted);

// Reads rows with the cells of a pattern, by name, from a table's blocks.
class BlockRows {
 public:
  // INTERNAL if the block lacks a column of the pattern or has it in another type.
  [[nodiscard]] static base::Result<BlockRows> Of(const clickhouse::Block& block,
                                                  const Row& pattern);
  void Read(size_t index, Row& row) const;

 private:
  std::vector<const clickhouse::Column*> columns_;
};

}  // namespace clientele::verify
