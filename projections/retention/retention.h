// What customers buy, return, pay, sign and why they leave, into rows (README.md): facts in
// customer_facts, what was bought in order_items, what the company knows of customers in
// customer_profiles. Made by the registry; const, any thread.
#pragma once

#include <memory>

#include "projections/projection.h"

namespace clientele::projections::retention {

[[nodiscard]] std::unique_ptr<const Projection> MakeRetention();

}  // namespace clientele::projections::retention
