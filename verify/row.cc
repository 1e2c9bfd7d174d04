#include "verify/row.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace clientele::verify {
namespace {

constexpr size_t kMostShown = 80;

void AppendWord(std::string& bytes, uint64_t word) {
  char raw[sizeof word];
  std::memcpy(raw, &word, sizeof word);
  bytes.append(raw, sizeof raw);
}

bool Same(const Cell& one, const Cell& other) {
  return one.number == other.number && one.low == other.low && one.text == other.text;
}

std::string Shown(const Cell& cell) {
  switch (cell.type) {
    case Cell::Type::kNumber:
      return std::to_string(cell.number);
    case Cell::Type::kReal:
      return fmt::format("{}", std::bit_cast<double>(cell.number));
    case Cell::Type::kId:
      return fmt::format("{:016x}{:016x}", static_cast<uint64_t>(cell.number), cell.low);
    case Cell::Type::kText:
      break;
  }
  std::string text;
  for (const char byte : cell.text.substr(0, kMostShown)) {
    text += byte >= ' ' && byte <= '~' ? byte : '?';
  }
  return fmt::format("'{}'{}", text, cell.text.size() > kMostShown ? ".." : "");
}

bool Holds(const clickhouse::Column& column, Cell::Type type) {
  switch (type) {
    case Cell::Type::kNumber:
      return std::holds_alternative<std::vector<int64_t>>(column.values) ||
             std::holds_alternative<std::vector<uint64_t>>(column.values);
    case Cell::Type::kReal:
      return std::holds_alternative<std::vector<double>>(column.values);
    case Cell::Type::kId:
      return std::holds_alternative<std::vector<base::Uuid>>(column.values);
    case Cell::Type::kText:
      return std::holds_alternative<std::vector<std::string>>(column.values) ||
             std::holds_alternative<std::vector<std::vector<base::Uuid>>>(column.values) ||
             std::holds_alternative<std::vector<std::vector<std::string>>>(column.values);
  }
  return false;
}

}  // namespace

Row& Row::Number(std::string_view name, int64_t value) {
  cells_.push_back({name, Cell::Type::kNumber, value, 0, {}});
  return *this;
}

Row& Row::Real(std::string_view name, double value) {
  cells_.push_back({name, Cell::Type::kReal, std::bit_cast<int64_t>(value), 0, {}});
  return *this;
}

Row& Row::Text(std::string_view name, std::string_view value) {
  cells_.push_back({name, Cell::Type::kText, 0, 0, value});
  return *this;
}

Row& Row::Id(std::string_view name, const base::Uuid& value) {
  cells_.push_back({name, Cell::Type::kId, static_cast<int64_t>(value.High()), value.Low(), {}});
  return *this;
}

Row& Row::Ids(std::string_view name, const std::vector<base::Uuid>& values) {
  list_.clear();
  for (const base::Uuid& value : values) {
    list_ += list_.empty() ? "" : " ";
    list_ += value.ToString();
  }
  return Text(name, list_);
}

// Each behind its length: no two lists are the same text.
Row& Row::Texts(std::string_view name, const std::vector<std::string>& values) {
  list_.clear();
  for (const std::string& value : values) list_ += fmt::format("{} {} ", value.size(), value);
  return Text(name, list_);
}

void Row::AppendTo(std::string& bytes) const {
  for (const Cell& cell : cells_) {
    if (cell.type == Cell::Type::kText) {
      AppendWord(bytes, cell.text.size());
      bytes.append(cell.text);
      continue;
    }
    AppendWord(bytes, static_cast<uint64_t>(cell.number));
    if (cell.type == Cell::Type::kId) AppendWord(bytes, cell.low);
  }
}

std::string Differing(const Row& found, const Row& wanted) {
  std::string text;
  const size_t cells = std::min(found.cells().size(), wanted.cells().size());
  for (size_t i = 0; i < cells; ++i) {
    const Cell& cell = found.cells()[i];
    if (Same(cell, wanted.cells()[i])) continue;
    text += fmt::format("{}{} is {}, must be {}", text.empty() ? "" : "; ", cell.name, Shown(cell),
                        Shown(wanted.cells()[i]));
  }
  return text;
}

base::Result<BlockRows> BlockRows::Of(const clickhouse::Block& block, const Row& pattern) {
  BlockRows rows;
  for (const Cell& cell : pattern.cells()) {
    const auto found = std::ranges::find(block.columns, cell.name, &clickhouse::Column::name);
    if (found == block.columns.end() || !Holds(*found, cell.type)) {
      return base::Fail(base::Code::kFailedPrecondition,
                        "column {}: the table does not have it, or in another type; use the "
                        "program that wrote the table",
                        cell.name);
    }
    rows.columns_.push_back(&*found);
  }
  return rows;
}

void BlockRows::Read(size_t index, Row& row) const {
  row.Clear();
  for (const clickhouse::Column* column : columns_) {
    const auto& values = column->values;
    if (const auto* numbers = std::get_if<std::vector<int64_t>>(&values)) {
      row.Number(column->name, (*numbers)[index]);
    } else if (const auto* naturals = std::get_if<std::vector<uint64_t>>(&values)) {
      row.Number(column->name, static_cast<int64_t>((*naturals)[index]));
    } else if (const auto* reals = std::get_if<std::vector<double>>(&values)) {
      row.Real(column->name, (*reals)[index]);
    } else if (const auto* texts = std::get_if<std::vector<std::string>>(&values)) {
      row.Text(column->name, (*texts)[index]);
    } else if (const auto* ids = std::get_if<std::vector<base::Uuid>>(&values)) {
      row.Id(column->name, (*ids)[index]);
    } else if (const auto* lists = std::get_if<std::vector<std::vector<std::string>>>(&values)) {
      row.Texts(column->name, (*lists)[index]);
    } else {
      row.Ids(column->name, std::get<std::vector<std::vector<base::Uuid>>>(values)[index]);
    }
  }
}

}  // namespace clientele::verify
