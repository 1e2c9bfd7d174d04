#include "query/answer.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "query/compare.h"
#include "query/describe.h"
#include "query/formula.h"
#include "query/request.h"
#include "query/shortened.h"
#include "query/small_n.h"
#include "query/untold.h"
#include "stats/interval.h"

namespace clientele::query {
namespace {

using base::Code;
using base::Fail;
using stats::Interval;

double Combine(const Combination& combination, const double* cell) {
  double sum = 0;
  if (cell == nullptr) return sum;
  for (const auto& [sign, aggregate] : combination) sum += sign * cell[aggregate];
  return sum;
}

void SetInterval(const std::optional<Interval>& interval, v1::Figure& figure) {
  if (!interval) return;
  figure.set_low(interval->low);
  figure.set_high(interval->high);
}

std::optional<Interval> Scaled(const std::optional<Interval>& interval, double scale) {
  if (!interval) return std::nullopt;
  return Interval{interval->low * scale, interval->high * scale};
}

// What n counts. Of a ratio of sums that tells the size of an observation, the begun one as well.
int64_t RatioObservations(const PlannedColumn& column, const double* cell) {
  const auto counted = static_cast<int64_t>(Combine(column.observations, cell));
  const int64_t size = column.variant->observation_size;
  return size == 0 ? counted : (counted + size - 1) / size;
}

// Rows of the sum that leave out what is summed, beside those that tell it.
int64_t UntoldOf(const PlannedColumn& column, const double* cell, double told) {
  if (!column.rows || cell == nullptr) return 0;
  return static_cast<int64_t>(cell[*column.rows] - told);
}

// Observations whose time window has yet to pass.
int64_t ImmatureOf(const PlannedColumn& column, const double* cell) {
  if (!column.immature || cell == nullptr) return 0;
  return static_cast<int64_t>(cell[*column.immature]);
}

// That counts of which some are parts of others can't be these.
bool IsContradiction(const PlannedColumn& column, const double* cell, double numerator, double n) {
  if (n < 0 || UntoldOf(column, cell, n) < 0 || ImmatureOf(column, cell) < 0) return true;
  switch (column.variant->interval) {
    case IntervalMethod::kWilson:
      return numerator < 0 || numerator > n;
    case IntervalMethod::kAdjustedWald: {
      const auto [promoters, detractors, answers] = RecommendationsOf(column, cell);
      return promoters < 0 || detractors < 0 || promoters + detractors > answers;
    }
    default:
      return false;
  }
}

std::optional<Interval> RatioInterval(const PlannedColumn& column, const double* cell,
                                      double numerator, double denominator) {
  switch (column.variant->interval) {
    case IntervalMethod::kWilson:
      return stats::Wilson(static_cast<int64_t>(numerator), static_cast<int64_t>(denominator));
    case IntervalMethod::kAdjustedWald:
      return stats::AdjustedWald(RecommendationsOf(column, cell));
    default:
      return std::nullopt;
  }
}

void SetRatio(const PlannedColumn& column, const double* cell, v1::Figure& figure) {
  const double numerator = Combine(column.numerator, cell);
  const double denominator = Combine(column.denominator, cell);
  const double scale = column.metric->scale;
  figure.set_n(RatioObservations(column, cell));
  figure.set_numerator(numerator);
  figure.set_denominator(denominator);
  figure.set_immature(ImmatureOf(column, cell));
  if (denominator == 0) {
    figure.set_empty(figure.immature() > 0 ? v1::Figure::IMMATURE : v1::Figure::NO_DATA);
    return;
  }
  figure.set_value(numerator / denominator * scale);
  SetInterval(Scaled(RatioInterval(column, cell, numerator, denominator), scale), figure);
}

// Of no row it is a measured 0; of rows of which none tells it, it is not known.
void SetSum(const PlannedColumn& column, const double* cell, double sum, double told,
            v1::Figure& figure) {
  figure.set_n(static_cast<int64_t>(told));
  figure.set_untold(UntoldOf(column, cell, told));
  if (figure.n() == 0 && figure.untold() > 0) {
    figure.set_empty(v1::Figure::NO_DATA);
  } else {
    figure.set_value(sum * column.metric->scale);
  }
}

// Between the values of the ranks that the number of values gives; none if there are too few.
std::optional<Interval> QuantileInterval(const PlannedColumn& column, const double* cell,
                                         double n) {
  const double level = column.variant->level;
  const auto ranks = stats::QuantileRanks(static_cast<int64_t>(n), level);
  if (!ranks) return std::nullopt;
  const auto value = [&](const RankedEnd& end, int64_t rank) -> std::optional<double> {
    const int64_t off = rank - static_cast<int64_t>(cell[end.rank]);
    if (off < -kMostOff || off > kMostOff) return std::nullopt;
    return cell[end.values[static_cast<size_t>(off + kMostOff)]] * column.metric->scale;
  };
  const auto low = value(column.low, ranks->low);
  const auto high = value(column.high, ranks->high);
  if (!low || !high) return std::nullopt;
  return Interval{*low, *high};
}

void SetQuantile(const PlannedColumn& column, const double* cell, double value, double n,
                 v1::Figure& figure) {
  figure.set_n(static_cast<int64_t>(n));
  if (cell == nullptr || n == 0) {
    figure.set_empty(v1::Figure::NO_DATA);
    return;
  }
  figure.set_value(value * column.metric->scale);
  if (column.variant->interval == IntervalMethod::kOrderStatistics) {
    SetInterval(QuantileInterval(column, cell, n), figure);
  }
}

void SetMean(const PlannedColumn& column, double sum, double count, double squares,
             v1::Figure& figure) {
  const double scale = column.metric->scale;
  figure.set_n(static_cast<int64_t>(count));
  figure.set_numerator(sum * scale);
  figure.set_denominator(count);
  if (count == 0) {
    figure.set_empty(v1::Figure::NO_DATA);
    return;
  }
  figure.set_value(sum / count * scale);
  if (column.variant->interval == IntervalMethod::kStudent) {
    // Scaled last: the sums are whole numbers, whose squares cancel exactly.
    SetInterval(Scaled(stats::MeanInterval(figure.n(), sum, squares), scale), figure);
  }
}

// Values of aggregate `index`, widened.
std::vector<double> ValuesOf(const clickhouse::Block& block, const Aggregate& aggregate,
                             size_t index) {
  const std::string name = fmt::format("value_{}", index);
  if (aggregate.kind == Aggregate::Kind::kSumOfSquares) return block.Get<double>(name);
  const auto& values = block.Get<int64_t>(name);
  return {values.begin(), values.end()};
}

// Adds a row's aggregates, whose point is `at`, to those of its group and bucket: at every point,
// or from its own on.
void AddRow(const Scan& scan, size_t points, size_t at, const std::vector<double>& row,
            std::vector<double>& cell) {
  cell.resize(points * row.size());
  for (size_t point = 0; point < points; ++point) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (at > point && scan.aggregates[i].up_to_point) continue;
      cell[point * row.size() + i] += row[i];
    }
  }
}

