#include "query/plan.h"

#include <algorithm>

#include "query/expression.h"
#include "query/lacking.h"
#include "query/request.h"

namespace clientele::query {
namespace {

using base::FailField;

// Index of `item` in `items`, added if it is not there.
template <typename T>
size_t IndexOf(std::vector<T>& items, T item) {
  const auto found = std::ranges::find(items, item);
  const auto index = static_cast<size_t>(found - items.begin());
  if (found == items.end()) items.push_back(std::move(item));
  return index;
}

// What the variant sums up, counts once or puts in order; null if it counts rows.
const Measure* MeasureOf(const Source& source, const Variant& variant) {
  if (!variant.sum.empty()) return &source.sums.at(variant.sum);
  return variant.value.empty() ? nullptr : &source.values.at(variant.value);
}

// Conditions of which each may be empty.
std::string Both(const std::string& first, const std::string& second) {
  if (first.empty() || second.empty()) return first + second;
  return fmt::format("({}) AND ({})", first, second);
}

Aggregate::Kind KindOfMeasure(Kind kind) {
  switch (kind) {
    case Kind::kDistinct:
      return Aggregate::Kind::kDistinct;
    case Kind::kQuantile:
      return Aggregate::Kind::kQuantile;
    default:
      return Aggregate::Kind::kSum;
  }
}

class Planner {
 public:
  Planner(const Catalogue& catalogue, const v1::QueryRequest& request,
          const std::vector<std::string>& rows_by, Plan& plan)
      : catalogue_(catalogue),
        request_(request),
        plan_(plan),
        used_(UsedDimensionsOf(catalogue, request, plan.filter, rows_by)) {}

  // That there are groups, of one of the metrics, and that what it adds up is in one unit.
  [[nodiscard]] base::Status CheckDimensions(const std::vector<WantedColumn>& columns) const {
    if (auto any = CheckAnyHasAll(catalogue_, columns, used_); !any) return any;
    std::string first;
    for (const WantedColumn& column : columns) {
      if (!HasAll(catalogue_, column, used_)) continue;
      const std::string mixed = MixedUnits(column, *column.metric);
      if (mixed.empty()) return {};
      if (first.empty()) first = fmt::format("group_by: {} {}", column.metric->id, mixed);
    }
    return FailField("group_by", "{}", first);
  }

  base::Status Add(const WantedColumn& wanted) {
    std::vector<std::string> lacking = WhyNot(wanted);
    auto column = lacking.empty() ? PlanColumn(*wanted.metric, *wanted.variant, *wanted.metric)
                                  : LackingColumn(wanted, std::move(lacking));
    if (!column) return tl::unexpected(column.error());
    plan_.columns.push_back(std::move(*column));
    return {};
  }

  // Figures that mean nothing by their groups still need to know which groups there are.
  void Finish() {
    if (!plan_.scans.empty()) return;
    for (auto& [source, column] : not_applicable_) {
      column.scan = ScanOf(*source, *column.metric, {});
      AddAggregates(*source, column);
    }
  }

 private:
  // Why the column has no figures in this request, a sentence each; none: it has.
  [[nodiscard]] std::vector<std::string> WhyNot(const WantedColumn& wanted) const {
    if (!HasAll(catalogue_, wanted, used_)) return WhatIsLacking(*wanted.metric, used_);
    const std::string mixed = MixedUnits(wanted, *wanted.metric);
    if (mixed.empty()) return {};
    return {fmt::format("{} is not applicable: it {}", wanted.metric->id, mixed)};
  }

  // What a group's rows add up to, or are put in order by, must be in one unit. Of a column that
  // has all dimensions: what is wrong, of it or of a part; empty if nothing is.
  [[nodiscard]] std::string MixedUnits(const WantedColumn& wanted, const Metric& asked) const {
    for (const std::string& part : wanted.variant->formula.parts) {
      const auto [metric, variant] = catalogue_.FindVariant(part);
      std::string mixed = MixedUnits({metric, variant}, asked);
      if (!mixed.empty()) return mixed;
    }
    if (!HasUnit(wanted.metric->kind, *wanted.variant)) return {};
    const Source& source = *SourceWith(*wanted.metric, used_);
    for (const auto& [name, dimension] : catalogue_.TableOf(source).dimensions) {
      const bool grouped = std::ranges::find(plan_.group_by, name) != plan_.group_by.end();
      const bool is_one = source.Has(name) && OneValueOf(name, plan_.filter) != nullptr;
      if (!dimension.unit_of_sums || grouped || is_one) continue;
      const bool part = &asked != wanted.metric;
      return fmt::format(
          "adds up amounts{} that are in units of {}: group by it, or filter it to one value",
          part ? " of its part " + wanted.metric->id : "", name);
    }
    return {};
  }

