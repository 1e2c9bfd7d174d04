#include "clickhouse/native_type.h"

#include <array>
#include <charconv>

namespace clientele::clickhouse {

namespace {

struct Named {
  std::string_view name;
  Scalar scalar;
  size_t width;
};

constexpr std::array kPlain = {
    Named{"UInt8", Scalar::kUInt8, 1},     Named{"UInt16", Scalar::kUInt16, 2},
    Named{"UInt32", Scalar::kUInt32, 4},   Named{"UInt64", Scalar::kUInt64, 8},
    Named{"Int8", Scalar::kInt8, 1},       Named{"Int16", Scalar::kInt16, 2},
    Named{"Int32", Scalar::kInt32, 4},     Named{"Int64", Scalar::kInt64, 8},
    Named{"Float32", Scalar::kFloat32, 4}, Named{"Float64", Scalar::kFloat64, 8},
    Named{"String", Scalar::kString, 0},   Named{"UUID", Scalar::kUuid, 16},
    Named{"Bool", Scalar::kUInt8, 1},      Named{"Date", Scalar::kUInt16, 2},
    Named{"Date32", Scalar::kInt32, 4},    Named{"DateTime", Scalar::kUInt32, 4},
    Named{"IPv4", Scalar::kUInt32, 4},
};

// With arguments that say nothing about the width.
constexpr std::array kWithArguments = {
    Named{"Enum8", Scalar::kInt8, 1},
    Named{"Enum16", Scalar::kInt16, 2},
    Named{"DateTime", Scalar::kUInt32, 4},
    Named{"DateTime64", Scalar::kInt64, 8},
};

constexpr size_t kWidestFixedString = 1 << 20;

// If `text` is name(x), makes it x.
bool Unwrap(std::string_view& text, std::string_view name) {
  if (text.size() < name.size() + 2 || !text.starts_with(name) || text[name.size()] != '(' ||
      !text.ends_with(')')) {
    return false;
  }
  text = text.substr(name.size() + 1, text.size() - name.size() - 2);
  return true;
}

// The number at the beginning, 0 if there is none.
size_t LeadingNumber(std::string_view text) {
  size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::optional<Named> ParseScalar(std::string_view text) {
  for (const Named& plain : kPlain) {
    if (text == plain.name) return plain;
  }
  for (const Named& type : kWithArguments) {
    std::string_view arguments = text;
    if (Unwrap(arguments, type.name)) return type;
  }
  std::string_view arguments = text;
  if (Unwrap(arguments, "FixedString")) {
    const size_t width = LeadingNumber(arguments);
    if (width == 0 || width > kWidestFixedString) return std::nullopt;
    return Named{"FixedString", Scalar::kFixedString, width};
  }
  if (Unwrap(arguments, "Decimal")) {
    const size_t digits = LeadingNumber(arguments);
    if (digits == 0 || digits > 18) return std::nullopt;
    return digits <= 9 ? Named{"Decimal", Scalar::kInt32, 4} : Named{"Decimal", Scalar::kInt64, 8};
  }
  return std::nullopt;
}

}  // namespace

std::optional<NativeType> ParseNativeType(std::string_view text) {
  NativeType type;
  type.array = Unwrap(text, "Array");
  type.low_cardinality = Unwrap(text, "LowCardinality");
  type.nullable = Unwrap(text, "Nullable");
  // An array's elements have no place for being absent.
  if (type.array && type.nullable) return std::nullopt;
  const auto scalar = ParseScalar(text);
  if (!scalar) return std::nullopt;
  type.scalar = scalar->scalar;
  type.width = scalar->width;
  return type;
}

std::string PlainType(std::string_view text) {
  const bool array = Unwrap(text, "Array");
  Unwrap(text, "LowCardinality");
  std::string plain(text);
  return array ? "Array(" + plain + ")" : plain;
}

std::string_view NameOf(Scalar scalar) {
  for (const Named& plain : kPlain) {
    if (plain.scalar == scalar) return plain.name;
  }
  return "FixedString";
}

}  // namespace clientele::clickhouse
