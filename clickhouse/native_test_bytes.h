// Builds Native bytes by hand for tests: what no writer of ours would make.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace clientele::clickhouse {

class Bytes {
 public:
  Bytes& Varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) text_ += static_cast<char>(value | 0x80);
    text_ += static_cast<char>(value);
    return *this;
  }
  Bytes& Text(std::string_view text) {
    Varint(text.size());
    text_ += text;
    return *this;
  }
  template <typename T>
    requires std::is_arithmetic_v<T>
  Bytes& Raw(T value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    text_.append(bytes, sizeof value);
    return *this;
  }
  Bytes& Raw(std::string_view bytes) {
    text_ += bytes;
    return *this;
  }
  // The beginning of a block with one column.
  static Bytes Head(uint64_t rows, std::string_view type) {
    Bytes bytes;
    bytes.Varint(1).Varint(rows).Text("c").Text(type);
    return bytes;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace clientele::clickhouse
