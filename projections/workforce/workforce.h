// What people of the company do all day and what they learn, into rows (README.md): stretches of
// their states in agent_states, courses, tests and attestations in trainings. Made by the registry;
// const, any thread.
#pragma once

#include <memory>

#include "projections/projection.h"

namespace clientele::projections::workforce {

[[nodiscard]] std::unique_ptr<const Projection> MakeWorkforce();

}  // namespace clientele::projections::workforce
