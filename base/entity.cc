#include "base/entity.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace clientele::base {
namespace {

Result<std::string> Single(const char* field, const std::string& id) {
  if (id.empty()) return FailField(field, "empty: is required, it is the entity's id");
  return id;
}

Status Needs(const char* field, bool given) {
  if (!given) return FailField(field, "not set: is required, it is part of the entity's id");
  return {};
}

Result<std::string> Versioned(const char* id_field, const std::string& id,
                              const char* version_field, uint32_t version) {
  if (auto given = Needs(id_field, !id.empty()); !given) return tl::unexpected(given.error());
  if (auto given = Needs(version_field, version != 0); !given) {
    return tl::unexpected(given.error());
  }
  return CompositeId({id, std::to_string(version)});
}

Result<std::string> From(const char* id_field, const std::string& id, const char* from_field,
                         int64_t from) {
  if (auto given = Needs(id_field, !id.empty()); !given) return tl::unexpected(given.error());
  if (auto given = Needs(from_field, from != 0); !given) return tl::unexpected(given.error());
  return CompositeId({id, std::to_string(from)});
}

Result<std::string> SurveyId(const event::v1::Survey& survey) {
  if (auto given = Needs("survey.response_id", !survey.response_id().empty()); !given) {
    return tl::unexpected(given.error());
  }
  if (auto given = Needs("survey.question_id", !survey.question_id().empty()); !given) {
    return tl::unexpected(given.error());
  }
  return CompositeId({survey.response_id(), survey.question_id()});
}

Result<std::string> LinkId(const event::v1::IdentityLink& link) {
  if (auto given = Needs("identity_link.customer_a", !link.customer_a().empty()); !given) {
    return tl::unexpected(given.error());
  }
  if (auto given = Needs("identity_link.customer_b", !link.customer_b().empty()); !given) {
    return tl::unexpected(given.error());
  }
  const auto [low, high] = std::minmax(link.customer_a(), link.customer_b());
  return CompositeId({low, high});
}

Result<std::string> AgentStateId(const event::v1::AgentState& state) {
  if (auto given = Needs("agent_state.employee_id", !state.employee_id().empty()); !given) {
    return tl::unexpected(given.error());
  }
  if (auto given = Needs("agent_state.state", state.state() != 0); !given) {
    return tl::unexpected(given.error());
  }
  if (auto given = Needs("agent_state.from", state.from() != 0); !given) {
    return tl::unexpected(given.error());
  }
  return CompositeId(
      {state.employee_id(), std::to_string(state.state()), std::to_string(state.from())});
}

Result<std::string> TrainingId(const event::v1::Training& training) {
  if (auto given = Needs("training.employee_id", !training.employee_id().empty()); !given) {
    return tl::unexpected(given.error());
  }
  if (auto given = Needs("training.kind", training.kind() != 0); !given) {
    return tl::unexpected(given.error());
  }
  if (auto given = Needs("training.id", !training.id().empty()); !given) {
    return tl::unexpected(given.error());
  }
  return CompositeId({training.employee_id(), std::to_string(training.kind()), training.id()});
}

Result<std::string> TargetId(const event::v1::Target& target) {
  const auto& scope = target.scope();
  if (auto given = Needs("target.metric", !target.metric().empty()); !given) {
    return tl::unexpected(given.error());
  }
  if (auto given = Needs("target.scope.kind", scope.kind() != 0); !given) {
    return tl::unexpected(given.error());
  }
  const auto& period = target.period();
  if (auto given = Needs("target.period", period.from() != 0 && period.to() != 0); !given) {
    return tl::unexpected(given.error());
  }
  return CompositeId({target.metric(), std::to_string(scope.kind()), scope.id(),
                      std::to_string(period.from()), std::to_string(period.to())});
}

Result<std::string> ServiceTargetId(const event::v1::ServiceTarget& target) {
  const bool queue = target.has_queue_id();
  const std::string& id = queue ? target.queue_id() : target.team_id();
  if (auto given = Needs("service_target.queue_id", !id.empty()); !given) {
    return tl::unexpected(given.error());
  }
  if (auto given = Needs("service_target.valid_from", target.valid_from() != 0); !given) {
    return tl::unexpected(given.error());
  }
  return CompositeId({queue ? "queue" : "team", id, std::to_string(target.valid_from())});
}

Result<std::string> ExchangeRateId(const event::v1::ExchangeRate& rate) {
  if (auto given = Needs("exchange_rate.currency", !rate.currency().empty()); !given) {
    return tl::unexpected(given.error());
  }
  if (auto given = Needs("exchange_rate.to", !rate.to().empty()); !given) {
    return tl::unexpected(given.error());
  }
  if (auto given = Needs("exchange_rate.day", !rate.day().empty()); !given) {
    return tl::unexpected(given.error());
  }
  return CompositeId({rate.currency(), rate.to(), rate.day()});
}

Result<std::string> ModelId(const event::v1::Event& event) {
  switch (event.payload_case()) {
    case event::v1::Event::kScorecard:
      return Versioned("scorecard.scorecard_id", event.scorecard().scorecard_id(),
                       "scorecard.version", event.scorecard().version());
    case event::v1::Event::kSamplingPlan:
      return Versioned("sampling_plan.plan_id", event.sampling_plan().plan_id(),
                       "sampling_plan.version", event.sampling_plan().version());
    case event::v1::Event::kIncentivePlan:
      return Versioned("incentive_plan.plan_id", event.incentive_plan().plan_id(),
                       "incentive_plan.version", event.incentive_plan().version());
    case event::v1::Event::kJourneyModel:
      return Versioned("journey_model.model_id", event.journey_model().model_id(),
                       "journey_model.version", event.journey_model().version());
    case event::v1::Event::kCalendar:
      return Versioned("calendar.calendar_id", event.calendar().calendar_id(), "calendar.version",
                       event.calendar().version());
    default:
      return FailField("payload", "not set, or of a kind that is not known here");
  }
}

Result<std::string> CompanyFactId(const event::v1::Event& event) {
  switch (event.payload_case()) {
    case event::v1::Event::kCost:
      return Single("cost.cost_id", event.cost().cost_id());
    case event::v1::Event::kInitiative:
      return Single("initiative.initiative_id", event.initiative().initiative_id());
    case event::v1::Event::kIncident:
      return Single("incident.incident_id", event.incident().incident_id());
    case event::v1::Event::kStaff:
      return From("staff.employee_id", event.staff().employee_id(), "staff.valid_from",
                  event.staff().valid_from());
    case event::v1::Event::kAgentState:
      return AgentStateId(event.agent_state());
    case event::v1::Event::kTraining:
      return TrainingId(event.training());
    case event::v1::Event::kTarget:
      return TargetId(event.target());
    case event::v1::Event::kServiceTarget:
      return ServiceTargetId(event.service_target());
    case event::v1::Event::kExchangeRate:
      return ExchangeRateId(event.exchange_rate());
    default:
      return ModelId(event);
  }
}

}  // namespace

