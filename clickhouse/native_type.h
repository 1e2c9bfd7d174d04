// Type names of ClickHouse and how their values lie in a Native block. Private to this folder;
// pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clientele::clickhouse {

// How one value is stored; the fixed-width ones little-endian.
enum class Scalar : uint8_t {
  kUInt8,
  kUInt16,
  kUInt32,
  kUInt64,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat32,
  kFloat64,
  kString,
  kFixedString,
  kUuid,
};

// [Array(] [LowCardinality(] [Nullable(] scalar
struct NativeType {
  Scalar scalar = Scalar::kUInt8;
  size_t width = 0;  // bytes of a value; 0 for String, which says its own
  bool array = false;
  bool low_cardinality = false;
  bool nullable = false;
};

// Nothing: not a type of ours (e.g. Map, Tuple, Array(Array(..))).
[[nodiscard]] std::optional<NativeType> ParseNativeType(std::string_view text);

// The same type without LowCardinality.
[[nodiscard]] std::string PlainType(std::string_view text);

[[nodiscard]] std::string_view NameOf(Scalar scalar);

}  // namespace clientele::clickhouse
