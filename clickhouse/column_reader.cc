#include "clickhouse/column_reader.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace clientele::clickhouse {

namespace {

using base::Code;
using base::Fail;

// Flags of a LowCardinality column's dictionary.
constexpr uint64_t kIndexTypeMask = 0xff;
constexpr uint64_t kSharedDictionary = 1 << 8;
constexpr uint64_t kOwnKeys = 1 << 9;

base::Uuid UuidFrom(const char* bytes) {
  base::Uuid uuid;
  std::reverse_copy(bytes, bytes + 8, uuid.bytes.begin());
  std::reverse_copy(bytes + 8, bytes + 16, uuid.bytes.begin() + 8);
  return uuid;
}

}  // namespace

bool Input::TakeNumber(uint64_t& value) {
  if (left() < sizeof value) return false;
  std::memcpy(&value, Take(sizeof value), sizeof value);
  return true;
}

base::Result<bool> Input::TakeVarint(uint64_t& value) {
  constexpr int kMostBytes = 10;
  uint64_t result = 0;
  for (int i = 0; i < kMostBytes; ++i) {
    if (static_cast<size_t>(i) == left()) return false;
    const auto byte = static_cast<uint8_t>(bytes_[position_ + static_cast<size_t>(i)]);
    if (i == kMostBytes - 1 && byte > 1) break;
    result |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      position_ += static_cast<size_t>(i) + 1;
      value = result;
      return true;
    }
  }
  return Fail(Code::kInvalidArgument, "Native block: a number is longer than 64 bits");
}

base::Result<bool> Input::TakeString(size_t most, std::string_view& value) {
  Input ahead = *this;
  uint64_t length = 0;
  if (auto taken = ahead.TakeVarint(length); !taken || !*taken) return taken;
  if (length > most) {
    return Fail(Code::kInvalidArgument, "Native block: a text of {} bytes, at most {}", length,
                most);
  }
  if (ahead.left() < length) return false;
  value = {ahead.Take(length), length};
  *this = ahead;
  return true;
}

ColumnReader::ColumnReader(const NativeType& type, size_t rows, size_t& budget)
    : type_(type), rows_(rows), budget_(budget), elements_(rows) {
  // No rows are no bytes at all.
  if (rows == 0) {
    phase_ = Phase::kWhole;
  } else if (type.low_cardinality) {
    phase_ = Phase::kKeysVersion;
  } else if (type.array) {
    phase_ = Phase::kOffsets;
  } else {
    AfterOffsets();
  }
}

void ColumnReader::AfterOffsets() {
  if (elements_ == 0) {
    phase_ = Phase::kWhole;
  } else if (type_.low_cardinality) {
    phase_ = Phase::kKeysFlags;
  } else {
    phase_ = type_.nullable ? Phase::kNulls : Phase::kElements;
  }
}

base::Result<bool> ColumnReader::Read(Input& in) {
  while (phase_ != Phase::kWhole) {
    if (auto step = Step(in); !step || !*step) return step;
  }
  return true;
}

base::Result<bool> ColumnReader::Step(Input& in) {
  switch (phase_) {
    case Phase::kKeysVersion:
      return ReadKeysVersion(in);
    case Phase::kOffsets:
      return ReadOffsets(in);
    case Phase::kNulls:
      return ReadNulls(in);
    case Phase::kKeysFlags:
      return ReadKeysFlags(in);
    case Phase::kKeysCount:
      return ReadKeysCount(in);
    case Phase::kElements:
      return ReadElements(in);
    case Phase::kIndexCount:
      return ReadIndexCount(in);
    case Phase::kIndexes:
      return ReadIndexes(in);
    case Phase::kWhole:
      break;
  }
  return true;
}

base::Status ColumnReader::Spend(size_t count, size_t bytes_each) {
  if (count > budget_ / bytes_each) {
    return Fail(Code::kInvalidArgument, "Native block: its values take more than {} bytes",
                BlockReader::kMostBlockBytes);
  }
  budget_ -= count * bytes_each;
  return {};
}

base::Result<bool> ColumnReader::ReadKeysVersion(Input& in) {
  uint64_t version = 0;
  if (!in.TakeNumber(version)) return false;
  if (version != 1) {
    return Fail(Code::kInvalidArgument, "Native block: LowCardinality of version {}", version);
  }
  phase_ = Phase::kOffsets;
  if (!type_.array) AfterOffsets();
  return true;
}