base::Result<size_t> BucketOf(const Buckets& buckets, int64_t start) {
  const auto& starts = buckets.starts;
  const auto found = std::ranges::lower_bound(starts, start);
  if (found == starts.end() || *found != start) {
    return Fail(Code::kInternal, "the store named a bucket at {} that was not asked for", start);
  }
  return static_cast<size_t>(found - starts.begin());
}

}  // namespace

base::Status Answer::TakeInto(Cells& cells, const Plan& plan, size_t index,
                              const clickhouse::Block& block) {
  if (block.rows == 0) return {};
  const Scan& scan = plan.scans[index];
  std::vector<std::vector<double>> values;
  for (size_t i = 0; i < scan.aggregates.size(); ++i) {
    values.push_back(ValuesOf(block, scan.aggregates[i], i));
  }
  std::vector<const std::vector<std::string>*> keys;
  for (size_t i = 0; i < scan.keys.size(); ++i) {
    keys.push_back(&block.Get<std::string>(fmt::format("key_{}", i)));
  }
  const std::vector<int64_t>* const at =
      scan.points == nullptr ? nullptr : &block.Get<int64_t>("point");
  const size_t points = plan.PointCount();
  const std::vector<int64_t>* starts =
      plan_.grain == Grain::kNone ? nullptr : &block.Get<int64_t>("bucket");
  std::vector<double> numbers(values.size());
  for (size_t row = 0; row < block.rows; ++row) {
    const auto bucket =
        starts == nullptr ? base::Result<size_t>(0) : BucketOf(plan.buckets, (*starts)[row]);
    if (!bucket) return tl::unexpected(bucket.error());
    Group group;
    for (const auto* key : keys) group.push_back((*key)[row]);
    const Group& stored = groups_.try_emplace(std::move(group), true).first->first;
    if (groups_.size() * plan_.buckets.size() * points > plan_.limit) {
      return Fail(
          Code::kOutOfRange,
          "limit = {}: the answer has more rows ({} buckets for each of {} groups or more); "
          "ask for a shorter range, a coarser grain, fewer groups or a higher limit",
          plan_.limit, plan_.buckets.size(), groups_.size() * points);
    }
    for (size_t i = 0; i < values.size(); ++i) numbers[i] = values[i][row];
    AddRow(scan, points, at == nullptr ? 0 : static_cast<size_t>((*at)[row]), numbers,
           cells[{&stored, *bucket}]);
  }
  return {};
}

