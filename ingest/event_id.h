// The event_id of an event that came without one: a hash of (tenant, source.system,
// source.external_id, revision), prefixed by occurred_at. The same record of the same system gets
// the same id in every import, for ever: the bytes may never change. Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/uuid.h"

namespace clientele::ingest {

struct SourceRecord {
  std::string_view tenant;
  std::string_view system;
  std::string_view external_id;
  uint32_t revision = 0;
  int64_t occurred_at = 0;  // microseconds, >= 0
};

// A UUID of version 8 (RFC 9562): 48 bits milliseconds of occurred_at, 74 bits of the hash.
[[nodiscard]] base::Uuid DeriveEventId(const SourceRecord& record);

}  // namespace clientele::ingest