base::Result<bool> ColumnReader::ReadOffsets(Input& in) {
  const size_t count = std::min(rows_ - offsets_.size(), in.left() / sizeof(uint64_t));
  // Each becomes a vector in the end.
  if (auto spent = Spend(count, sizeof(uint64_t) + sizeof(std::vector<uint64_t>)); !spent) {
    return tl::unexpected(spent.error());
  }
  for (size_t i = 0; i < count; ++i) {
    uint64_t offset = 0;
    if (!in.TakeNumber(offset)) return false;
    if (!offsets_.empty() && offset < offsets_.back()) {
      return Fail(Code::kInvalidArgument, "Native block: array offsets fall");
    }
    offsets_.push_back(offset);
  }
  if (offsets_.size() < rows_) return false;
  elements_ = offsets_.back();
  AfterOffsets();
  return true;
}

base::Result<bool> ColumnReader::ReadNulls(Input& in) {
  const size_t count = std::min(elements_ - null_.size(), in.left());
  if (auto spent = Spend(count, 1); !spent) return tl::unexpected(spent.error());
  const char* const bytes = in.Take(count);
  null_.insert(null_.end(), bytes, bytes + count);
  if (null_.size() < elements_) return false;
  phase_ = Phase::kElements;
  return true;
}

base::Result<bool> ColumnReader::ReadKeysFlags(Input& in) {
  uint64_t flags = 0;
  if (!in.TakeNumber(flags)) return false;
  const uint64_t index_type = flags & kIndexTypeMask;
  if (type_.scalar != Scalar::kString || index_type > 3 || (flags & kSharedDictionary) != 0 ||
      (flags & kOwnKeys) == 0) {
    return Fail(Code::kInvalidArgument,
                "Native block: LowCardinality with flags {:#x}, or not of String", flags);
  }
  index_width_ = size_t{1} << index_type;
  phase_ = Phase::kKeysCount;
  return true;
}

base::Result<bool> ColumnReader::ReadKeysCount(Input& in) {
  uint64_t count = 0;
  if (!in.TakeNumber(count)) return false;
  keys_ = count;
  phase_ = keys_ == 0 ? Phase::kIndexCount : Phase::kElements;
  return true;
}

base::Result<bool> ColumnReader::ReadElements(Input& in) {
  base::Result<bool> read = true;
  switch (type_.scalar) {
    case Scalar::kUInt8:
      read = ReadNumbers<uint8_t>(in, unsigned_);
      break;
    case Scalar::kUInt16:
      read = ReadNumbers<uint16_t>(in, unsigned_);
      break;
    case Scalar::kUInt32:
      read = ReadNumbers<uint32_t>(in, unsigned_);
      break;
    case Scalar::kUInt64:
      read = ReadNumbers<uint64_t>(in, unsigned_);
      break;
    case Scalar::kInt8:
      read = ReadNumbers<int8_t>(in, signed_);
      break;
    case Scalar::kInt16:
      read = ReadNumbers<int16_t>(in, signed_);
      break;
    case Scalar::kInt32:
      read = ReadNumbers<int32_t>(in, signed_);
      break;
    case Scalar::kInt64:
      read = ReadNumbers<int64_t>(in, signed_);
      break;
    case Scalar::kFloat32:
      read = ReadNumbers<float>(in, floats_);
      break;
    case Scalar::kFloat64:
      read = ReadNumbers<double>(in, floats_);
      break;
    case Scalar::kString:
      read = ReadStrings(in);
      break;
    case Scalar::kFixedString:
      read = ReadFixedStrings(in);
      break;
    case Scalar::kUuid:
      read = ReadUuids(in);
      break;
  }
  if (read && *read) phase_ = type_.low_cardinality ? Phase::kIndexCount : Phase::kWhole;
  return read;
}

template <typename Stored, typename Value>
base::Result<bool> ColumnReader::ReadNumbers(Input& in, std::vector<Value>& values) {
  const size_t count = std::min(elements_ - values.size(), in.left() / sizeof(Stored));
  if (auto spent = Spend(count, sizeof(Value)); !spent) return tl::unexpected(spent.error());
  const char* at = in.Take(count * sizeof(Stored));
  const size_t before = values.size();
  values.resize(before + count);
  for (size_t i = 0; i < count; ++i, at += sizeof(Stored)) {
    Stored stored;
    std::memcpy(&stored, at, sizeof stored);
    values[before + i] = stored;
  }
  return values.size() == elements_;
}

