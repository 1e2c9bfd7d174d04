#include "ingest/rules/text.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/utf8.h"

namespace clientele::ingest::rules {
namespace {

constexpr size_t kMostQuotedCharacters = 64;

}  // namespace

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (size_t characters = 0; !text.empty() && characters < kMostQuotedCharacters; ++characters) {
    const size_t size = base::Utf8SequenceSize(text);
    if (size == 0 || static_cast<uint8_t>(text.front()) < 0x20) {
      out += fmt::format("\\x{:02x}", static_cast<uint8_t>(text.front()));
      text.remove_prefix(1);
      continue;
    }
    if (text.front() == '"' || text.front() == '\\') out += '\\';
    out += text.substr(0, size);
    text.remove_prefix(size);
  }
  return out + (text.empty() ? "\"" : "...\"");
}

}  // namespace clientele::ingest::rules
