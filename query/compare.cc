#include "query/compare.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

namespace clientele::query {
namespace {

using std::chrono::seconds;

// Where the earlier range ends: where as much civil time has elapsed of its bucket as of the one
// that runs.
int64_t EarlierEnd(const Plan& plan, int64_t known_at) {
  const EarlierRange& earlier = *plan.earlier;
  if (known_at >= plan.to) return earlier.to;
  const auto& starts = plan.buckets.starts;
  const auto begun =
      static_cast<size_t>(std::ranges::upper_bound(starts, known_at) - starts.begin());
  if (begun == 0) return earlier.from;
  const size_t running = begun - 1;
  const auto bucket = earlier.bucket_of[running];
  // Cut is one that no whole bucket is compared with.
  if (bucket && (running == 0 || earlier.bucket_of[running - 1] != bucket)) {
    const int64_t begin = std::max(starts[running], plan.from);
    const int64_t earlier_begin = std::max(earlier.buckets.starts[*bucket], earlier.from);
    const seconds elapsed = plan.zone.ToCivil(known_at) - plan.zone.ToCivil(begin);
    const int64_t end =
        plan.zone.ToInstant(plan.zone.ToCivil(earlier_begin) + std::max(elapsed, seconds(0)));
    return std::clamp(end, earlier.from, std::min(earlier.to, earlier.buckets.EndOf(*bucket)));
  }
  for (size_t i = begun; i-- > 0;) {
    if (!earlier.bucket_of[i]) continue;
    return std::min(earlier.to, earlier.buckets.EndOf(*earlier.bucket_of[i]));
  }
  return earlier.from;
}

// So that the store gives all groups that the answer's limit allows, and one more than that.
uint32_t EarlierLimit(const Plan& plan) {
  const uint64_t rows = uint64_t{plan.limit} * plan.earlier->buckets.size() / plan.buckets.size();
  return static_cast<uint32_t>(std::min<uint64_t>(rows, std::numeric_limits<uint32_t>::max()));
}

stats::Proportion ProportionOf(const v1::Figure& figure) {
  return {static_cast<int64_t>(figure.numerator()), figure.n()};
}

stats::Sample SampleOf(const PlannedColumn& column, const Measured& mean) {
  return {mean.figure.n(), mean.cell[column.numerator.front().second], mean.cell[column.squares]};
}

// Of the change, before it is scaled.
std::optional<stats::Interval> IntervalOf(const PlannedColumn& column, const Measured& now,
                                          const Measured& before) {
  if (now.cell == nullptr || before.cell == nullptr) return std::nullopt;
  switch (column.variant->interval) {
    case IntervalMethod::kNone:
    case IntervalMethod::kOrderStatistics:  // of one quantile alone
      return std::nullopt;
    case IntervalMethod::kWilson:
      return stats::ProportionDifference(ProportionOf(now.figure), ProportionOf(before.figure));
    case IntervalMethod::kAdjustedWald:
      return stats::NetPromoterDifference(RecommendationsOf(column, now.cell),
                                          RecommendationsOf(column, before.cell));
    case IntervalMethod::kStudent:
      return stats::MeanDifference(SampleOf(column, now), SampleOf(column, before));
  }
  return std::nullopt;
}

}  // namespace

stats::Recommendations RecommendationsOf(const PlannedColumn& column, const double* cell) {
  if (cell == nullptr) return {};
  const auto count = [&](const std::pair<int, size_t>& term) {
    return static_cast<int64_t>(cell[term.second]);
  };
  return {count(column.numerator[0]), count(column.numerator[1]), count(column.denominator[0])};
}

Plan EarlierPlan(const Plan& plan, int64_t known_at) {
  Plan earlier = plan;
  earlier.from = plan.earlier->from;
  earlier.to = EarlierEnd(plan, known_at);
  earlier.whole_to = plan.earlier->to;
  earlier.buckets = plan.earlier->buckets;
  earlier.limit = EarlierLimit(plan);
  earlier.earlier.reset();
  return earlier;
}

v1::Compared CompareFigures(const PlannedColumn& column, const Measured& now,
                            const Measured& before) {
  v1::Compared compared;
  const v1::Figure& was = before.figure;
  if (was.has_value()) compared.set_value(was.value());
  compared.set_empty(was.empty());
  compared.set_n(was.n());
  compared.set_untold(was.untold());
  compared.set_immature(was.immature());
  if (was.has_low()) compared.set_low(was.low());
  if (was.has_high()) compared.set_high(was.high());
  if (!now.figure.has_value() || !was.has_value()) return compared;
  const double change = now.figure.value() - was.value();
  compared.set_change(change);
  if (was.value() != 0) compared.set_relative_change(change / std::abs(was.value()));
  const auto interval = IntervalOf(column, now, before);
  if (!interval) return compared;
  compared.set_change_low(interval->low * column.metric->scale);
  compared.set_change_high(interval->high * column.metric->scale);
  const bool apart = interval->low > 0 || interval->high < 0;
  compared.set_apart(apart ? v1::Compared::YES : v1::Compared::NO);
  return compared;
}

v1::Pair PairOf(const PlannedColumn& column, const Measured& first, const Measured& second,
                std::optional<double> difference) {
  v1::Pair pair;
  *pair.mutable_first() = first.figure;
  v1::Compared& compared = *pair.mutable_first()->mutable_compared();
  compared = CompareFigures(column, first, second);
  if (column.not_applicable) {
    pair.set_empty(v1::Pair::NOT_APPLICABLE);
  } else if (std::min(first.figure.n(), second.figure.n()) < 2) {
    pair.set_empty(v1::Pair::TOO_FEW);
  } else if (!compared.has_change()) {
    pair.set_empty(v1::Pair::HIDDEN_SMALL_N);
  } else if (!difference && compared.apart() == v1::Compared::YES) {
    pair.set_needed(0);
  } else {
    const double wanted = difference.value_or(compared.change()) / column.metric->scale;
    const auto needed =
        stats::MoreToTellApart(SampleOf(column, first), SampleOf(column, second), wanted);
    if (needed) {
      pair.set_needed(*needed);
    } else {
      pair.set_empty(v1::Pair::NO_DIFFERENCE);
    }
  }
  return pair;
}

}  // namespace clientele::query
