#include "verify/envelope.h"

#include <google/protobuf/unknown_field_set.h>

#include "base/hash.h"
#include "base/utf8.h"

namespace clientele::verify {
namespace {

using event::v1::Event;

constexpr size_t kMostValue = 1'048'576;
constexpr size_t kMostTenant = 64;
constexpr size_t kMostEntityId = 512;
constexpr int64_t kYear2200 = 7'258'118'400'000'000;  // microseconds

// The key that the event's entity must have: its tenant's length and name, its kind, its id.
std::string KeyOf(const Event& event, uint32_t kind) {
  std::string key(1, static_cast<char>(event.tenant().size()));
  key.append(event.tenant());
  key.push_back(static_cast<char>(kind / 256));
  key.push_back(static_cast<char>(kind % 256));
  key.append(event.entity_id());
  return key;
}

// The kind that a key names, if it is long enough to name one.
std::optional<uint32_t> KindIn(std::string_view key) {
  if (key.empty()) return std::nullopt;
  const size_t at = 1 + static_cast<size_t>(static_cast<unsigned char>(key[0]));
  if (key.size() < at + 2) return std::nullopt;
  return static_cast<unsigned char>(key[at]) * 256U + static_cast<unsigned char>(key[at + 1]);
}

bool HasUnknown(const Event& event, uint32_t number) {
  const auto& fields = event.GetReflection()->GetUnknownFields(event);
  for (int i = 0; i < fields.field_count(); ++i) {
    if (static_cast<uint32_t>(fields.field(i).number()) == number) return true;
  }
  return false;
}

std::string_view BrokenField(const Event& event) {
  if (event.tenant().empty() || event.tenant().size() > kMostTenant) return "NO_TENANT";
  if (event.entity_id().empty() || event.entity_id().size() > kMostEntityId) return "NO_ENTITY";
  if (event.occurred_at() == 0) return "NO_OCCURRED_AT";
  if (event.occurred_at() < 0 || event.occurred_at() >= kYear2200) return "OCCURRED_AT_OUTSIDE";
  return {};
}

bool GoodRetraction(const event::v1::Retraction& retraction) {
  return retraction.has_revision() && retraction.kind() != 0 &&
         retraction.kind() != Event::kRetractionFieldNumber;
}

}  // namespace

Reading ReadEvent(const kafka::Record& record, int32_t partitions, Event& event) {
  event.Clear();
  if (record.value.size() > kMostValue) return {.reason = "OVERSIZE"};
  if (!event.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) {
    return {.reason = base::FindBadUtf8(event).empty() ? "UNDECODABLE" : "BAD_UTF8"};
  }
  if (const auto reason = BrokenField(event); !reason.empty()) return {.reason = reason};
  const auto named = KindIn(record.key);
  if (!named) return {.reason = "KEY_MISMATCH"};

  Reading reading;
  if (event.has_retraction()) {
    if (!GoodRetraction(event.retraction())) return {.reason = "BAD_RETRACTION"};
    reading.entity_kind = event.retraction().kind();
  } else if (event.payload_case() != Event::PAYLOAD_NOT_SET) {
    reading.entity_kind = static_cast<uint32_t>(event.payload_case());
  } else {
    if (!HasUnknown(event, *named)) return {.reason = "NO_PAYLOAD"};
    reading.entity_kind = *named;
    reading.unknown_kind = true;
  }
  if (reading.entity_kind > 0xffff || KeyOf(event, reading.entity_kind) != record.key) {
    return {.reason = "KEY_MISMATCH"};
  }
  if (base::PartitionOf(record.key, partitions) != record.partition.value) {
    return {.reason = "WRONG_PARTITION"};
  }
  return reading;
}

std::optional<log::v1::Genesis> ReadGenesis(std::string_view key, std::string_view value) {
  log::v1::Genesis genesis;
  if (!key.empty() || value.size() > 4'096 ||
      !genesis.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
      genesis.magic() != "clientele.genesis.v1") {
    return std::nullopt;
  }
  return genesis;
}

}  // namespace clientele::verify