  // Of a metric that has no figures in a request in which others have: why.
  base::Result<PlannedColumn> LackingColumn(const WantedColumn& wanted,
                                            std::vector<std::string> why) {
    PlannedColumn column;
    column.metric = wanted.metric;
    column.variant = wanted.variant;
    column.not_applicable = true;
    auto parameters = ParametersOf(*wanted.metric, request_);
    if (!parameters) return tl::unexpected(parameters.error());
    column.parameters = std::move(*parameters);
    for (std::string& sentence : why) IndexOf(plan_.warnings, std::move(sentence));
    return column;
  }

  // `asked`: what the request names, of which it may be a part.
  base::Result<PlannedColumn> PlanColumn(const Metric& metric, const Variant& variant,
                                         const Metric& asked) {
    PlannedColumn column;
    column.metric = &metric;
    column.variant = &variant;
    auto parameters = ParametersOf(metric, request_);
    if (!parameters) return tl::unexpected(parameters.error());
    column.parameters = std::move(*parameters);
    for (const std::string& name : variant.formula.parts) {
      const auto [of, which] = catalogue_.FindVariant(name);
      auto part = PlanColumn(*of, *which, asked);
      if (!part) return part;
      column.parts.push_back(std::move(*part));
    }
    if (metric.kind == Kind::kDerived) return column;
    const Source& source = *SourceWith(metric, used_);
    if (auto all = NotePoints(metric, asked); !all) return tl::unexpected(all.error());
    NoteNotApplicable(column);
    NoteRemarks(metric);
    if (column.not_applicable) {
      not_applicable_.emplace_back(&source, column);
    } else {
      column.scan = ScanOf(source, metric, DistinctOf(source, metric, variant));
      AddAggregates(source, column);
    }
    return column;
  }

  // A distribution is by its points, each of which is of all rows.
  base::Status NotePoints(const Metric& metric, const Metric& asked) {
    const Dimension* const points = catalogue_.PointsOf(metric);
    if (points == nullptr) return {};
    for (const UsedDimension& dimension : used_.named) {
      if (dimension.name != points->id || dimension.field.starts_with("group_by")) continue;
      return FailField(dimension.field,
                       "{} = {}: must not be filtered by, as {} is a distribution over all of it",
                       dimension.field, dimension.name, asked.id);
    }
    const auto place = std::ranges::find(plan_.group_by, points->id);
    if (place == plan_.group_by.end()) {
      return FailField("group_by", "group_by: {} is a distribution over {}: group by it", asked.id,
                       points->id);
    }
    plan_.points =
        PlannedPoints{static_cast<size_t>(place - plan_.group_by.begin()), points->last_point};
    return {};
  }

  // Also by what the rows are of: the others and all together of groups that it means nothing by.
  void NoteNotApplicable(PlannedColumn& column) {
    for (const std::string& name : used_.all) {
      const std::string_view reason = column.metric->NotApplicable(*column.variant, name);
      if (reason.empty()) continue;
      column.not_applicable = true;
      IndexOf(plan_.warnings,
              fmt::format("{} is not applicable by {}: {}", column.metric->id, name, reason));
    }
  }

  void NoteRemarks(const Metric& metric) {
    for (const UsedDimension& dimension : used_.named) {
      const auto remark = metric.remarks.find(dimension.name);
      if (remark == metric.remarks.end()) continue;
      IndexOf(plan_.warnings,
              fmt::format("{} by {} is {}", metric.id, dimension.name, remark->second));
    }
  }

  // The expression whose distinct values the variant counts, else empty.
  static std::string_view DistinctOf(const Source& source, const Metric& metric,
                                     const Variant& variant) {
    if (metric.kind != Kind::kDistinct) return {};
    return source.values.at(variant.value).of;
  }

