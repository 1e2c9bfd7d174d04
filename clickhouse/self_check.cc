#include <charconv>

#include "clickhouse/sql.h"
#include "clickhouse/store.h"

namespace clientele::clickhouse {

namespace {

using base::Code;
using base::Fail;

constexpr int kOldestVersion = 26;

// Insert deduplication loses rows when a server is killed, and what is gathered asynchronously is
// answered before it is there: read-then-fill rests on both being off.
const std::map<std::string, std::string> kSettings = {
    {"async_insert", "0"},
    {"deduplicate_insert", "disable"},
    {"insert_deduplicate", "0"},
    {"deduplicate_blocks_in_dependent_materialized_views", "0"},
};

base::Status CheckVersion(Store& store, std::string& differences) {
  Statement statement;
  statement.sql = sql::kStatementsVersion;
  std::string version;
  const auto read = store.Select(statement, [&](const Block& block) -> base::Status {
    version = block.Get<std::string>("version").front();
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  if (major < kOldestVersion) {
    differences += fmt::format("; version is {}, must be {} or newer", version, kOldestVersion);
  }
  return {};
}

base::Status CheckSettings(Store& store, std::string& differences) {
  std::vector<std::string> names;
  for (const auto& [name, value] : kSettings) names.push_back(name);
  Statement statement;
  statement.sql = sql::kStatementsSettings;
  statement.parameters = {{"names", ArrayParameter(names)}};
  std::map<std::string, std::string> found;
  const auto read = store.Select(statement, [&](const Block& block) -> base::Status {
    for (size_t i = 0; i < block.rows; ++i) {
      found[block.Get<std::string>("name")[i]] = block.Get<std::string>("value")[i];
    }
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  for (const auto& [name, value] : kSettings) {
    const auto at = found.find(name);
    if (at == found.end()) {
      differences += fmt::format("; setting {} is not known, must be {}", name, value);
    } else if (at->second != value) {
      differences += fmt::format("; setting {} is {}, must be {}", name, at->second, value);
    }
  }
  return {};
}

base::Status CheckTables(Store& store, std::string& differences) {
  Statement statement;
  statement.sql = sql::kStatementsDeduplicatingTables;
  const auto read = store.Select(statement, [&](const Block& block) -> base::Status {
    for (size_t i = 0; i < block.rows; ++i) {
      differences += fmt::format(
          "; table clientele.{}: {} is {}, must be 0", block.Get<std::string>("name")[i],
          block.Get<std::string>("setting")[i], block.Get<std::string>("value")[i]);
    }
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return {};
}

}  // namespace

base::Status SelfCheck(Store& store) {
  std::string differences;
  for (const auto check : {CheckVersion, CheckSettings, CheckTables}) {
    if (auto checked = check(store, differences); !checked) return checked;
  }
  if (differences.empty()) return {};
  return Fail(Code::kFailedPrecondition,
              "the ClickHouse server must be set up differently (README of clickhouse/): {}",
              differences.substr(2));
}

}  // namespace clientele::clickhouse
