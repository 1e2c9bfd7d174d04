#include "app/simulate/random.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace clientele::app::simulate {
namespace {

// Steele, Lea and Flood's SplitMix64: spreads any seed over the generator's state.
uint64_t SplitMix(uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

}  // namespace

Random::Random(uint64_t seed, std::string_view stream, uint64_t number) {
  uint64_t mixed = seed;
  for (const char c : stream) {
    mixed = SplitMix(mixed) ^ static_cast<uint8_t>(c);
  }
  mixed = SplitMix(mixed) ^ number;
  for (uint64_t& word : state_) word = SplitMix(mixed);
}

uint64_t Random::Next() {
  const uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::Uniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

double Random::Between(double least, double most) { return least + (most - least) * Uniform(); }

uint64_t Random::Below(uint64_t count) {
  // The upper half of a 32 x 32 product; every count here is far below 2^32.
  return (Next() >> 32) * count >> 32;
}

bool Random::Chance(double probability) { return Uniform() < probability; }

double Random::Exponential(double mean) { return -mean * std::log1p(-Uniform()); }

double Random::Normal(double mean, double deviation) {
  const double radius = std::sqrt(-2.0 * std::log1p(-Uniform()));
  return mean + deviation * radius * std::cos(2.0 * std::numbers::pi * Uniform());
}

double Random::LogNormal(double median, double sigma) {
  return median * std::exp(Normal(0.0, sigma));
}

int Random::Poisson(double mean) {
  int count = 0;
  // In pieces, so that exp(-piece) stays far from 0.
  for (double left = mean; left > 0; left -= 16.0) {
    const double limit = std::exp(-(left < 16.0 ? left : 16.0));
    double product = Uniform();
    for (; product > limit; product *= Uniform()) ++count;
  }
  return count;
}

size_t Random::Pick(std::span<const double> weights) {
  double sum = 0;
  for (const double weight : weights) sum += weight;
  double left = Uniform() * sum;
  for (size_t i = 0; i + 1 < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.size() - 1;
}

}  // namespace clientele::app::simulate