  size_t ScanOf(const Source& source, const Metric& metric, std::string_view distinct) {
    const Table& table = catalogue_.TableOf(source);
    FilterNode filter = Without(plan_.filter, used_.NotBinding(metric));
    const auto found = std::ranges::find_if(plan_.scans, [&](const Scan& scan) {
      return scan.table == &table && scan.time == source.time && scan.distinct == distinct &&
             scan.filter == filter;
    });
    if (found != plan_.scans.end()) return static_cast<size_t>(found - plan_.scans.begin());
    Scan scan;
    scan.table = &table;
    scan.reads = catalogue_.ReadsOf(table);
    scan.time = source.time;
    scan.distinct = distinct;
    scan.filter = std::move(filter);
    const auto span = table.spans.find(source.time);
    if (span != table.spans.end()) scan.span = &span->second;
    for (const std::string& name : request_.group_by()) {
      const Dimension& dimension = table.dimensions.at(name);
      if (dimension.last_point > 0) {
        scan.points = &dimension;
      } else {
        scan.keys.push_back(&dimension);
      }
    }
    for (const UsedDimension& used : used_.named) {
      const auto dimension = table.dimensions.find(used.name);
      if (dimension == table.dimensions.end()) continue;  // a unit that does not bind the metric
      plan_.names_people |= dimension->second.named_person;
      plan_.by_result |= dimension->second.result;
      if (!dimension->second.looked_up.empty()) IndexOf(scan.looked_up, &dimension->second);
    }
    if (!scan.looked_up.empty()) scan.look_up = catalogue_.FindTable(table.look_up->table);
    plan_.scans.push_back(std::move(scan));
    return plan_.scans.size() - 1;
  }

  // The expression with its parameters named and their values noted.
  std::string Bind(std::string_view expression, const PlannedColumn& column) {
    return ReplaceParameters(expression, [&](std::string_view name) {
      std::string bound = fmt::format("{}_{}", column.metric->id, name);
      plan_.scans[column.scan].parameters[bound] = column.parameters.at(std::string(name));
      return "{" + bound + "}";
    });
  }

  void AddAggregates(const Source& source, PlannedColumn& column) {
    Scan& scan = plan_.scans[column.scan];
    const std::string population = Bind(source.population, column);
    IndexOf(scan.populations, population);
    if (column.not_applicable) return;
    bool up_to_point = column.metric->kind == Kind::kDistribution;
    const auto add = [&](Aggregate::Kind kind, std::string condition, std::string measure) {
      const double level = kind == Aggregate::Kind::kQuantile ? column.variant->level : 0;
      return IndexOf(scan.aggregates, Aggregate{.kind = kind,
                                                .population = population,
                                                .condition = std::move(condition),
                                                .measure = std::move(measure),
                                                .level = level,
                                                .up_to_point = up_to_point});
    };
    const auto count = [&](const std::string& condition) {
      return add(Aggregate::Kind::kCount, Bind(condition, column), {});
    };
    const auto sum = [&](const Measure& summed) {
      return add(Aggregate::Kind::kSum, Bind(summed.where, column), Bind(summed.of, column));
    };
    const bool of_sums = column.variant->of_sums;
    const auto combine = [&](const std::vector<Term>& terms) {
      Combination combination;
      for (const auto& [sign, name] : terms) {
        combination.emplace_back(
            sign, of_sums ? sum(source.sums.at(name)) : count(source.counts.at(name)));
      }
      return combination;
    };
    column.numerator = combine(column.variant->numerator);
    up_to_point = false;
    column.denominator = combine(column.variant->denominator);
    column.observations = column.denominator;
    if (!column.variant->immature.empty()) {
      column.immature = count(source.counts.at(column.variant->immature));
    }
    if (of_sums && column.variant->observation_size == 0) {
      const Measure& first = source.sums.at(column.variant->denominator.front().name);
      column.observations = {{1, count(first.where)}};
    }
    const Measure* measured = MeasureOf(source, *column.variant);
    if (measured == nullptr) return;
    const std::string condition = Bind(Both(measured->where, measured->told), column);
    const std::string measure = Bind(measured->of, column);
    if (!measured->told.empty()) column.rows = count(measured->where);
    column.numerator = {{1, add(KindOfMeasure(column.metric->kind), condition, measure)}};
    column.denominator = {{1, add(Aggregate::Kind::kCount, condition, {})}};
    if (column.variant->interval == IntervalMethod::kStudent) {
      column.squares = add(Aggregate::Kind::kSumOfSquares, condition, measure);
    }
    if (column.variant->interval == IntervalMethod::kOrderStatistics) {
      column.low = AddEnd(scan, column, false);
      column.high = AddEnd(scan, column, true);
    }
  }

