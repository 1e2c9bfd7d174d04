// Numbers by chance that are the same on every machine: an own generator (xoshiro256++, public
// domain algorithm by Blackman and Vigna) with own distributions, since those of the standard
// library differ between libraries. Streams are named by (seed, name, number), so that one theme
// draws the same numbers whatever the others do. A plain value; one thread each.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace clientele::app::simulate {

class Random {
 public:
  Random(uint64_t seed, std::string_view stream, uint64_t number = 0);

  [[nodiscard]] uint64_t Next();
  // [0, 1).
  [[nodiscard]] double Uniform();
  [[nodiscard]] double Between(double least, double most);
  // 0..count - 1; count > 0.
  [[nodiscard]] uint64_t Below(uint64_t count);
  [[nodiscard]] bool Chance(double probability);
  [[nodiscard]] double Exponential(double mean);
  [[nodiscard]] double Normal(double mean, double deviation);
  // exp(Normal(log(median), sigma)).
  [[nodiscard]] double LogNormal(double median, double sigma);
  [[nodiscard]] int Poisson(double mean);
  // An index, with chances in proportion to the weights (some above 0).
  [[nodiscard]] size_t Pick(std::span<const double> weights);
  template <typename T>
  [[nodiscard]] const T& Of(std::span<const T> values) {
    return values[Below(values.size())];
  }

 private:
  std::array<uint64_t, 4> state_{};
};

}  // namespace clientele::app::simulate
