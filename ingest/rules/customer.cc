// Rules of Case, CustomerProfile, IdentityLink and Retraction.
#include "base/entity.h"
#include "base/uuid.h"
#include "clientele/event/v1/customer_facts.pb.h"
#include "ingest/rules/kinds.h"
#include "ingest/rules/values.h"

namespace clientele::ingest::rules {
namespace {

using event::v1::Case;
using event::v1::CustomerProfile;
using event::v1::IdentityLink;
using event::v1::Retraction;

constexpr int kMostInformed = 256;
constexpr int kMostReopened = 64;

Status InformedAt(const Case& a_case) {
  return CheckMoments("informed_at", a_case.informed_at(), kMostInformed);
}

Status ReopenedAt(const Case& a_case) {
  return CheckMoments("reopened_at", a_case.reopened_at(), kMostReopened);
}

Status CompensationCurrency(const Case& a_case) {
  return CheckCurrency("currency", a_case.currency(), a_case.has_compensation_minor());
}

constexpr Rule<Case> kCaseRules[] = {
    Id<"case_id", &Case::case_id, kRequired>,
    Text<"type", &Case::type>,
    Text<"priority", &Case::priority>,
    Text<"topic", &Case::topic>,
    Moment<"opened_at", &Case::opened_at, kRequired>,
    Moment<"first_response_at", &Case::first_response_at>,
    InOrder<"opened_at", &Case::opened_at, "first_response_at", &Case::first_response_at>,
    InformedAt,
    Moment<"resolved_at", &Case::resolved_at>,
    InOrder<"opened_at", &Case::opened_at, "resolved_at", &Case::resolved_at>,
    ReopenedAt,
    Moment<"due_at", &Case::due_at>,
    Text<"state", &Case::state>,
    Text<"root_cause", &Case::root_cause>,
    Choice<"fault_side", &Case::fault_side, Case::FaultSide_IsValid>,
    Minor<"compensation_minor", &Case::compensation_minor>,
    CompensationCurrency,
    Id<"owner", &Case::owner>,
    Id<"team", &Case::team>,
};

constexpr Rule<CustomerProfile> kProfileRules[] = {
    Text<"segment", &CustomerProfile::segment>,
    Text<"tier", &CustomerProfile::tier>,
    Text<"stage", &CustomerProfile::stage>,
    Id<"manager", &CustomerProfile::manager>,
    Moment<"valid_from", &CustomerProfile::valid_from, kRequired>,
};

Status Pseudonym(const char* field, const std::string& text) {
  const auto uuid = base::ParseUuid(text);
  if (uuid && !uuid->IsZero()) return {};
  return FailField(field, "{}: must be a pseudonym, a UUID", Quoted(text));
}

Status CustomerA(const IdentityLink& link) { return Pseudonym("customer_a", link.customer_a()); }

Status CustomerB(const IdentityLink& link) {
  if (Status status = Pseudonym("customer_b", link.customer_b()); !status) return status;
  if (link.customer_a() != link.customer_b()) return {};
  return FailField("customer_b", "{}: must be another than customer_a", Quoted(link.customer_b()));
}

constexpr Rule<IdentityLink> kLinkRules[] = {
    CustomerA,
    CustomerB,
    Present<"linked", &IdentityLink::has_linked>,
    Text<"reason", &IdentityLink::reason>,
    Text<"evidence", &IdentityLink::evidence, 512>,
};

Status RetractedKind(const Retraction& retraction) {
  const bool known = base::KindName(retraction.kind()) != "unknown";
  if (known && retraction.kind() != event::v1::Event::kRetractionFieldNumber) return {};
  return FailField("kind", "{}: must be the field number of a payload in Event, not of retraction",
                   retraction.kind());
}

constexpr Rule<Retraction> kRetractionRules[] = {
    RetractedKind,
    Id<"entity_id", &Retraction::entity_id, kRequired>,
    Present<"revision", &Retraction::has_revision>,
    Text<"reason", &Retraction::reason>,
};

}  // namespace

Status CheckCase(const event::v1::Event& event) { return Apply<Case>(kCaseRules, event.case_()); }

Status CheckCustomerProfile(const event::v1::Event& event) {
  return Apply<CustomerProfile>(kProfileRules, event.customer_profile());
}

Status CheckIdentityLink(const event::v1::Event& event) {
  return Apply<IdentityLink>(kLinkRules, event.identity_link());
}

Status CheckRetraction(const event::v1::Event& event) {
  return Apply<Retraction>(kRetractionRules, event.retraction());
}

}  // namespace clientele::ingest::rules
