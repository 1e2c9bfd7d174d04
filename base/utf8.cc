#include "base/utf8.h"

#include <fmt/format.h>

#include <vector>

namespace clientele::base {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// protobuf itself parses at most 100 deep.
constexpr int kMostDepth = 100;

std::string FindIn(const Message& message, const std::string& path, int depth);

std::string FindInField(const Message& message, const FieldDescriptor& field,
                        const std::string& path, int depth) {
  const auto* reflection = message.GetReflection();
  const int count = field.is_repeated() ? reflection->FieldSize(message, &field) : 1;
  for (int i = 0; i < count; ++i) {
    const std::string name =
        field.is_repeated() ? fmt::format("{}{}[{}]", path, field.name(), i) : path + field.name();
    if (field.type() == FieldDescriptor::TYPE_STRING) {
      std::string scratch;
      const std::string& text =
          field.is_repeated() ? reflection->GetRepeatedStringReference(message, &field, i, &scratch)
                              : reflection->GetStringReference(message, &field, &scratch);
      if (!IsUtf8(text)) return name;
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const Message& inner = field.is_repeated()
                                 ? reflection->GetRepeatedMessage(message, &field, i)
                                 : reflection->GetMessage(message, &field);
      std::string found = FindIn(inner, name + ".", depth + 1);
      if (!found.empty()) return found;
    }
  }
  return {};
}

std::string FindIn(const Message& message, const std::string& path, int depth) {
  if (depth > kMostDepth) return {};
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    std::string found = FindInField(message, *field, path, depth);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace

size_t Utf8SequenceSize(std::string_view text) {
  const auto byte = [&](size_t index) { return static_cast<uint8_t>(text[index]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (size == 0 || text.size() < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (lead == 0xe0 && byte(1) < 0xa0) return 0;
  if (lead == 0xed && byte(1) > 0x9f) return 0;
  if (lead == 0xf0 && byte(1) < 0x90) return 0;
  if (lead == 0xf4 && byte(1) > 0x8f) return 0;
  return size;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t size = Utf8SequenceSize(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string_view Utf8Beginning(std::string_view text, size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  size_t end = most_bytes;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

std::string FindBadUtf8(const Message& message) { return FindIn(message, "", 0); }

}  // namespace clientele::base