const double* Answer::CellOf(const PlannedColumn& column, const Place& place) const {
  const Cells& cells = (*place.cells)[column.scan];
  const auto cell = cells.find({place.group, place.bucket});
  if (cell == cells.end()) return nullptr;
  return cell->second.data() + place.point * plan_.scans[column.scan].aggregates.size();
}

bool Answer::IsKnownAhead(const PlannedColumn& column) const {
  return column.metric->kind == Kind::kSum && !column.not_applicable &&
         plan_.scans[column.scan].span != nullptr;
}

// Without a value if a part has none, for its reason.
base::Status Answer::WriteDerived(const PlannedColumn& column, const Place& place,
                                  v1::Figure& figure) const {
  std::vector<double> values;
  v1::Figure::Empty lacking = v1::Figure::EMPTY_UNSPECIFIED;  // of the first one without a value
  for (size_t i = 0; i < column.parts.size(); ++i) {
    const PlannedColumn& part = column.parts[i];
    v1::Figure of_part;
    if (auto written = WriteFigure(part, place, of_part); !written) return written;
    figure.set_untold(figure.untold() + of_part.untold());
    figure.set_immature(figure.immature() + of_part.immature());
    if (column.variant->formula.observed == i) {
      // Divided by a number of different ones, it is of those and not of the rows that tell them.
      const bool distinct = part.metric->kind == Kind::kDistinct && of_part.has_value();
      figure.set_n(distinct ? std::llround(of_part.value() / part.metric->scale) : of_part.n());
    }
    values.push_back(of_part.value());
    if (lacking == v1::Figure::EMPTY_UNSPECIFIED) lacking = of_part.empty();
  }
  if (lacking != v1::Figure::EMPTY_UNSPECIFIED) {
    figure.set_empty(lacking);
    return {};
  }
  const auto value = Evaluate(column.variant->formula, values);
  if (value) {
    figure.set_value(*value * column.metric->scale);
  } else {
    figure.set_empty(v1::Figure::NO_DATA);
  }
  return {};
}

base::Status Answer::WriteFigure(const PlannedColumn& column, const Place& place,
                                 v1::Figure& figure) const {
  const Kind kind = column.metric->kind;
  base::Status written;
  if (column.not_applicable) {
    figure.set_empty(v1::Figure::NOT_APPLICABLE);
  } else if (kind == Kind::kDerived) {
    written = WriteDerived(column, place, figure);
  } else if (place.absent || (place.ahead && !IsKnownAhead(column))) {
    figure.set_empty(v1::Figure::NO_DATA);
    return {};
  } else {
    written = WriteOwn(column, CellOf(column, place), figure);
  }
  if (plan_.names_people) HideSmall(kind, figure);
  return written;
}

