// Decodes one column of a Native block as its bytes come in. Private to this folder: BlockReader
// owns one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clickhouse/native_block.h"
#include "clickhouse/native_type.h"

namespace clientele::clickhouse {

// Bytes not yet taken. What Take* cannot give whole, they leave where it is.
class Input {
 public:
  Input(std::string_view bytes, size_t position) : bytes_(bytes), position_(position) {}

  [[nodiscard]] size_t position() const { return position_; }
  [[nodiscard]] size_t left() const { return bytes_.size() - position_; }
  // `size` bytes, which must be there.
  const char* Take(size_t size) {
    const char* const at = bytes_.data() + position_;
    position_ += size;
    return at;
  }
  [[nodiscard]] bool TakeNumber(uint64_t& value);
  // False: more bytes are needed. INVALID_ARGUMENT: longer than 64 bits.
  [[nodiscard]] base::Result<bool> TakeVarint(uint64_t& value);
  // A length and as many bytes; INVALID_ARGUMENT if the length is above `most`.
  [[nodiscard]] base::Result<bool> TakeString(size_t most, std::string_view& value);

 private:
  std::string_view bytes_;
  size_t position_;
};

class ColumnReader {
 public:
  // `budget`: bytes that decoded values may still take; counted down.
  ColumnReader(const NativeType& type, size_t rows, size_t& budget);

  // True: the column is whole. False: more bytes are needed.
  [[nodiscard]] base::Result<bool> Read(Input& in);
  // Once whole: moves the values out.
  void MoveTo(Column& column);

 private:
  enum class Phase : uint8_t {
    kKeysVersion,
    kOffsets,
    kNulls,
    kKeysFlags,
    kKeysCount,
    kElements,
    kIndexCount,
    kIndexes,
    kWhole,
  };

  [[nodiscard]] base::Result<bool> Step(Input& in);
  [[nodiscard]] base::Result<bool> ReadKeysVersion(Input& in);
  [[nodiscard]] base::Result<bool> ReadOffsets(Input& in);
  [[nodiscard]] base::Result<bool> ReadNulls(Input& in);
  [[nodiscard]] base::Result<bool> ReadKeysFlags(Input& in);
  [[nodiscard]] base::Result<bool> ReadKeysCount(Input& in);
  [[nodiscard]] base::Result<bool> ReadElements(Input& in);
  [[nodiscard]] base::Result<bool> ReadIndexCount(Input& in);
  [[nodiscard]] base::Result<bool> ReadIndexes(Input& in);
  template <typename Stored, typename Value>
  [[nodiscard]] base::Result<bool> ReadNumbers(Input& in, std::vector<Value>& values);
  [[nodiscard]] base::Result<bool> ReadStrings(Input& in);
  [[nodiscard]] base::Result<bool> ReadFixedStrings(Input& in);
  [[nodiscard]] base::Result<bool> ReadUuids(Input& in);
  [[nodiscard]] base::Status AddIndexed(const char* indexes, size_t count);
  [[nodiscard]] base::Status Spend(size_t count, size_t bytes_each);
  void AfterOffsets();
  template <typename T>
  void MoveValues(std::vector<T>& values, Column& column);

  const NativeType type_;
  const size_t rows_;
  size_t& budget_;
  Phase phase_ = Phase::kElements;
  size_t elements_;  // of the whole column
  size_t keys_ = 0;  // of a LowCardinality column's dictionary
  size_t index_width_ = 0;
  size_t indexes_read_ = 0;
  std::vector<uint64_t> offsets_;
  std::vector<uint8_t> null_;
  // One of them is in use.
  std::vector<uint64_t> unsigned_;
  std::vector<int64_t> signed_;
  std::vector<double> floats_;
  std::vector<std::string> strings_;
  std::vector<base::Uuid> uuids_;
  std::vector<std::string> keys_read_;
};

}  // namespace clientele::clickhouse
