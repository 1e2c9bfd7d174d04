#include "ingest/validation.h"

#include <algorithm>

#include "base/entity.h"
#include "base/uuid.h"
#include "ingest/rules/kinds.h"
#include "ingest/rules/reached.h"
#include "ingest/rules/rule.h"

namespace clientele::ingest {
namespace {

using base::Code;
using base::FailField;
using base::Status;
using event::v1::Event;
using rules::Quoted;

constexpr int64_t kMinuteMicros = 60'000'000;
constexpr int64_t kDayMicros = 24 * 60 * kMinuteMicros;
constexpr int64_t kTenYearsMicros = 3'653 * kDayMicros;
constexpr size_t kMostTenant = 64;
constexpr size_t kMostSystem = 64;

// ---- The envelope, one rule a function.

Status EventId(const Event& event) {
  if (event.event_id().empty()) {
    if (!event.source().external_id().empty()) return {};
    return FailField("event_id", "empty: give it (a UUIDv7), or source.external_id to derive it");
  }
  const auto uuid = base::ParseUuid(event.event_id());
  if (uuid && !uuid->IsZero()) return {};
  return FailField("event_id", "{}: must be a UUID in text form, not zero",
                   Quoted(event.event_id()));
}

Status Tenant(const Event& event, std::string_view tenant) {
  if (event.tenant().empty() || event.tenant() == tenant) return {};
  auto failure =
      FailField("tenant", "PERMISSION_DENIED: {}: the caller's tenant is {}; leave it empty",
                Quoted(event.tenant()), Quoted(tenant));
  failure.value().code = Code::kPermissionDenied;
  return failure;
}

Status Identifiers(const Event& event) {
  if (static_cast<size_t>(event.identifiers_size()) > kMostIdentifiers) {
    return FailField("identifiers", "{} entries: must be at most {}", event.identifiers_size(),
                     kMostIdentifiers);
  }
  if (event.identifiers_size() > 0 && !event.customer_id().empty()) {
    return FailField("customer_id", "{}: must be empty when identifiers are given",
                     Quoted(event.customer_id()));
  }
  return {};
}

Status Pseudonym(std::string_view field, const std::string& text) {
  const auto uuid = base::ParseUuid(text);
  if (uuid && !uuid->IsZero()) return {};
  return FailField(std::string(field), "{}: must be a pseudonym, a UUID in text form, not zero",
                   Quoted(text));
}

Status CustomerId(const Event& event) {
  return event.customer_id().empty() ? Status() : Pseudonym("customer_id", event.customer_id());
}

Status AliasIds(const Event& event) {
  if (event.alias_ids().empty()) return {};
  if (event.identifiers_size() > 0 || event.customer_id().empty()) {
    return FailField("alias_ids", "{} entries: go with customer_id only", event.alias_ids_size());
  }
  if (static_cast<size_t>(event.alias_ids_size()) >= kMostIdentifiers) {
    return FailField("alias_ids", "{} entries: must be at most {}", event.alias_ids_size(),
                     kMostIdentifiers - 1);
  }
  for (int i = 0; i < event.alias_ids_size(); ++i) {
    Status status = Pseudonym({}, event.alias_ids(i));
    if (!status) return rules::Within(fmt::format("alias_ids[{}]", i), std::move(status.error()));
  }
  return {};
}

// Kinds with valid_from tell of the future.
bool HasValidFrom(const Event& event) {
  switch (event.payload_case()) {
    case Event::kCustomerProfile:
    case Event::kStaff:
    case Event::kScorecard:
    case Event::kSamplingPlan:
    case Event::kIncentivePlan:
    case Event::kJourneyModel:
    case Event::kCalendar:
    case Event::kServiceTarget:
      return true;
    default:
      return false;
  }
}

Status OccurredAt(const Event& event, int64_t now) {
  if (event.occurred_at() == 0) {
    return FailField("occurred_at", "not set: is required, microseconds since the epoch");
  }
  const int64_t least = std::max<int64_t>(1, now - kTenYearsMicros);
  const bool future = HasValidFrom(event);
  const int64_t most = now + (future ? kTenYearsMicros : rules::kMostAhead);
  if (event.occurred_at() >= least && event.occurred_at() <= most) return {};
  return FailField("occurred_at",
                   "{}: must be microseconds from 10 years before to {} after the server's {}",
                   event.occurred_at(), future ? "10 years" : "5 minutes", now);
}

Status SentAt(const Event& event) { return rules::CheckMoment("sent_at", event.sent_at(), false); }

Status Source(const Event& event) {
  const auto& source = event.source();
  Status status = rules::CheckText("source.system", source.system(), kMostSystem, rules::kRequired);
  if (!status) return status;
  return rules::CheckText("source.external_id", source.external_id(), rules::kMostId, false);
}

Status EntityId(const Event& event) {
  return rules::CheckText("entity_id", event.entity_id(), rules::kMostId, false);
}

Status Purpose(const Event& event) {
  return rules::CheckChoice("purpose", event.purpose(), Event::Purpose_IsValid,
                            Event::Purpose_descriptor, false);
}

Status Payload(const Event& event) {
  if (event.payload_case() != Event::PAYLOAD_NOT_SET) return {};
  return FailField("payload", "not set, or of a kind that this version does not know");
}

// ---- The kinds.

struct Kind {
  Event::PayloadCase payload;
  // Facts about the company have no customer.
  bool customer;
  Status (*check)(const Event&);
};

constexpr Kind kKinds[] = {
    {Event::kTouchpoint, true, rules::CheckTouchpoint},
    {Event::kCall, true, rules::CheckCall},
    {Event::kCase, true, rules::CheckCase},
    {Event::kScore, true, rules::CheckScore},
    {Event::kSurvey, true, rules::CheckSurvey},
    {Event::kCustomerProfile, true, rules::CheckCustomerProfile},
    {Event::kIdentityLink, false, rules::CheckIdentityLink},
    {Event::kRetraction, true, rules::CheckRetraction},
    {Event::kCost, false, rules::CheckCost},
    {Event::kInitiative, false, rules::CheckInitiative},
    {Event::kAgentState, false, rules::CheckAgentState},
    {Event::kStaff, false, rules::CheckStaff},
    {Event::kTraining, false, rules::CheckTraining},
    {Event::kScorecard, false, rules::CheckScorecard},
    {Event::kSamplingPlan, false, rules::CheckSamplingPlan},
    {Event::kIncentivePlan, false, rules::CheckIncentivePlan},
    {Event::kJourneyModel, false, rules::CheckJourneyModel},
    {Event::kTarget, false, rules::CheckTarget},
    {Event::kCalendar, false, rules::CheckCalendar},
    {Event::kServiceTarget, false, rules::CheckServiceTarget},
    {Event::kIncident, false, rules::CheckIncident},
    {Event::kExchangeRate, false, rules::CheckExchangeRate},
};

Status CustomerByKind(const Kind& kind, const Event& event) {
  if (event.payload_case() == Event::kCustomerProfile && event.customer_id().empty()) {
    return FailField("identifiers", "empty: a customer_profile needs its customer");
  }
  if (kind.customer || event.customer_id().empty()) return {};
  return FailField("customer_id", "{}: must be empty, a {} has no customer",
                   Quoted(event.customer_id()),
                   base::KindName(static_cast<uint32_t>(event.payload_case())));
}

}  // namespace

Status CheckTenant(std::string_view tenant) {
  const bool good =
      !tenant.empty() && tenant.size() <= kMostTenant && std::ranges::all_of(tenant, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
      });
  if (good) return {};
  return FailField("tenant", "tenant {}: must have 1 to {} characters of A-Z a-z 0-9 . _ -",
                   Quoted(tenant), kMostTenant);
}

Status CheckEnvelope(const Event& event, std::string_view tenant, int64_t now) {
  if (Status status = Payload(event); !status) return status;
  if (Status status = Tenant(event, tenant); !status) return status;
  if (Status status = Source(event); !status) return status;
  if (Status status = EventId(event); !status) return status;
  if (Status status = OccurredAt(event, now); !status) return status;
  if (Status status = SentAt(event); !status) return status;
  if (Status status = Identifiers(event); !status) return status;
  if (Status status = CustomerId(event); !status) return status;
  if (Status status = AliasIds(event); !status) return status;
  if (Status status = EntityId(event); !status) return status;
  return Purpose(event);
}

Status CheckPayload(const Event& event, int64_t now) {
  const auto* const kind = std::ranges::find(kKinds, event.payload_case(), &Kind::payload);
  if (kind == std::end(kKinds)) return Payload(Event());
  if (Status status = CustomerByKind(*kind, event); !status) return status;
  Status status = kind->check(event);
  if (status) status = rules::CheckReached(event, now);
  if (status) return status;
  return rules::Within(base::KindName(static_cast<uint32_t>(event.payload_case())),
                       std::move(status.error()));
}

}  // namespace clientele::ingest