// Of a named person: counts, sums and distinct counts only by a result, but there without their n,
// which would tell it, and where there is nothing, too.
void Answer::HideSmall(Kind kind, v1::Figure& figure) const {
  if (figure.n() >= kLeastShown || figure.empty() == v1::Figure::NOT_APPLICABLE) return;
  const bool counted = kind == Kind::kCount || kind == Kind::kSum || kind == Kind::kDistinct;
  if (!plan_.by_result && (counted || !figure.has_value())) return;
  figure = Hidden(figure, plan_.by_result);
}

base::Status Answer::WriteOwn(const PlannedColumn& column, const double* cell,
                              v1::Figure& figure) const {
  const Metric& metric = *column.metric;
  const double numerator = Combine(column.numerator, cell);
  const double denominator = Combine(column.denominator, cell);
  const double n = IsRatio(metric.kind) ? Combine(column.observations, cell) : denominator;
  if (IsContradiction(column, cell, numerator, n)) {
    return Fail(Code::kInternal, "{}: the tables say {} of {}: more was taken back than told",
                metric.id, numerator, n);
  }
  switch (metric.kind) {
    case Kind::kCount:
      figure.set_value(numerator * metric.scale);
      figure.set_n(static_cast<int64_t>(numerator));
      break;
    case Kind::kSum:
      SetSum(column, cell, numerator, denominator, figure);
      break;
    case Kind::kDistinct:
      figure.set_value(numerator * metric.scale);
      figure.set_n(static_cast<int64_t>(denominator));
      break;
    case Kind::kQuantile:
      SetQuantile(column, cell, numerator, denominator, figure);
      break;
    case Kind::kRatio:
    case Kind::kDistribution:
      SetRatio(column, cell, figure);
      break;
    case Kind::kMean:
      SetMean(column, numerator, denominator, cell == nullptr ? 0 : cell[column.squares], figure);
      break;
    case Kind::kDerived:
      break;  // has no cell
  }
  return {};
}

Answer::Place Answer::EarlierOf(const Place& place) const {
  const auto bucket = plan_.earlier->bucket_of[place.bucket];
  return {.cells = &earlier_cells_,
          .group = place.group,
          .bucket = bucket.value_or(0),
          .absent = !bucket || plan_.earlier->from == plan_.earlier->to,
          .ahead = place.ahead || earlier_->from == earlier_->to,
          .point = place.point};
}

void Answer::WriteEarlierBucket(const Place& earlier, v1::Row& row) const {
  if (earlier.absent) return;
  const bool known = std::ranges::any_of(
      plan_.columns, [&](const PlannedColumn& column) { return IsKnownAhead(column); });
  if (earlier.ahead && !known) return;
  const int64_t start = earlier_->buckets.starts[earlier.bucket];
  if (plan_.grain != Grain::kNone) row.set_compared_bucket(plan_.zone.Format(start));
  row.set_compared_partial(start < earlier_->from ||
                           earlier_->buckets.EndOf(earlier.bucket) > earlier_->to);
}

base::Status Answer::WriteCompared(const PlannedColumn& column, const Place& place,
                                   const Place& earlier, v1::Figure& figure) const {
  v1::Figure before;
  if (auto written = WriteFigure(column, earlier, before); !written) return written;
  const bool derived = column.metric->kind == Kind::kDerived;
  *figure.mutable_compared() =
      CompareFigures(column, {figure, derived ? nullptr : CellOf(column, place)},
                     {before, derived ? nullptr : CellOf(column, earlier)});
  return {};
}

void Answer::WriteColumns(v1::Meta& meta) const {
  for (const PlannedColumn& planned : plan_.columns) {
    const Metric& metric = *planned.metric;
    const Variant& variant = *planned.variant;
    v1::Column& column = *meta.add_columns();
    column.set_metric(metric.id);
    column.set_variant(variant.id);
    column.set_version(metric.version);
    column.set_unit(metric.unit);
    const bool varied = !variant.id.empty();
    column.set_title_en(metric.title.en + (varied ? ", " + variant.title.en : ""));
    column.set_title_ru(metric.title.ru + (varied ? ", " + variant.title.ru : ""));
    column.set_direction(DirectionOf(metric));
    column.set_empty(metric.empty);
    for (const auto& [name, value] : planned.parameters) {
      (*column.mutable_parameters())[name] = std::to_string(value);
    }
  }
}

