// What a process projects: versions of projections, and the quarantine, which has a table and a
// ledger as they do. Plain values, made once at start; any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "clickhouse/store.h"
#include "projections/projection.h"
#include "projections/runner/ledger.h"

namespace clientele::projections::runner {

struct LiveTable {
  std::string name;  // calls_v1
  std::vector<clickhouse::BlockWriter::ColumnType> columns;
};

// Which rows of an event belong into a version that holds a part of the log.
using RowFilter = std::function<bool(const Origin& origin, uint32_t entity_kind,
                                     const event::v1::Event& telling)>;

struct LiveVersion {
  VersionName name;
  std::string code_hash;
  const Projection* projection = nullptr;  // none: the quarantine
  std::vector<LiveTable> tables;
  RowFilter filter = {};  // none: all rows

  [[nodiscard]] std::vector<std::string> TableNames() const;
};

using Projections = std::vector<std::unique_ptr<const Projection>>;

[[nodiscard]] VersionName QuarantineName();
[[nodiscard]] LiveVersion Quarantine();
// The tables that the projection has under a number.
[[nodiscard]] LiveVersion LiveVersionOf(const Projection& projection, uint32_t number);
// What an empty store begins with: the newest code of every name under its own number, in the order
// of the projections, the quarantine last.
[[nodiscard]] std::vector<LiveVersion> FirstVersions(const Projections& projections);

[[nodiscard]] std::map<VersionName, std::string> CodeHashes(
    const std::vector<LiveVersion>& versions);

// Creates the version's tables unless they are there.
[[nodiscard]] base::Status CreateTables(clickhouse::Store& store, const LiveVersion& version);

}  // namespace clientele::projections::runner
