// What an event tells about: the entity (tenant, kind, entity_id), and its Kafka key. Pure
// functions of the event; used by ingest (writes the key) and the runner (checks it). The bytes of
// a key are stored data: they may never change.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"
#include "clientele/event/v1/event.pb.h"

namespace clientele::base {

// Kind = the payload's field number in Event; 0 = none that this build knows.
[[nodiscard]] inline uint32_t KindOf(const event::v1::Event& event) {
  return static_cast<uint32_t>(event.payload_case());
}
// The payload's field name, e.g. "call"; "unknown" for a number that this build does not know.
[[nodiscard]] std::string_view KindName(uint32_t kind);
// The number of a name; 0 if there is none.
[[nodiscard]] uint32_t KindNumber(std::string_view name);

// The kind of the entity that the event tells about: the payload's own, of a Retraction the
// target's.
[[nodiscard]] uint32_t EntityKindOf(const event::v1::Event& event);

// The entity id that the payload names: one field (call_id), or a composite id of length-prefixed
// parts, in the order in which the payload's comment in the .proto names them: moments and versions
// in decimal, enums as their number, a ServiceTarget's id after "queue" or "team", pseudonyms of
// customer_id (a CustomerProfile's) or sorted (an IdentityLink's), which ingest fills before. Empty
// where the payload names none (a Touchpoint without an id). INVALID_ARGUMENT with the field if a
// part is missing.
[[nodiscard]] Result<std::string> PayloadEntityId(const event::v1::Event& event);

// A composite id: every part as "<length>:<part>", e.g. 3:abc5:12345.
[[nodiscard]] std::string CompositeId(std::initializer_list<std::string_view> parts);

struct EntityKey {
  std::string_view tenant;
  uint32_t kind = 0;
  std::string_view entity_id;
};

// Kafka key: one byte length of tenant, tenant, two bytes kind (big-endian), entity_id.
void AppendKafkaKey(const EntityKey& key, std::string& out);
// Views into `bytes`. INVALID_ARGUMENT if it is no such key.
[[nodiscard]] Result<EntityKey> ParseKafkaKey(std::string_view bytes);

}  // namespace clientele::base
