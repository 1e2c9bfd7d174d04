#include "query/plan_attainment.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace clientele::query {
namespace {

using v1::PlanAttainment;

// Dimensions of whose values targets are told, and what targets call that.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kTargetScopes = {
    {{"unit", "UNIT"}, {"team", "TEAM"}, {"employee", "EMPLOYEE"}}};

// Of what the rows of a column are.
struct RowScope {
  std::string_view scope;       // as targets call it
  std::optional<size_t> place;  // of its id among the row's dimensions
  std::string id;               // if it is that of every row
};

// By what the rows of the column, or of its parts, are filtered.
void AddFilteredOf(const Plan& plan, const PlannedColumn& column,
                   std::set<std::string>& dimensions) {
  for (const PlannedColumn& part : column.parts) AddFilteredOf(plan, part, dimensions);
  if (!column.parts.empty() || column.not_applicable) return;
  dimensions.merge(DimensionsOf(plan.scans[column.scan].filter));
}

// Whether the column's amounts, or those of its parts, are in what the dimension names.
bool IsUnitOf(const Plan& plan, const PlannedColumn& column, const std::string& dimension) {
  const auto of_part = [&](const PlannedColumn& part) { return IsUnitOf(plan, part, dimension); };
  if (std::ranges::any_of(column.parts, of_part)) return true;
  if (column.not_applicable || !HasUnit(column.metric->kind, *column.variant)) return false;
  const auto& known = plan.scans[column.scan].table->dimensions;
  const auto found = known.find(dimension);
  return found != known.end() && found->second.unit_of_sums;
}

// What the column's amounts are in, as the request's filter says: dimension -> its only value.
std::map<std::string, std::string> FilteredUnits(const Plan& plan, const PlannedColumn& column) {
  std::map<std::string, std::string> units;
  for (const std::string& dimension : DimensionsOf(plan.filter)) {
    const std::string* const value = OneValueOf(dimension, plan.filter);
    if (value != nullptr && IsUnitOf(plan, column, dimension)) units[dimension] = *value;
  }
  return units;
}

// None if no target can be told of the rows.
std::optional<RowScope> ScopeOf(const Plan& plan, const PlannedColumn& column) {
  std::set<std::string> dimensions(plan.group_by.begin(), plan.group_by.end());
  AddFilteredOf(plan, column, dimensions);
  for (const auto& [unit, value] : FilteredUnits(plan, column)) dimensions.erase(unit);
  if (dimensions.empty()) return RowScope{"COMPANY", {}, {}};
  const std::string& only = *dimensions.begin();
  const auto scope = std::ranges::find(kTargetScopes, std::string_view(only),
                                       &std::pair<std::string_view, std::string_view>::first);
  if (dimensions.size() > 1 || scope == kTargetScopes.end()) return std::nullopt;
  const auto place = std::ranges::find(plan.group_by, only);
  if (place != plan.group_by.end()) {
    return RowScope{scope->second, static_cast<size_t>(place - plan.group_by.begin()), {}};
  }
  const std::string* const id = OneValueOf(only, plan.filter);
  if (id == nullptr) return std::nullopt;
  return RowScope{scope->second, {}, *id};
}

// Of the row, as targets have it; none if its dimension is not told.
std::optional<TargetOf> TargetOfRow(const RowScope& scope, const v1::Row& row) {
  const std::string& id = scope.place ? row.dimensions(static_cast<int>(*scope.place)) : scope.id;
  if (id.empty() && scope.scope != "COMPANY") return std::nullopt;
  return TargetOf{{}, std::string(scope.scope), id};
}

// What the row's figures tell of: its bucket, or as much of it as lies in the range.
Period PeriodOf(const Plan& plan, const v1::Row& row) {
  const auto& starts = plan.buckets.starts;
  const auto found = plan.grain == Grain::kNone
                         ? starts.begin()
                         : std::ranges::lower_bound(starts, row.bucket_start());
  const auto bucket = static_cast<size_t>(found - starts.begin());
  return {std::max(*found, plan.from), std::min(plan.buckets.EndOf(bucket), plan.to)};
}

