#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "clickhouse/native_block.h"

namespace clientele::clickhouse {

namespace {

constexpr size_t kLeastStore = 256;

[[noreturn]] void Die(const std::string& message) {
  std::fprintf(stderr, "clickhouse: %s\n", message.c_str());
  std::abort();
}

size_t VarintSize(uint64_t value) {
  size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

char* PutVarint(char* out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) *out++ = static_cast<char>(value | 0x80);
  *out++ = static_cast<char>(value);
  return out;
}

void PutVarint(std::string& out, uint64_t value) {
  char bytes[10];
  out.append(bytes, PutVarint(bytes, value));
}

void PutString(std::string& out, std::string_view text) {
  PutVarint(out, text.size());
  out.append(text);
}

// Size of the String element at `at`, its length included: written by ourselves, hence whole.
size_t StringElement(const char* at) {
  uint64_t length = 0;
  size_t size = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<uint8_t>(at[size++]);
    length |= uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) break;
  }
  return size + length;
}

}  // namespace

ColumnWriter::ColumnWriter(std::string name, std::string type)
    : name_(std::move(name)), type_(PlainType(type)) {
  const auto parsed = ParseNativeType(type_);
  if (!parsed || parsed->nullable || parsed->scalar == Scalar::kFixedString ||
      parsed->scalar == Scalar::kFloat32) {
    Die("column " + name_ + ": type " + type + " cannot be written");
  }
  scalar_ = parsed->scalar;
  width_ = parsed->width;
  array_ = parsed->array;
}

void ColumnWriter::Mismatch(Scalar given) const {
  Die("column " + name_ + ": a value of type " + std::string(NameOf(given)) +
      " does not fit its type " + type_);
}

void ColumnWriter::Grow(size_t size) {
  store_.resize(std::max({kLeastStore, store_.size() * 2, used_ + size}));
}

void ColumnWriter::Append(std::string_view text) {
  if (scalar_ != Scalar::kString) [[unlikely]]
    Mismatch(Scalar::kString);
  char* const place = PutVarint(Extend(VarintSize(text.size()) + text.size()), text.size());
  if (!text.empty()) std::memcpy(place, text.data(), text.size());
  ++strings_;
}

void ColumnWriter::Append(const base::Uuid& uuid) {
  if (scalar_ != Scalar::kUuid) [[unlikely]]
    Mismatch(Scalar::kUuid);
  char* const place = Extend(uuid.bytes.size());
  std::reverse_copy(uuid.bytes.begin(), uuid.bytes.begin() + 8, place);
  std::reverse_copy(uuid.bytes.begin() + 8, uuid.bytes.end(), place + 8);
}

void ColumnWriter::AppendArraySize(size_t size) {
  if (!array_) [[unlikely]]
    Die("column " + name_ + ": type " + type_ + " is no array");
  offsets_.push_back((offsets_.empty() ? 0 : offsets_.back()) + size);
}

size_t ColumnWriter::rows() const {
  const size_t elements = width_ > 0 ? used_ / width_ : strings_;
  if (!array_) return elements;
  const size_t announced = offsets_.empty() ? 0 : offsets_.back();
  if (elements != announced) {
    Die(fmt::format("column {}: {} elements were appended, its arrays have {}", name_, elements,
                    announced));
  }
  return offsets_.size();
}

void ColumnWriter::Clear() {
  used_ = 0;
  strings_ = 0;
  offsets_.clear();
}

std::string_view ColumnWriter::offset_bytes() const {
  return {reinterpret_cast<const char*>(offsets_.data()), offsets_.size() * sizeof(uint64_t)};
}

// `ranges` of elements [first, last), rising.
void ColumnWriter::AppendElements(const ColumnWriter& from,
                                  const std::vector<std::pair<size_t, size_t>>& ranges) {
  const char* at = from.store_.data();
  size_t element = 0;
  for (const auto& [first, last] : ranges) {
    const char* begin = nullptr;
    if (width_ > 0) {
      begin = from.store_.data() + first * width_;
      at = begin + (last - first) * width_;
    } else {
      for (; element < first; ++element) at += StringElement(at);
      begin = at;
      for (; element < last; ++element) at += StringElement(at);
      strings_ += last - first;
    }
    const auto size = static_cast<size_t>(at - begin);
    if (size > 0) std::memcpy(Extend(size), begin, size);
  }
}

void ColumnWriter::AppendRows(const ColumnWriter& from, const std::vector<uint32_t>& rows) {
  if (from.type_ != type_) Die("column " + name_ + ": rows of another type " + from.type_);
  std::vector<std::pair<size_t, size_t>> ranges;
  const size_t available = from.rows();
  for (const size_t row : rows) {
    if (row >= available) Die(fmt::format("column {}: no row {} to take over", name_, row));
    size_t first = row;
    size_t last = row + 1;
    if (array_) {
      first = row == 0 ? 0 : from.offsets_[row - 1];
      last = from.offsets_[row];
      AppendArraySize(last - first);
    }
    if (!ranges.empty() && ranges.back().second == first) {
      ranges.back().second = last;
    } else {
      ranges.emplace_back(first, last);
    }
  }
  AppendElements(from, ranges);
}

BlockWriter::BlockWriter(const std::vector<ColumnType>& columns) {
  columns_.reserve(columns.size());
  for (const ColumnType& column : columns) columns_.emplace_back(column.name, column.type);
}

void BlockWriter::AppendRows(const BlockWriter& from, const std::vector<uint32_t>& rows) {
  if (from.columns_.size() != columns_.size()) Die("rows of a block with other columns");
  for (size_t i = 0; i < columns_.size(); ++i) columns_[i].AppendRows(from.columns_[i], rows);
  rows_ += rows.size();
}

BlockWriter BlockWriter::EmptyCopy() const {
  std::vector<ColumnType> columns;
  columns.reserve(columns_.size());
  for (const ColumnWriter& column : columns_) columns.push_back({column.name(), column.type()});
  return BlockWriter(columns);
}

size_t BlockWriter::size() const {
  size_t size = 0;
  for (const ColumnWriter& column : columns_) size += column.size();
  return size;
}

void BlockWriter::Clear() {
  for (ColumnWriter& column : columns_) column.Clear();
  rows_ = 0;
}

BlockWriter::Encoded BlockWriter::EncodeInPieces() const {
  Encoded encoded;
  encoded.heads.reserve(columns_.size());
  std::string head;
  PutVarint(head, columns_.size());
  PutVarint(head, rows_);
  for (const ColumnWriter& column : columns_) {
    if (column.rows() != rows_) {
      Die(fmt::format("column {}: has {} values, the block {} rows", column.name(), column.rows(),
                      rows_));
    }
    PutString(head, column.name());
    PutString(head, column.type());
    encoded.pieces.emplace_back(encoded.heads.emplace_back(std::move(head)));
    encoded.pieces.push_back(column.offset_bytes());
    encoded.pieces.push_back(column.bytes());
    head.clear();
  }
  for (const std::string_view piece : encoded.pieces) encoded.size += piece.size();
  return encoded;
}

std::string BlockWriter::Encode() const {
  const Encoded encoded = EncodeInPieces();
  std::string bytes;
  bytes.reserve(encoded.size);
  for (const std::string_view piece : encoded.pieces) bytes.append(piece);
  return bytes;
}

}  // namespace clientele::clickhouse