  // Of the column's quantile.
  static RankedEnd AddEnd(Scan& scan, const PlannedColumn& column, bool high_end) {
    RankedEnd end;
    Aggregate aggregate = scan.aggregates[column.numerator.front().second];
    aggregate.high_end = high_end;
    aggregate.kind = Aggregate::Kind::kRank;
    end.rank = IndexOf(scan.aggregates, aggregate);
    aggregate.kind = Aggregate::Kind::kNearRank;
    for (size_t i = 0; i < end.values.size(); ++i) {
      aggregate.off = static_cast<int>(i) - kMostOff;
      end.values[i] = IndexOf(scan.aggregates, aggregate);
    }
    return end;
  }

  const Catalogue& catalogue_;
  const v1::QueryRequest& request_;
  Plan& plan_;
  const UsedDimensions used_;
  std::vector<std::pair<const Source*, PlannedColumn>> not_applicable_;
};

struct Range {
  CivilRange civil;
  int64_t from = 0;
  int64_t to = 0;
};

base::Result<Range> WantedRange(const Zone& zone, const v1::QueryRequest& request) {
  const auto from = ParseCivil("from", request.from());
  if (!from) return tl::unexpected(from.error());
  const auto to = ParseCivil("to", request.to());
  if (!to) return tl::unexpected(to.error());
  const Range range{{*from, *to}, zone.ToInstant(*from), zone.ToInstant(*to)};
  if (range.to <= range.from) {
    return FailField("to", "to = {}: must be after from = {}", request.to(), request.from());
  }
  return range;
}

}  // namespace

base::Result<Plan> MakePlan(const Catalogue& catalogue, const v1::QueryRequest& request,
                            const FilterNode* more, const std::vector<std::string>& rows_by) {
  const auto columns = WantedColumns(catalogue, request);
  if (!columns) return tl::unexpected(columns.error());
  const auto zone = Zone::Find(request.time_zone());
  if (!zone) return tl::unexpected(zone.error());
  const auto range = WantedRange(*zone, request);
  if (!range) return tl::unexpected(range.error());
  const auto grain = WantedGrain(request);
  if (!grain) return tl::unexpected(grain.error());
  const auto rules = WantedCalendar(request);
  if (!rules) return tl::unexpected(rules.error());
  const auto limit = WantedLimit(request);
  if (!limit) return tl::unexpected(limit.error());
  auto buckets = MakeBuckets(*zone, *grain, range->from, range->to, *rules);
  if (!buckets) return tl::unexpected(buckets.error());
  auto good = CheckGroupBy(catalogue, request);
  if (!good) return tl::unexpected(good.error());
  auto filter = ReadFilter(catalogue, request);
  if (!filter) return tl::unexpected(filter.error());
  if (more != nullptr) filter->children.push_back(*more);
  good = CheckParameters(*columns, request);
  if (good) good = CheckTellApart(*columns, request);
  if (!good) return tl::unexpected(good.error());

  Plan plan{.zone = *zone,
            .grain = *grain,
            .from = range->from,
            .to = range->to,
            .buckets = std::move(*buckets),
            .group_by = {request.group_by().begin(), request.group_by().end()},
            .points = {},
            .filter = std::move(*filter),
            .columns = {},
            .scans = {},
            .limit = *limit,
            .names_people = false,
            .by_result = false,
            .warnings = {},
            .earlier = {},
            .whole_to = {},
            .tell_apart = {},
            .plan_attainment = request.plan_attainment()};
  if (request.has_tell_apart()) plan.tell_apart = request.tell_apart();
  Planner planner(catalogue, request, rows_by, plan);
  good = planner.CheckDimensions(*columns);
  if (!good) return tl::unexpected(good.error());
  for (const WantedColumn& column : *columns) {
    if (auto added = planner.Add(column); !added) return tl::unexpected(added.error());
  }
  planner.Finish();
  if (!request.has_compare()) return plan;
  auto earlier = MakeEarlierRange(request.compare(), plan.zone, plan.grain, *rules, range->civil,
                                  plan.buckets);
  if (!earlier) return tl::unexpected(earlier.error());
  plan.earlier = std::move(*earlier);
  return plan;
}

}  // namespace clientele::query
