#include "projections/runner/decode.h"

#include <fmt/format.h>
#include <google/protobuf/unknown_field_set.h>

#include "base/entity.h"
#include "base/hash.h"
#include "base/utf8.h"

namespace clientele::projections::runner {

namespace {

constexpr size_t kMostTenantBytes = 64;
constexpr size_t kMostEntityBytes = 512;  // 128 characters

Verdict Bad(Reason reason, std::string detail) { return {reason, 0, false, std::move(detail)}; }

Verdict Unparsed(const kafka::Record& record, const event::v1::Event& event) {
  const std::string field = base::FindBadUtf8(event);
  if (!field.empty()) return Bad(Reason::kBadUtf8, fmt::format("{}: is not UTF-8", field));
  return Bad(Reason::kUndecodable,
             fmt::format("value: {} bytes are no clientele.event.v1.Event", record.value.size()));
}

bool HoldsField(const event::v1::Event& event, uint32_t number) {
  const auto& unknown = event.GetReflection()->GetUnknownFields(event);
  for (int i = 0; i < unknown.field_count(); ++i) {
    if (static_cast<uint32_t>(unknown.field(i).number()) == number) return true;
  }
  return false;
}

Verdict CheckEnvelope(const event::v1::Event& event) {
  if (event.tenant().empty() || event.tenant().size() > kMostTenantBytes) {
    return Bad(Reason::kNoTenant, fmt::format("tenant: {} bytes, must be 1 to {}",
                                              event.tenant().size(), kMostTenantBytes));
  }
  if (event.entity_id().empty() || event.entity_id().size() > kMostEntityBytes) {
    return Bad(Reason::kNoEntity, fmt::format("entity_id: {} bytes, must be 1 to {}",
                                              event.entity_id().size(), kMostEntityBytes));
  }
  if (event.occurred_at() == 0) return Bad(Reason::kNoOccurredAt, "occurred_at: is not set");
  if (event.occurred_at() < 0 || event.occurred_at() >= kOccurredAtEnd) {
    return Bad(Reason::kOccurredAtOutside,
               fmt::format("occurred_at: {} microseconds, must be after 1970 and before 2200",
                           event.occurred_at()));
  }
  return {};
}

Verdict CheckRetraction(const event::v1::Retraction& retraction) {
  const auto own = static_cast<uint32_t>(event::v1::Event::kRetractionFieldNumber);
  if (!retraction.has_revision()) {
    return Bad(Reason::kBadRetraction, "retraction.revision: is not set");
  }
  if (retraction.kind() == 0 || retraction.kind() == own) {
    return Bad(Reason::kBadRetraction,
               fmt::format("retraction.kind: {} cannot be retracted", retraction.kind()));
  }
  return {};
}

}  // namespace

std::string_view ReasonName(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "NONE";
    case Reason::kOversize:
      return "OVERSIZE";
    case Reason::kUndecodable:
      return "UNDECODABLE";
    case Reason::kBadUtf8:
      return "BAD_UTF8";
    case Reason::kNoTenant:
      return "NO_TENANT";
    case Reason::kNoEntity:
      return "NO_ENTITY";
    case Reason::kNoOccurredAt:
      return "NO_OCCURRED_AT";
    case Reason::kOccurredAtOutside:
      return "OCCURRED_AT_OUTSIDE";
    case Reason::kNoPayload:
      return "NO_PAYLOAD";
    case Reason::kBadRetraction:
      return "BAD_RETRACTION";
    case Reason::kKeyMismatch:
      return "KEY_MISMATCH";
    case Reason::kWrongPartition:
      return "WRONG_PARTITION";
  }
  return "NONE";
}

Verdict Decode(const kafka::Record& record, int32_t partitions, event::v1::Event& event) {
  if (record.value.size() > kMostValueBytes) {
    event.Clear();
    return Bad(Reason::kOversize, fmt::format("value: {} bytes, must be at most {}",
                                              record.value.size(), kMostValueBytes));
  }
  if (!event.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) {
    return Unparsed(record, event);
  }
  if (Verdict verdict = CheckEnvelope(event); verdict.reason != Reason::kNone) return verdict;
  const auto key = base::ParseKafkaKey(record.key);
  if (!key) return Bad(Reason::kKeyMismatch, key.error().message);

  Verdict verdict;
  verdict.entity_kind = base::EntityKindOf(event);
  if (event.payload_case() == event::v1::Event::PAYLOAD_NOT_SET) {
    if (!HoldsField(event, key->kind)) {
      return Bad(Reason::kNoPayload, "payload: is not set");
    }
    verdict.entity_kind = key->kind;
    verdict.unknown_kind = true;
  } else if (event.has_retraction()) {
    if (Verdict bad = CheckRetraction(event.retraction()); bad.reason != Reason::kNone) return bad;
  }
  if (key->tenant != event.tenant() || key->kind != verdict.entity_kind ||
      key->entity_id != event.entity_id()) {
    return Bad(Reason::kKeyMismatch,
               fmt::format("key: names kind {}, the event kind {}; tenants or entities may differ",
                           key->kind, verdict.entity_kind));
  }
  const int32_t home = base::PartitionOf(record.key, partitions);
  if (home != record.partition.value) {
    return Bad(Reason::kWrongPartition,
               fmt::format("key: belongs to partition {}, not {}", home, record.partition.value));
  }
  return verdict;
}

}  // namespace clientele::projections::runner
