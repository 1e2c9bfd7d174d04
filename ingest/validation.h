// Whether an event may enter the log: the envelope's rules here, each kind's in rules/. The first
// broken rule is named by its field as in the .proto (call.legs[0].talk_ms), its value and the
// rule. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "clientele/event/v1/event.pb.h"

namespace clientele::ingest {

// One event at most 1 MiB, as it comes and as it is stored.
inline constexpr size_t kMostEventBytes = size_t{1} << 20;
inline constexpr size_t kMostIdentifiers = 16;

// A tenant's name: 1 to 64 characters of [A-Za-z0-9._-].
[[nodiscard]] base::Status CheckTenant(std::string_view tenant);

// What the client sent, before anything is filled in. `tenant` is the caller's, `now` received_at.
[[nodiscard]] base::Status CheckEnvelope(const event::v1::Event& event, std::string_view tenant,
                                         int64_t now);

// The payload: needs customer_id, alias_ids and a link's ends to be filled in. `now` as above.
[[nodiscard]] base::Status CheckPayload(const event::v1::Event& event, int64_t now);

}  // namespace clientele::ingest
