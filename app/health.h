// Asking a server's gRPC health service. Blocking; any thread.
#pragma once

#include <chrono>
#include <string>

namespace clientele::app {

// The services whose health `clientele run` reports, each by itself.
inline constexpr const char* kIngestService = "clientele.ingest.v1.IngestService";
inline constexpr const char* kMetricsService = "clientele.query.v1.MetricsService";

enum class Health { kServing, kNotServing, kNoAnswer, kUnknownService };

[[nodiscard]] Health AskHealth(const std::string& address, const std::string& service,
                               std::chrono::milliseconds timeout);
[[nodiscard]] const char* HealthName(Health health);

}  // namespace clientele::app
