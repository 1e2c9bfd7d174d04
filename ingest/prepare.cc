#include "ingest/prepare.h"

#include <algorithm>

#include "base/entity.h"
#include "base/utf8.h"
#include "ingest/aes.h"
#include "ingest/event_id.h"
#include "ingest/rules/rule.h"
#include "ingest/validation.h"

namespace clientele::ingest {
namespace {

using base::FailField;
using base::Status;
using event::v1::Event;
using rules::Quoted;

// Holds a usual event whole, so that parsing it allocates no block.
constexpr size_t kFirstBlockBytes = size_t{32} << 10;

google::protobuf::ArenaOptions ArenaOn(std::vector<char>& block) {
  google::protobuf::ArenaOptions options;
  options.initial_block = block.data();
  options.initial_block_size = block.size();
  return options;
}

// A UUID that a client gave, in the one form that is stored: lower case.
void Canonical(std::string* text) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'F'; };
  if (std::ranges::none_of(*text, capital) || !base::ParseUuid(*text)) return;
  for (char& c : *text) {
    if (capital(c)) c = static_cast<char>(c - 'A' + 'a');
  }
}

std::string SubjectOf(const Event& event) {
  if (event.has_staff()) return "employee:" + event.staff().employee_id();
  if (!event.customer_id().empty()) return "customer:" + event.customer_id();
  if (event.has_score()) return "employee:" + event.score().employee_id();
  return fmt::format("entity:{}:{}", base::EntityKindOf(event), event.entity_id());
}

}  // namespace

Preparer::Preparer(std::string tenant, KeySet& keys, DataKeys& data_keys, const PhoneRegion& region)
    : tenant_(std::move(tenant)),
      data_keys_(data_keys),
      region_(region),
      tenant_keys_(keys.Of(tenant_)),
      pseudonymizer_(tenant_keys_->pseudonym),
      first_block_(kFirstBlockBytes),
      arena_(ArenaOn(first_block_)) {}

Status Preparer::Prepare(std::string_view bytes, int64_t now) {
  event_id_ = {};
  used_keys_.clear();
  const auto parsed = Parse(bytes);
  if (!parsed) return tl::unexpected(parsed.error());
  Event& event = **parsed;
  if (Status status = CheckEnvelope(event, tenant_, now); !status) return status;
  event.set_received_at(now);
  if (Status status = Complete(event); !status) return status;
  return Serialise(event);
}

