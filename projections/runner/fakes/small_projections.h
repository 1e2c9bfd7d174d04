// Two small projections for tests of the runner, with all shapes that a projection may have: a
// table of records, and two tables of tellings, of which one gets several rows of a telling.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "projections/projection.h"
#include "projections/runner/ledger.h"

namespace clientele::projections::runner {

// The first and the second version of `tellings`.
inline const VersionName kTellings1{"tellings", 1};
inline const VersionName kTellings2{"tellings", 2};

// `log`: clientele.records_v1, one row an offset with the record's bytes.
[[nodiscard]] std::unique_ptr<const Projection> MakeLog();
// `tellings`: clientele.tellings_v1 (one row a telling) and clientele.legs_v1 (one a leg of a
// call).
[[nodiscard]] std::unique_ptr<const Projection> MakeTellings(uint32_t version = 1,
                                                             std::string code_hash = "code");

}  // namespace clientele::projections::runner
