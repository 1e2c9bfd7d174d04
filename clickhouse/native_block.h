// ClickHouse's Native format for the types that we use. Pure; one thread at a time.
//
// Writer: columns are appended to directly, as typed vectors of bytes; LowCardinality columns are
// written as String, the server converts. Reader: blocks from bytes as they come in, with bounded
// memory whatever the bytes say.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "clickhouse/native_type.h"

namespace clientele::clickhouse {

// One column being filled. The Append must fit the type: UInt8..UInt64 (Bool UInt8, Date UInt16,
// DateTime UInt32), Int8..Int64, DateTime64 as Int64, Enum8 as Int8, Enum16 as Int16, Float64,
// String, UUID, and Array(T) of them (AppendArraySize, then the elements). Mixing them up is a
// programming error and aborts.
class ColumnWriter {
 public:
  ColumnWriter(std::string name, std::string type);

  void Append(uint8_t value) { AppendFixed<Scalar::kUInt8>(value); }
  void Append(uint16_t value) { AppendFixed<Scalar::kUInt16>(value); }
  void Append(uint32_t value) { AppendFixed<Scalar::kUInt32>(value); }
  void Append(uint64_t value) { AppendFixed<Scalar::kUInt64>(value); }
  void Append(int8_t value) { AppendFixed<Scalar::kInt8>(value); }
  void Append(int16_t value) { AppendFixed<Scalar::kInt16>(value); }
  void Append(int32_t value) { AppendFixed<Scalar::kInt32>(value); }
  void Append(int64_t value) { AppendFixed<Scalar::kInt64>(value); }
  void Append(double value) { AppendFixed<Scalar::kFloat64>(value); }
  void Append(std::string_view text);
  void Append(const base::Uuid& uuid);
  // Array(T): the number of elements of the next row; then append each element.
  void AppendArraySize(size_t size);

  [[nodiscard]] const std::string& name() const { return name_; }
  // As written: without LowCardinality.
  [[nodiscard]] const std::string& type() const { return type_; }
  // Bytes held.
  [[nodiscard]] size_t size() const { return used_ + offsets_.size() * sizeof(uint64_t); }
  // Rows held; aborts if the last array has not got all of its elements.
  [[nodiscard]] size_t rows() const;
  void Clear();
  // What was appended, elements one after another (Native's own form; of an array its elements).
  // The runner reads the fixed-width row keys of its own blocks from it.
  [[nodiscard]] std::string_view bytes() const { return {store_.data(), used_}; }
  // Of an array: where each row's elements end, in elements (Native's own form). Else empty.
  [[nodiscard]] std::string_view offset_bytes() const;
  // Appends these rows (rising numbers) of a column of the same type.
  void AppendRows(const ColumnWriter& from, const std::vector<uint32_t>& rows);

 private:
  template <Scalar scalar, typename T>
  void AppendFixed(T value) {
    if (scalar_ != scalar) [[unlikely]]
      Mismatch(scalar);
    std::memcpy(Extend(sizeof value), &value, sizeof value);
  }
  // Room for `size` bytes more.
  char* Extend(size_t size) {
    if (used_ + size > store_.size()) [[unlikely]]
      Grow(size);
    char* const place = store_.data() + used_;
    used_ += size;
    return place;
  }
  void Grow(size_t size);
  void AppendElements(const ColumnWriter& from,
                      const std::vector<std::pair<size_t, size_t>>& ranges);
  [[noreturn]] void Mismatch(Scalar given) const;

  std::string name_;
  std::string type_;
  Scalar scalar_ = Scalar::kUInt8;
  size_t width_ = 0;
  bool array_ = false;
  std::string store_;  // the first used_ bytes count
  size_t used_ = 0;
  size_t strings_ = 0;  // number of String elements
  std::vector<uint64_t> offsets_;
};

class BlockWriter {
 public:
  struct ColumnType {
    std::string name;
    std::string type;  // as in CREATE TABLE; LowCardinality(String) is written as String
  };
  explicit BlockWriter(const std::vector<ColumnType>& columns);

