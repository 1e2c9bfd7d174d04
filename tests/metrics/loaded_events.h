// The tables of every projection in a real engine, filled with a file of events as the runner would
// fill them: tellings retired and taken back, marks made. One per test program, made and used by
// its main thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "clickhouse/store.h"
#include "projections/projection.h"
#include "tests/support/engine_process.h"

namespace clientele::testing {

class LoadedEvents {
 public:
  // Starts the engine and creates the tables.
  [[nodiscard]] static base::Result<std::unique_ptr<LoadedEvents>> Start();

  // Instead of what was loaded before: events as lines of JSON, in the order of the log. An empty
  // line makes a mark, and so does the end; marks are numbered from 0 and made after 2027 began.
  [[nodiscard]] base::Status Load(const std::vector<std::string>& lines);

  // What was inserted, by qualified table.
  [[nodiscard]] const std::map<std::string, clickhouse::BlockWriter>& projected() const {
    return projected_;
  }
  [[nodiscard]] clickhouse::Store& store() { return *store_; }

 private:
  LoadedEvents() = default;
  [[nodiscard]] base::Status Empty();
  [[nodiscard]] base::Status Insert(const std::string& table, const clickhouse::BlockWriter& block);

  std::unique_ptr<EngineProcess> engine_;
  std::unique_ptr<clickhouse::Store> store_;
  std::vector<std::unique_ptr<const projections::Projection>> projections_;
  std::map<std::string, clickhouse::BlockWriter> projected_;
};

}  // namespace clientele::testing
