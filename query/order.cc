#include "query/order.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/interval.h"

namespace clientele::query {
namespace {

// Half of the weights once values beyond either end are added: more than QuantileRanks takes.
constexpr int64_t kHalf = int64_t{1} << 41;

bool HaveSameValues(const Aggregate& left, const Aggregate& right) {
  return left.population == right.population && left.condition == right.condition &&
         left.measure == right.measure;
}

// What the scan asks of the aggregate's values: together that has one state.
struct Asked {
  size_t first = 0;  // quantile of them
  std::vector<double> levels;
  bool ranked = false;  // there are levels after those, for the values near a rank
};

Asked AskedOf(const Scan& scan, const Aggregate& aggregate) {
  Asked asked{scan.aggregates.size(), {}, false};
  for (size_t i = 0; i < scan.aggregates.size(); ++i) {
    const Aggregate& other = scan.aggregates[i];
    if (!HaveSameValues(other, aggregate)) continue;
    asked.ranked |= other.kind == Aggregate::Kind::kRank;
    if (other.kind != Aggregate::Kind::kQuantile) continue;
    asked.first = std::min(asked.first, i);
    asked.levels.push_back(other.level);
  }
  if (!asked.ranked) return asked;
  // Of 2 kHalf weights the middle one and its neighbours.
  for (int off = -kMostOff; off <= kMostOff; ++off) {
    asked.levels.push_back((static_cast<double>(kHalf + off) - 0.5) / (2.0 * kHalf));
  }
  return asked;
}

std::string Guess(const Aggregate& rank, const std::string& count) {
  const RankGuess guess = GuessRank(rank.level, rank.high_end);
  return fmt::format("toInt64(ceil({1} * {0} + {2} * sqrt({0}) + {3}))", count, guess.of_n,
                     guess.of_root, guess.shift);
}

// All levels of the state after so many values beyond either end are added that the value of the
// guessed rank stands in the middle.
std::string Shifted(const Asked& asked, size_t rank, const std::string& count) {
  return fmt::format(
      "finalizeAggregation(state_{0} + arrayReduce('quantilesExactWeightedState({1})', "
      "[toInt64(-9000000000000000000), toInt64(9000000000000000000)], "
      "[toUInt64({2} - value_{3}), toUInt64({2} - {4} + value_{3})]))",
      asked.first, fmt::join(asked.levels, ", "), kHalf, rank, count);
}

std::string Quantile(const Asked& asked, const Aggregate& aggregate, bool first,
                     const std::string& condition, const std::string& measure) {
  // Weights add up modulo 2^64: a value's weight is how often it is left after taking back.
  const std::string values = fmt::format(
      "quantilesExactWeighted{}{}({})(toInt64({}), toUInt64(sign){})", asked.ranked ? "State" : "",
      condition.empty() ? "" : "If", fmt::join(asked.levels, ", "), measure,
      condition.empty() ? "" : ", " + condition);
  const auto place = std::ranges::find(asked.levels, aggregate.level) - asked.levels.begin() + 1;
  if (!asked.ranked) return fmt::format("{}[{}]", values, place);
  const std::string state = fmt::format("state_{}", asked.first);
  return fmt::format("finalizeAggregation({})[{}]", first ? values + " AS " + state : state, place);
}

}  // namespace

// The quantile of the binomial distribution by Cornish and Fisher, to the second order, and half a
// rank for its steps; the upper end is one above it.
RankGuess GuessRank(double level, bool high_end) {
  const double z = high_end ? stats::kZ95 : -stats::kZ95;
  const double skew = (z * z - 1) * (1 - 2 * level) / 6;
  return {level, z * std::sqrt(level * (1 - level)), skew - 0.5 + (high_end ? 1 : 0)};
}

std::string OrderExpression(const Scan& scan, size_t index, const std::string& condition,
                            const std::string& measure, const std::string& count) {
  const Aggregate& aggregate = scan.aggregates[index];
  const Asked asked = AskedOf(scan, aggregate);
  const std::string values = fmt::format("greatest({}, 0)", count);
  if (aggregate.kind == Aggregate::Kind::kQuantile) {
    return Quantile(asked, aggregate, index == asked.first, condition, measure);
  }
  if (aggregate.kind == Aggregate::Kind::kRank) return Guess(aggregate, values);
  Aggregate rank = aggregate;
  rank.kind = Aggregate::Kind::kRank;
  rank.off = 0;
  const auto of = std::ranges::find(scan.aggregates, rank) - scan.aggregates.begin();
  const auto at = static_cast<int>(asked.levels.size()) - kMostOff + aggregate.off;
  const std::string name = fmt::format("near_{}", of);
  if (aggregate.off > -kMostOff) return fmt::format("{}[{}]", name, at);
  return fmt::format("({} AS {})[{}]", Shifted(asked, static_cast<size_t>(of), values), name, at);
}

}  // namespace clientele::query
