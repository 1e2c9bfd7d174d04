// Compares the answers of MetricsService with verify's own figures, metric by metric: the whole
// period, by day, by day and queue. One thread.
#pragma once

#include <string>

#include "base/result.h"
#include "verify/figures.h"
#include "verify/report.h"

namespace clientele::verify {

// Whether a service that verify can check answers at the address: UNAVAILABLE if nobody does,
// FAILED_PRECONDITION if it offers a metric that verify does not know.
[[nodiscard]] base::Status AskService(const std::string& address);

// Errors as of AskService.
[[nodiscard]] base::Status CheckFigures(const std::string& address, const Figures& figures,
                                        Report& report);

}  // namespace clientele::verify