base::Result<bool> ColumnReader::ReadStrings(Input& in) {
  std::vector<std::string>& strings = type_.low_cardinality ? keys_read_ : strings_;
  const size_t wanted = type_.low_cardinality ? keys_ : elements_;
  while (strings.size() < wanted) {
    std::string_view text;
    auto taken = in.TakeString(budget_, text);
    if (!taken || !*taken) return taken;
    if (auto spent = Spend(1, sizeof(std::string) + text.size()); !spent) {
      return tl::unexpected(spent.error());
    }
    strings.emplace_back(text);
  }
  return true;
}

base::Result<bool> ColumnReader::ReadFixedStrings(Input& in) {
  const size_t count = std::min(elements_ - strings_.size(), in.left() / type_.width);
  if (auto spent = Spend(count, sizeof(std::string) + type_.width); !spent) {
    return tl::unexpected(spent.error());
  }
  for (size_t i = 0; i < count; ++i) strings_.emplace_back(in.Take(type_.width), type_.width);
  return strings_.size() == elements_;
}

base::Result<bool> ColumnReader::ReadUuids(Input& in) {
  const size_t count = std::min(elements_ - uuids_.size(), in.left() / type_.width);
  if (auto spent = Spend(count, sizeof(base::Uuid)); !spent) return tl::unexpected(spent.error());
  for (size_t i = 0; i < count; ++i) uuids_.push_back(UuidFrom(in.Take(type_.width)));
  return uuids_.size() == elements_;
}

base::Result<bool> ColumnReader::ReadIndexCount(Input& in) {
  uint64_t count = 0;
  if (!in.TakeNumber(count)) return false;
  if (count != elements_) {
    return Fail(Code::kInvalidArgument, "Native block: {} indexes for {} values", count, elements_);
  }
  phase_ = Phase::kIndexes;
  return true;
}

base::Result<bool> ColumnReader::ReadIndexes(Input& in) {
  const size_t count = std::min(elements_ - indexes_read_, in.left() / index_width_);
  if (auto added = AddIndexed(in.Take(count * index_width_), count); !added) {
    return tl::unexpected(added.error());
  }
  indexes_read_ += count;
  if (indexes_read_ < elements_) return false;
  phase_ = Phase::kWhole;
  return true;
}

base::Status ColumnReader::AddIndexed(const char* indexes, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    uint64_t index = 0;  // little-endian: the low bytes come first
    std::memcpy(&index, indexes + i * index_width_, index_width_);
    if (index >= keys_read_.size()) {
      return Fail(Code::kInvalidArgument, "Native block: index {} of {} keys", index,
                  keys_read_.size());
    }
    const std::string& key = keys_read_[index];
    if (auto spent = Spend(1, sizeof(std::string) + key.size() + 1); !spent) return spent;
    strings_.push_back(key);
    // Of a dictionary with absent values the first key stands for them.
    if (type_.nullable) null_.push_back(index == 0 ? 1 : 0);
  }
  return {};
}

template <typename T>
void ColumnReader::MoveValues(std::vector<T>& values, Column& column) {
  if (!type_.array) {
    column.values = std::move(values);
    return;
  }
  std::vector<std::vector<T>> arrays;
  arrays.reserve(offsets_.size());
  auto begin = values.begin();
  for (const uint64_t offset : offsets_) {
    const auto end = values.begin() + static_cast<ptrdiff_t>(offset);
    arrays.emplace_back(std::make_move_iterator(begin), std::make_move_iterator(end));
    begin = end;
  }
  column.values = std::move(arrays);
}

void ColumnReader::MoveTo(Column& column) {
  column.null = std::move(null_);
  switch (type_.scalar) {
    case Scalar::kUInt8:
    case Scalar::kUInt16:
    case Scalar::kUInt32:
    case Scalar::kUInt64:
      return MoveValues(unsigned_, column);
    case Scalar::kInt8:
    case Scalar::kInt16:
    case Scalar::kInt32:
    case Scalar::kInt64:
      return MoveValues(signed_, column);
    case Scalar::kFloat32:
    case Scalar::kFloat64:
      return MoveValues(floats_, column);
    case Scalar::kString:
    case Scalar::kFixedString:
      return MoveValues(strings_, column);
    case Scalar::kUuid:
      return MoveValues(uuids_, column);
  }
}

}  // namespace clientele::clickhouse
