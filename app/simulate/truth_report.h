// The true values of a finished simulation: as JSON for pages and oracles, and to be read. Pure.
#pragma once

#include <string>

#include "app/simulate/simulation.h"

namespace clientele::app::simulate {

// One object:
//   options   what it was made from
//   sent      events, by_kind, duplicates, late, corrections, correctable, retractions
//   days[]    day, then the counts and sums of ServiceTruth, queues {id: the same}, purchases,
//             revenue_minor, returned_minor: as they come out once duplicates are left out and
//             corrections and retractions are applied
//   stories   what was planted, with the true effects
[[nodiscard]] std::string TruthJson(const Simulation& simulation);

// About thirty lines.
[[nodiscard]] std::string TruthText(const Simulation& simulation);

}  // namespace clientele::app::simulate
