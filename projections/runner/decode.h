// From a record of the log to an event, or to the reason why it goes to quarantine. The rules are
// frozen per version of the envelope (kEnvelopeVersion): the same bytes get the same verdict in
// every later build, or a rebuild would differ. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "clientele/event/v1/event.pb.h"
#include "kafka/consumer.h"

namespace clientele::projections::runner {

inline constexpr uint32_t kEnvelopeVersion = 1;
// One event at most 1 MiB.
inline constexpr size_t kMostValueBytes = size_t{1} << 20;
// occurred_at: after 1970-01-01, before 2200-01-01 UTC (microseconds), what the tables can hold.
inline constexpr int64_t kOccurredAtEnd = 7'258'118'400'000'000;

// Why a record is in quarantine. The names are stored: never renamed.
enum class Reason : uint8_t {
  kNone,               // a good event
  kOversize,           // value above kMostValueBytes
  kUndecodable,        // no protobuf of clientele.event.v1.Event
  kBadUtf8,            // a string field holds bytes that are not UTF-8
  kNoTenant,           // tenant is empty or above 64 bytes
  kNoEntity,           // entity_id is empty or above 512 bytes
  kNoOccurredAt,       // occurred_at is not set
  kOccurredAtOutside,  // occurred_at is outside what the tables can hold
  kNoPayload,          // tells nothing, not even of a kind unknown here
  kBadRetraction,      // a retraction without revision, or of no kind or of a retraction
  kKeyMismatch,        // the Kafka key is not that of the entity
  kWrongPartition,     // the key belongs to another partition
};

[[nodiscard]] std::string_view ReasonName(Reason reason);

struct Verdict {
  Reason reason = Reason::kNone;
  // Of the entity: the payload's field number, of a retraction the target's, of an unknown kind
  // the key's. 0 if there is a reason.
  uint32_t entity_kind = 0;
  // The payload is of a kind that this build does not know.
  bool unknown_kind = false;
  std::string detail;  // the field and its value, for people; empty for a good event
};

// Parses into `event` (cleared first; unspecified if there is a reason) and checks. `partitions` is
// the topic's partition count.
[[nodiscard]] Verdict Decode(const kafka::Record& record, int32_t partitions,
                             event::v1::Event& event);

}  // namespace clientele::projections::runner
