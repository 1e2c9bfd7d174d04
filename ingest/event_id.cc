#include "ingest/event_id.h"

#include <string>

#include "base/hash.h"

namespace clientele::ingest {

base::Uuid DeriveEventId(const SourceRecord& record) {
  std::string text;
  constexpr size_t kNumbers = 4 * 20;  // the sizes and the revision, with their marks
  text.reserve(record.tenant.size() + record.system.size() + record.external_id.size() + kNumbers);
  for (const std::string_view part : {record.tenant, record.system, record.external_id}) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
  }
  text += std::to_string(record.revision);
  const base::Hash128 hash = base::HashBytes(text);
  const auto milliseconds = static_cast<uint64_t>(record.occurred_at / 1'000);

  base::Uuid id;
  for (size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<uint8_t>(milliseconds >> (40 - 8 * i));
  id.bytes[6] = static_cast<uint8_t>(0x80 | (hash.high >> 8 & 0x0f));
  id.bytes[7] = static_cast<uint8_t>(hash.high);
  for (size_t i = 0; i < 8; ++i) id.bytes[8 + i] = static_cast<uint8_t>(hash.low >> (56 - 8 * i));
  id.bytes[8] = static_cast<uint8_t>(0x80 | (id.bytes[8] & 0x3f));
  return id;
}

}  // namespace clientele::ingest
