#include "projections/replay/restriction.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "base/entity.h"
#include "projections/column_values.h"

namespace clientele::projections::replay {

namespace {

using base::FailField;
using event::v1::Event;

// The last moment of a DateTime64(3), 2299-12-31.
constexpr int64_t kEndOfTimeMs = 10'413'791'999'000;

// Of entities: a retraction belongs to what it takes back.
std::vector<std::string_view> KindNames() {
  std::vector<std::string_view> names;
  const auto* payload = Event::descriptor()->FindOneofByName("payload");
  for (int i = 0; i < payload->field_count(); ++i) {
    if (payload->field(i)->number() == Event::kRetractionFieldNumber) continue;
    names.emplace_back(payload->field(i)->name());
  }
  return names;
}

base::Status Take(const std::string& text, const std::string& field, const std::string& value,
                  Restriction& restriction) {
  if (field == "tenant") {
    restriction.tenant = value;
    return {};
  }
  if (field == "kind") {
    const auto kinds = KindNames();
    restriction.entity_kind = base::KindNumber(value);
    if (std::ranges::find(kinds, value) != kinds.end()) return {};
    return FailField("--where", "--where {}: kind must be one of {}", text, fmt::join(kinds, ", "));
  }
  if (field == "purpose") {
    Event::Purpose purpose = Event::PURPOSE_UNSPECIFIED;
    const bool known = Event::Purpose_Parse(value, &purpose);
    restriction.purpose = static_cast<int8_t>(purpose);
    if (known && restriction.purpose != 0) return {};
    return FailField("--where", "--where {}: purpose must be REAL, MYSTERY or TEST", text);
  }
  return FailField("--where", "--where {}: field {} must be tenant, kind or purpose", text, field);
}

}  // namespace

std::string FormatMoment(int64_t ms) {
  const int64_t rest = ((ms % 1'000) + 1'000) % 1'000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime((ms - rest) / 1'000), rest);
}

bool Restriction::none() const {
  return !from_ms && !to_ms && tenant.empty() && entity_kind == 0 && purpose == 0;
}

std::string Restriction::ToString() const {
  std::string text;
  const auto add = [&](std::string_view name, std::string_view value) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
  };
  if (from_ms) add("from", FormatMoment(*from_ms));
  if (to_ms) add("to", FormatMoment(*to_ms));
  if (!tenant.empty()) add("tenant", tenant);
  if (entity_kind != 0) add("kind", base::KindName(entity_kind));
  if (purpose != 0) add("purpose", Event::Purpose_Name(purpose));
  return text;
}

runner::RowFilter Restriction::Filter() const {
  if (none()) return nullptr;
  return [*this](const Origin& origin, uint32_t kind, const Event& telling) {
    if (from_ms && origin.recorded_at_ms < *from_ms) return false;
    if (to_ms && origin.recorded_at_ms >= *to_ms) return false;
    if (!tenant.empty() && telling.tenant() != tenant) return false;
    if (entity_kind != 0 && kind != entity_kind) return false;
    return purpose == 0 || PurposeOf(telling) == purpose;
  };
}

void Restriction::AddTo(clickhouse::Parameters& parameters) const {
  parameters["from_ms"] = std::to_string(from_ms.value_or(0));
  parameters["to_ms"] = std::to_string(to_ms.value_or(kEndOfTimeMs));
  parameters["tenant"] = tenant;
  parameters["kind"] = std::to_string(entity_kind);
  parameters["purpose"] = std::to_string(purpose);
}

base::Result<Restriction> MakeRestriction(std::optional<int64_t> from_ms,
                                          std::optional<int64_t> to_ms,
                                          const std::vector<std::string>& where) {
  Restriction restriction;
  restriction.from_ms = from_ms;
  restriction.to_ms = to_ms;
  for (const auto& [name, bound] : {std::pair("--from", from_ms), std::pair("--to", to_ms)}) {
    if (bound && (*bound < 0 || *bound > kEndOfTimeMs)) {
      return FailField(name, "{} {}: must lie between 1970 and 2299", name, FormatMoment(*bound));
    }
  }
  if (from_ms && to_ms && *from_ms >= *to_ms) {
    return FailField("--from", "--from {}: must lie before --to {}", FormatMoment(*from_ms),
                     FormatMoment(*to_ms));
  }
  std::set<std::string> seen;
  for (const std::string& text : where) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
      return FailField("--where", "--where {}: must be field=value, e.g. tenant=main", text);
    }
    const std::string field = text.substr(0, equals);
    if (!seen.insert(field).second) {
      return FailField("--where", "--where {}: {} is given twice", text, field);
    }
    if (auto taken = Take(text, field, text.substr(equals + 1), restriction); !taken) {
      return tl::unexpected(taken.error());
    }
  }
  return restriction;
}

}  // namespace clientele::projections::replay
