// Real numbers of events as columns hold them: total for any bytes that decode. Pure; any thread.
#pragma once

#include <algorithm>
#include <cmath>

namespace clientele::projections {

// The most that an event may tell of a figure.
inline constexpr double kMostFigure = 1e15;

// Cut to least .. most; 0, not told, for what is no number or infinite. Never -0.
[[nodiscard]] inline double RealOr0(double value, double least, double most) {
  return std::isfinite(value) ? std::clamp(value, least, most) + 0.0 : 0;
}

}  // namespace clientele::projections
