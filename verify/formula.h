// What formulas of figures are made of, written down a second time on purpose. Pure; any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace clientele::verify {

// A figure: its value in the metric's unit, none where there is no data, its n, and how many leave
// out what it sums up.
struct Wanted {
  std::optional<double> value;
  double n = 0;
  double untold = 0;
};

[[nodiscard]] inline double Number(int64_t value) { return static_cast<double>(value); }

[[nodiscard]] inline Wanted Count(int64_t value) { return {Number(value), Number(value)}; }

[[nodiscard]] inline Wanted Total(int64_t sum, int64_t n) { return {Number(sum), Number(n)}; }

// Of `all` only `told` tell it. Where nobody does it is not known; of none at all it is 0.
[[nodiscard]] inline Wanted TotalOfTold(double sum, int64_t told, int64_t all) {
  Wanted total{std::nullopt, Number(told), Number(all - told)};
  if (told > 0 || all == 0) total.value = sum;
  return total;
}

[[nodiscard]] inline Wanted Share(int64_t part, int64_t whole) {
  if (whole == 0) return {};
  return {Number(part) / Number(whole), Number(whole)};
}

[[nodiscard]] inline Wanted Mean(double sum, int64_t n) {
  if (n == 0) return {};
  return {sum / Number(n), Number(n)};
}

[[nodiscard]] inline Wanted Seconds(int64_t ms, int64_t n) { return Mean(Number(ms) / 1'000, n); }

template <typename T>
[[nodiscard]] Wanted Distinct(std::vector<T> all) {
  const size_t n = all.size();
  std::ranges::sort(all);
  return {static_cast<double>(std::ranges::unique(all).begin() - all.begin()),
          static_cast<double>(n)};
}

// The ceil(percent / 100 n)-th smallest.
[[nodiscard]] inline Wanted PercentileSeconds(std::vector<int64_t> all_ms, size_t percent) {
  if (all_ms.empty()) return {};
  const size_t rank = (all_ms.size() * percent + 99) / 100;
  std::ranges::sort(all_ms);
  return {Number(all_ms[rank - 1]) / 1'000, static_cast<double>(all_ms.size())};
}

}  // namespace clientele::verify
