#include <cstdio>
#include <cstdlib>

#include "clickhouse/column_reader.h"
#include "clickhouse/native_block.h"

namespace clientele::clickhouse {

namespace {

using base::Code;
using base::Fail;

constexpr size_t kMostColumns = 10'000;
constexpr size_t kMostNameBytes = 64 << 10;
constexpr size_t kMostTypeBytes = 1 << 20;  // an Enum lists its values

}  // namespace

BlockReader::BlockReader() = default;
BlockReader::~BlockReader() = default;

void BlockReader::Feed(std::string_view bytes) {
  if (error_) return;
  buffer_.append(bytes);
}

bool BlockReader::Drained() const {
  return !error_ && block_ == nullptr && position_ == buffer_.size();
}

base::Result<std::unique_ptr<Block>> BlockReader::Next() {
  while (!error_) {
    if (block_ != nullptr && block_->columns.size() == columns_ && column_ == nullptr) {
      return std::move(block_);
    }
    const auto step = Step();
    if (!step) {
      error_ = step.error();
      buffer_ = {};
      block_ = nullptr;
      column_ = nullptr;
      position_ = 0;
    } else if (!*step) {
      Compact();
      return nullptr;
    }
  }
  return tl::unexpected(*error_);
}

base::Result<bool> BlockReader::Step() {
  if (block_ == nullptr) return ReadHead();
  if (column_ == nullptr) return ReadColumnHead();
  Input in(buffer_, position_);
  auto read = column_->Read(in);
  position_ = in.position();
  if (read && *read) {
    column_->MoveTo(block_->columns.back());
    column_ = nullptr;
  }
  return read;
}

base::Result<bool> BlockReader::ReadHead() {
  Input in(buffer_, position_);
  if (in.left() == 0) return false;
  uint64_t columns = 0;
  uint64_t rows = 0;
  if (auto taken = in.TakeVarint(columns); !taken || !*taken) return taken;
  if (auto taken = in.TakeVarint(rows); !taken || !*taken) return taken;
  if (columns > kMostColumns || (columns == 0 && rows > 0)) {
    return Fail(Code::kInvalidArgument, "Native block: {} columns and {} rows", columns, rows);
  }
  position_ = in.position();
  columns_ = columns;
  budget_ = kMostBlockBytes;
  block_ = std::make_unique<Block>();
  block_->rows = rows;
  return true;
}

base::Result<bool> BlockReader::ReadColumnHead() {
  Input in(buffer_, position_);
  std::string_view name;
  std::string_view type;
  if (auto taken = in.TakeString(kMostNameBytes, name); !taken || !*taken) return taken;
  if (auto taken = in.TakeString(kMostTypeBytes, type); !taken || !*taken) return taken;
  const auto parsed = ParseNativeType(type);
  if (!parsed) {
    return Fail(Code::kInvalidArgument, "Native block: column {:.64}: type {:.128} is not read",
                name, type);
  }
  position_ = in.position();
  block_->columns.push_back({std::string(name), std::string(type), {}, {}});
  column_ = std::make_unique<ColumnReader>(*parsed, block_->rows, budget_);
  return true;
}

void BlockReader::Compact() {
  buffer_.erase(0, position_);
  position_ = 0;
}

template <typename T>
const std::vector<T>& Block::Get(std::string_view name) const {
  for (const Column& column : columns) {
    if (column.name != name) continue;
    if (const auto* values = std::get_if<std::vector<T>>(&column.values)) return *values;
    std::fprintf(stderr, "clickhouse: column %s has the type %s, another was asked for\n",
                 column.name.c_str(), column.type.c_str());
    std::abort();
  }
  std::fprintf(stderr, "clickhouse: the answer has no column %s\n", std::string(name).c_str());
  std::abort();
}

template const std::vector<uint64_t>& Block::Get(std::string_view) const;
template const std::vector<int64_t>& Block::Get(std::string_view) const;
template const std::vector<double>& Block::Get(std::string_view) const;
template const std::vector<std::string>& Block::Get(std::string_view) const;
template const std::vector<base::Uuid>& Block::Get(std::string_view) const;
template const std::vector<std::vector<uint64_t>>& Block::Get(std::string_view) const;
template const std::vector<std::vector<int64_t>>& Block::Get(std::string_view) const;
template const std::vector<std::vector<double>>& Block::Get(std::string_view) const;
template const std::vector<std::vector<std::string>>& Block::Get(std::string_view) const;
template const std::vector<std::vector<base::Uuid>>& Block::Get(std::string_view) const;

}  // namespace clientele::clickhouse