std::string_view KindName(uint32_t kind) {
  const auto* field = event::v1::Event::descriptor()->FindFieldByNumber(static_cast<int>(kind));
  if (field == nullptr || field->containing_oneof() == nullptr) return "unknown";
  return field->name();
}

uint32_t KindNumber(std::string_view name) {
  const auto* field = event::v1::Event::descriptor()->FindFieldByName(std::string(name));
  if (field == nullptr || field->containing_oneof() == nullptr) return 0;
  return static_cast<uint32_t>(field->number());
}

uint32_t EntityKindOf(const event::v1::Event& event) {
  return event.has_retraction() ? event.retraction().kind() : KindOf(event);
}

Result<std::string> PayloadEntityId(const event::v1::Event& event) {
  switch (event.payload_case()) {
    case event::v1::Event::kTouchpoint:
      return event.touchpoint().touchpoint_id();
    case event::v1::Event::kCall:
      return Single("call.call_id", event.call().call_id());
    case event::v1::Event::kCase:
      return Single("case.case_id", event.case_().case_id());
    case event::v1::Event::kScore:
      return Single("score.evaluation_id", event.score().evaluation_id());
    case event::v1::Event::kSurvey:
      return SurveyId(event.survey());
    case event::v1::Event::kCustomerProfile:
      return From("customer_id", event.customer_id(), "customer_profile.valid_from",
                  event.customer_profile().valid_from());
    case event::v1::Event::kIdentityLink:
      return LinkId(event.identity_link());
    case event::v1::Event::kRetraction:
      return Single("retraction.entity_id", event.retraction().entity_id());
    default:
      return CompanyFactId(event);
  }
}

std::string CompositeId(std::initializer_list<std::string_view> parts) {
  std::string id;
  for (const std::string_view part : parts) {
    std::array<char, 20> size{};  // of any number
    const auto end = std::to_chars(size.begin(), size.end(), part.size()).ptr;
    id.append(size.begin(), end);
    id += ':';
    id += part;
  }
  return id;
}

void AppendKafkaKey(const EntityKey& key, std::string& out) {
  out += static_cast<char>(key.tenant.size());
  out += key.tenant;
  out += static_cast<char>(key.kind >> 8);
  out += static_cast<char>(key.kind & 0xff);
  out += key.entity_id;
}

Result<EntityKey> ParseKafkaKey(std::string_view bytes) {
  if (bytes.empty()) return Fail(Code::kInvalidArgument, "kafka key: empty");
  const auto tenant_size = static_cast<uint8_t>(bytes[0]);
  if (bytes.size() < size_t{1} + tenant_size + 2) {
    return Fail(Code::kInvalidArgument, "kafka key: {} bytes are too few", bytes.size());
  }
  EntityKey key;
  key.tenant = bytes.substr(1, tenant_size);
  bytes.remove_prefix(size_t{1} + tenant_size);
  key.kind =
      static_cast<uint32_t>(static_cast<uint8_t>(bytes[0]) << 8 | static_cast<uint8_t>(bytes[1]));
  key.entity_id = bytes.substr(2);
  return key;
}

}  // namespace clientele::base