// Figures of one column, and what is to be said of their targets.
class ColumnTargets {
 public:
  ColumnTargets(const Plan& plan, const PlannedColumn& column, const Targets& targets)
      : plan_(plan),
        column_(column),
        targets_(targets),
        names_(TargetNames(column)),
        scope_(ScopeOf(plan, column)) {}

  void Set(const v1::Row& row, v1::Figure& figure) {
    PlanAttainment& attainment = *figure.mutable_plan_attainment();
    const auto of = scope_ ? TargetOfRow(*scope_, row) : std::nullopt;
    attainment.set_empty(of ? Find(*of, PeriodOf(plan_, row), attainment)
                            : PlanAttainment::OTHER_SCOPE);
    if (attainment.empty() == PlanAttainment::EMPTY_UNSPECIFIED) Divide(figure, attainment);
    any_ = any_ || attainment.has_target();
  }

  void AddWarnings(v1::Meta& meta) const {
    if (other_) meta.add_warnings(*other_);
    if (!any_) return;
    std::map<std::string, std::string> assumed = FilteredUnits(plan_, column_);
    for (const auto& [name, value] : column_.parameters) {
      if (value != column_.metric->parameters.at(name).default_value) {
        assumed[name] = std::to_string(value);
      }
    }
    for (const auto& [name, value] : assumed) {
      meta.add_warnings(fmt::format("a target of {} does not say its {}: it is taken to be of {}",
                                    names_.front(), name, value));
    }
  }

 private:
  // Why it can't be divided by the target, if there is one.
  PlanAttainment::Empty Find(TargetOf of, const Period& period, PlanAttainment& attainment) {
    std::set<double> values;
    const Period* other = nullptr;  // that meets this one
    for (const std::string& name : names_) {
      of.metric = name;
      const auto told = targets_.find(of);
      if (told == targets_.end()) continue;
      for (const Target& target : told->second) {
        if (target.period == period) {
          values.insert(target.value);
        } else if (target.period.from < period.to && target.period.to > period.from) {
          other = &target.period;
        }
      }
    }
    if (values.size() > 1) return PlanAttainment::SEVERAL_TARGETS;
    if (values.size() == 1) {
      attainment.set_target(*values.begin());
      return *values.begin() == 0 ? PlanAttainment::ZERO_TARGET : PlanAttainment::EMPTY_UNSPECIFIED;
    }
    if (other == nullptr) return PlanAttainment::NO_TARGET;
    if (!other_) other_ = WhatOther(period, *other);
    return PlanAttainment::OTHER_PERIOD;
  }

  [[nodiscard]] std::string WhatOther(const Period& period, const Period& other) const {
    const Zone& zone = plan_.zone;
    return fmt::format(
        "{}: no target is of {} to {}, one is of {} to {}: a figure has the target of its own "
        "period alone",
        names_.front(), zone.Format(period.from), zone.Format(period.to), zone.Format(other.from),
        zone.Format(other.to));
  }

  static void Divide(const v1::Figure& figure, PlanAttainment& attainment) {
    if (!figure.has_value()) {
      attainment.set_empty(PlanAttainment::NO_FIGURE);
      return;
    }
    const double target = attainment.target();
    attainment.set_value(figure.value() / target);
    if (!figure.has_low() || !figure.has_high()) return;
    const auto [low, high] = std::minmax({figure.low() / target, figure.high() / target});
    attainment.set_low(low);
    attainment.set_high(high);
  }

  const Plan& plan_;
  const PlannedColumn& column_;
  const Targets& targets_;
  const std::vector<std::string> names_;
  const std::optional<RowScope> scope_;
  bool any_ = false;                  // some figure has a target
  std::optional<std::string> other_;  // of the first one whose target is of another period
};

}  // namespace

void SetPlanAttainment(const Plan& plan, const Targets& targets, v1::QueryResponse& response) {
  for (size_t i = 0; i < plan.columns.size(); ++i) {
    ColumnTargets column(plan, plan.columns[i], targets);
    for (v1::Row& row : *response.mutable_rows()) {
      column.Set(row, *row.mutable_figures(static_cast<int>(i)));
    }
    column.AddWarnings(*response.mutable_meta());
  }
}

}  // namespace clientele::query
