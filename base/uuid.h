// A UUID as 16 bytes in text order (big-endian). A plain value.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace clientele::base {

struct Uuid {
  std::array<uint8_t, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;
  [[nodiscard]] bool IsZero() const { return *this == Uuid{}; }
  // The first and the second eight bytes as big-endian numbers: what ClickHouse's Native format
  // stores, little-endian each, first half first.
  [[nodiscard]] uint64_t High() const;
  [[nodiscard]] uint64_t Low() const;
  // 36 characters, lower case.
  [[nodiscard]] std::string ToString() const;
};

// Reads the 36-character form, either case. Anything else: INVALID_ARGUMENT.
[[nodiscard]] Result<Uuid> ParseUuid(std::string_view text);

// 16 random bytes of the operating system's generator, with version 4's bits.
[[nodiscard]] Uuid RandomUuid();

}  // namespace clientele::base