  [[nodiscard]] ColumnWriter& column(size_t index) { return columns_[index]; }
  [[nodiscard]] const std::vector<ColumnWriter>& columns() const { return columns_; }
  // Every column has got its value of the row.
  void EndRow() { ++rows_; }
  // Appends these rows (rising numbers) of a block with the same columns: what a recovery fills in.
  void AppendRows(const BlockWriter& from, const std::vector<uint32_t>& rows);
  // The same columns without rows.
  [[nodiscard]] BlockWriter EmptyCopy() const;
  [[nodiscard]] size_t rows() const { return rows_; }
  [[nodiscard]] size_t size() const;
  void Clear();

  // The whole block in Native format, in pieces that are not copied: valid while the block lives
  // and is not changed. Aborts if a column has not got as many values as there are rows.
  struct Encoded {
    Encoded() = default;
    Encoded(Encoded&&) = default;
    Encoded& operator=(Encoded&&) = default;

    std::vector<std::string> heads;
    std::vector<std::string_view> pieces;
    size_t size = 0;
  };
  [[nodiscard]] Encoded EncodeInPieces() const;
  // The same in one.
  [[nodiscard]] std::string Encode() const;

 private:
  std::vector<ColumnWriter> columns_;
  size_t rows_ = 0;
};

// One column of a decoded block. Fixed-width numbers are widened: UInt*, Bool, Date and DateTime to
// UInt64; Int*, Enum, Date32, DateTime64 and Decimal (unscaled) to Int64; Float32 to Float64.
struct Column {
  std::string name;
  std::string type;
  std::variant<std::vector<uint64_t>, std::vector<int64_t>, std::vector<double>,
               std::vector<std::string>, std::vector<base::Uuid>,
               std::vector<std::vector<uint64_t>>, std::vector<std::vector<std::string>>,
               std::vector<std::vector<int64_t>>, std::vector<std::vector<double>>,
               std::vector<std::vector<base::Uuid>>>
      values;
  // Nullable(T): null[i] != 0 means the value is absent. Empty for other types.
  std::vector<uint8_t> null;
};

struct Block {
  size_t rows = 0;
  std::vector<Column> columns;
  // Typed access; the column must exist and hold T, else the program aborts: our own SQL named it.
  template <typename T>
  [[nodiscard]] const std::vector<T>& Get(std::string_view name) const;
};

class ColumnReader;

// Reads blocks from bytes as they come in. INVALID_ARGUMENT on anything that is no Native block of
// the types of native_type.h, or whose values would take more than kMostBlockBytes; then for good.
class BlockReader {
 public:
  static constexpr size_t kMostBlockBytes = size_t{512} << 20;

  BlockReader();
  ~BlockReader();
  BlockReader(const BlockReader&) = delete;
  BlockReader& operator=(const BlockReader&) = delete;

  // Takes more bytes; calls nothing. Complete blocks are then returned by Next.
  void Feed(std::string_view bytes);
  // The next whole block; no value if more bytes are needed.
  [[nodiscard]] base::Result<std::unique_ptr<Block>> Next();
  // True if no begun block is left over: the end of a well-formed stream.
  [[nodiscard]] bool Drained() const;

 private:
  // One step; false: more bytes are needed.
  [[nodiscard]] base::Result<bool> ReadHead();
  [[nodiscard]] base::Result<bool> ReadColumnHead();
  [[nodiscard]] base::Result<bool> Step();
  void Compact();

  std::string buffer_;
  size_t position_ = 0;
  std::unique_ptr<Block> block_;  // begun, with the columns that are whole
  size_t columns_ = 0;            // that the begun block will have
  size_t budget_ = 0;             // bytes that its values may still take
  std::unique_ptr<ColumnReader> column_;
  std::optional<base::Error> error_;
};

}  // namespace clientele::clickhouse