base::Status Answer::Write(const Mark& mark, v1::QueryResponse& response) const {
  WriteColumns(*response.mutable_meta());
  if (earlier_ != nullptr) {
    response.mutable_meta()->set_compared_from(plan_.zone.Format(earlier_->from));
    response.mutable_meta()->set_compared_to(plan_.zone.Format(earlier_->to));
  }
  const Group everything;
  std::vector<const Group*> groups;
  for (const auto& [group, occurs] : groups_) groups.push_back(&group);
  // Without groups there is one row a bucket, or one at each of its points, whether anything
  // happened or not.
  const bool grouped = plan_.group_by.size() > (plan_.points ? size_t{1} : size_t{0});
  if (groups.empty() && !grouped) groups.push_back(&everything);
  const Buckets& buckets = plan_.buckets;
  for (size_t bucket = 0; bucket < buckets.size(); ++bucket) {
    const int64_t start = buckets.starts[bucket];
    const bool cut = start < plan_.from || buckets.EndOf(bucket) > plan_.to;
    for (const Group* group : groups) {
      for (size_t point = 0; point < plan_.PointCount(); ++point) {
        auto written = WriteRow({.cells = &cells_,
                                 .group = group,
                                 .bucket = bucket,
                                 .ahead = start > mark.known_at,
                                 .point = point},
                                cut || buckets.EndOf(bucket) > mark.known_at, *response.add_rows());
        if (!written) return written;
      }
    }
  }
  NoteUntold(plan_, response);
  return WritePairs(response);
}

Answer::Place Answer::WholeRangeOf(const std::string& value) const {
  const auto found = groups_.find(Group{value});
  return {.cells = &cells_, .group = found == groups_.end() ? nullptr : &found->first};
}

base::Status Answer::WritePairs(v1::QueryResponse& response) const {
  if (!plan_.tell_apart) return {};
  const v1::TellApart& wanted = *plan_.tell_apart;
  const Place first = WholeRangeOf(wanted.first());
  const Place second = WholeRangeOf(wanted.second());
  std::optional<double> difference;
  if (wanted.has_difference()) difference = wanted.difference();
  for (const PlannedColumn& column : plan_.columns) {
    v1::Figure of_first;
    v1::Figure of_second;
    auto written = WriteFigure(column, first, of_first);
    if (written) written = WriteFigure(column, second, of_second);
    if (!written) return written;
    *response.add_pairs() = PairOf(column, {of_first, CellOf(column, first)},
                                   {of_second, CellOf(column, second)}, difference);
  }
  for (const auto& [place, value] :
       {std::pair(&first, &wanted.first()), std::pair(&second, &wanted.second())}) {
    if (place->group != nullptr) continue;
    response.mutable_meta()->add_warnings(fmt::format(
        "tell_apart: nothing in the range is of {} {}", plan_.group_by.front(), Shortened(*value)));
  }
  return {};
}

base::Status Answer::WriteRow(const Place& place, bool partial, v1::Row& row) const {
  const int64_t start = plan_.buckets.starts[place.bucket];
  if (plan_.grain != Grain::kNone) {
    row.set_bucket_start(start);
    row.set_bucket(plan_.zone.Format(start));
  }
  row.set_partial(partial);
  Group values = *place.group;
  if (plan_.points) {
    values.insert(values.begin() + static_cast<std::ptrdiff_t>(plan_.points->place),
                  std::to_string(place.point));
  }
  *row.mutable_dimensions() = {values.begin(), values.end()};
  return WriteFigures(place, row);
}

base::Status Answer::WriteFigures(const Place& place, v1::Row& row) const {
  Place earlier;
  if (earlier_ != nullptr) {
    earlier = EarlierOf(place);
    WriteEarlierBucket(earlier, row);
  }
  for (const PlannedColumn& column : plan_.columns) {
    v1::Figure& figure = *row.add_figures();
    auto written = WriteFigure(column, place, figure);
    if (written && earlier_ != nullptr) written = WriteCompared(column, place, earlier, figure);
    if (!written) return written;
  }
  return {};
}

}  // namespace clientele::query