base::Result<Event*> Preparer::Parse(std::string_view bytes) {
  if (bytes.size() > kMostEventBytes) {
    return FailField("event", "{} bytes: must be at most {}", bytes.size(), kMostEventBytes);
  }
  arena_.Reset();
  auto* const event = google::protobuf::Arena::CreateMessage<Event>(&arena_);
  if (event->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return event;
  std::string field = base::FindBadUtf8(*event);
  if (!field.empty()) return FailField(std::move(field), "is not UTF-8");
  return FailField("event", "{} bytes: are no clientele.event.v1.Event", bytes.size());
}

Status Preparer::Complete(Event& event) {
  event.set_tenant(tenant_);
  if (Status status = FillEventId(event); !status) return status;
  if (Status status = FillCustomer(event); !status) return status;
  if (Status status = CheckPayload(event, event.received_at()); !status) return status;
  if (Status status = FillEntityId(event); !status) return status;
  key_.clear();
  base::AppendKafkaKey({event.tenant(), base::EntityKindOf(event), event.entity_id()}, key_);
  return SealTexts(event);
}

Status Preparer::FillEventId(Event& event) {
  if (event.event_id().empty()) {
    event_id_ = DeriveEventId({tenant_, event.source().system(), event.source().external_id(),
                               event.revision(), event.occurred_at()});
    event.set_event_id(event_id_.ToString());
  } else {
    event_id_ = base::ParseUuid(event.event_id()).value_or(base::Uuid());
    Canonical(event.mutable_event_id());
  }
  return {};
}

Status Preparer::FillCustomer(Event& event) {
  if (!event.customer_id().empty()) Canonical(event.mutable_customer_id());
  for (std::string& alias : *event.mutable_alias_ids()) Canonical(&alias);
  if (event.identifiers_size() > 0) {
    if (Status status = FillPseudonyms(event); !status) return status;
  }
  if (!event.has_identity_link()) return {};
  auto* const link = event.mutable_identity_link();
  if (event.customer_id().empty()) {
    Canonical(link->mutable_customer_a());
    Canonical(link->mutable_customer_b());
    return {};
  }
  // The ends of the link came as identifiers.
  if (!link->customer_a().empty() || !link->customer_b().empty()) {
    return FailField("identity_link.customer_a",
                     "{}: give either the pseudonyms or two identifiers",
                     Quoted(link->customer_a()));
  }
  if (event.alias_ids_size() != 1) {
    return FailField("identifiers", "{} different ones: an identity_link needs exactly two",
                     event.alias_ids_size() + 1);
  }
  link->set_customer_a(event.customer_id());
  link->set_customer_b(event.alias_ids(0));
  event.clear_customer_id();
  event.clear_alias_ids();
  return {};
}

Status Preparer::FillPseudonyms(Event& event) {
  for (int i = 0; i < event.identifiers_size(); ++i) {
    const auto& identifier = event.identifiers(i);
    const auto normalised = NormaliseIdentifier(identifier, region_);
    if (!normalised) return rules::Within(fmt::format("identifiers[{}]", i), normalised.error());
    const std::string pseudonym =
        pseudonymizer_.Of(identifier.type(), identifier.namespace_(), *normalised).ToString();
    if (i == 0) {
      event.set_customer_id(pseudonym);
      continue;
    }
    const bool known = pseudonym == event.customer_id() ||
                       std::ranges::find(event.alias_ids(), pseudonym) != event.alias_ids().end();
    if (!known) event.add_alias_ids(pseudonym);
  }
  event.clear_identifiers();
  return {};
}

Status Preparer::FillEntityId(Event& event) {
  auto id = base::PayloadEntityId(event);
  if (!id) return tl::unexpected(id.error());
  if (id->empty()) {
    if (event.revision() != 0) {
      return FailField("touchpoint.touchpoint_id", "empty: is required with revision {}",
                       event.revision());
    }
    *id = event.event_id();
  }
  if (!event.entity_id().empty() && event.entity_id() != *id) {
    return FailField("entity_id", "{}: must be empty or what the payload tells, {}",
                     Quoted(event.entity_id()), Quoted(*id));
  }
  if (rules::TooLong(*id, rules::kMostId)) {
    return FailField("entity_id", "{}: {} characters, must have at most {}; shorten its parts",
                     Quoted(*id), rules::Characters(*id), rules::kMostId);
  }
  event.set_entity_id(std::move(*id));
  return {};
}

Status Preparer::SealTexts(Event& event) {
  std::vector<event::v1::Text*> texts;
  if (event.has_touchpoint() && event.touchpoint().has_text()) {
    texts.push_back(event.mutable_touchpoint()->mutable_text());
  } else if (event.has_survey() && event.survey().has_comment()) {
    texts.push_back(event.mutable_survey()->mutable_comment());
  } else if (event.has_staff() && event.staff().has_display_name()) {
    texts.push_back(event.mutable_staff()->mutable_display_name());
  } else if (event.has_score()) {
    for (auto& item : *event.mutable_score()->mutable_items()) {
      if (item.has_comment()) texts.push_back(item.mutable_comment());
    }
  }
  if (texts.empty()) return {};
  const std::string subject = SubjectOf(event);
  for (event::v1::Text* text : texts) {
    if (Status status = SealText(*text, subject); !status) return status;
  }
  return {};
}

Status Preparer::SealText(event::v1::Text& text, std::string_view subject) {
  if (text.clear().empty()) {
    text.Clear();
    return {};
  }
  const auto key = data_keys_.Of(tenant_, subject);
  if (!key) return tl::unexpected(key.error());
  auto sealed = Seal((*key)->key, text.clear(), key_);
  if (!sealed) return tl::unexpected(sealed.error());
  auto* const form = text.mutable_sealed();
  form->set_key_id((*key)->id.bytes.data(), (*key)->id.bytes.size());
  form->set_nonce(std::move(sealed->nonce));
  form->set_ciphertext(std::move(sealed->ciphertext));
  if (used_keys_.empty() || used_keys_.back() != *key) used_keys_.push_back(*key);
  return {};
}

Status Preparer::Serialise(const Event& event) {
  const size_t size = event.ByteSizeLong();
  if (size > kMostEventBytes) {
    return FailField("event", "{} bytes with what ingest adds: must be at most {}", size,
                     kMostEventBytes);
  }
  value_.resize(size);
  event.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(value_.data()));
  return {};
}

}  // namespace clientele::ingest
