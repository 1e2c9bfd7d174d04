// The independent checker: reads the log itself, works out what the tables, ledgers and figures
// must be at one mark, and compares. Shares no code with projections, query and ingest, and may not
// (tests/structure). One thread, owned by the caller.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/config.h"
#include "base/result.h"
#include "clickhouse/store.h"
#include "verify/report.h"

namespace clientele::verify {

struct Options {
  std::optional<uint64_t> mark;   // id; else the newest that the store has
  std::chrono::seconds wait{0};   // for a mark that covers what the log holds at the start
  std::string acknowledged_file;  // empty: none
  std::string address;            // host:port of the query service
  bool address_given = false;     // then a service that is away is an error, else a note
  bool figures = true;            // whether they are checked
  // Records below the mark; `total`: their offsets.
  std::function<void(uint64_t done, uint64_t total)> on_progress;
};

// Fills the report. An error means that it could not check all: it says why, and the report has
// what was found until then.
[[nodiscard]] base::Status Verify(const base::KafkaConfig& kafka, clickhouse::Store& store,
                                  const Options& options, Report& report);

}  // namespace clientele::verify
