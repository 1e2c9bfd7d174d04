#include "projections/runner/live_version.h"

#include <algorithm>

#include "projections/runner/decode.h"

namespace clientele::projections::runner {

namespace {

constexpr std::string_view kNumber = "{version}";

}  // namespace

std::vector<std::string> LiveVersion::TableNames() const {
  std::vector<std::string> names;
  for (const LiveTable& table : tables) names.push_back(table.name);
  return names;
}

VersionName QuarantineName() { return {"quarantine", 1}; }

LiveVersion Quarantine() {
  // Its rules are those of the envelope's version.
  return {QuarantineName(),
          fmt::format("envelope {}", kEnvelopeVersion),
          nullptr,
          {{"quarantine",
            {{"src_partition", "UInt16"},
             {"src_offset", "UInt64"},
             {"recorded_at", "DateTime64(3, 'UTC')"},
             {"reason", "LowCardinality(String)"},
             {"detail", "String"},
             {"key_bytes", "String"},
             {"value_bytes", "UInt64"}}}}};
}

LiveVersion LiveVersionOf(const Projection& projection, uint32_t number) {
  LiveVersion version;
  version.name = {std::string(projection.name()), number};
  version.code_hash = projection.code_hash();
  version.projection = &projection;
  for (const Table& table : projection.tables()) {
    version.tables.push_back({fmt::format("{}_v{}", table.name, number), ColumnsOf(table)});
  }
  return version;
}

std::vector<LiveVersion> FirstVersions(const Projections& projections) {
  std::vector<LiveVersion> versions;
  for (const auto& projection : projections) {
    const bool newest = std::ranges::none_of(projections, [&](const auto& other) {
      return other->name() == projection->name() && other->version() > projection->version();
    });
    if (newest) versions.push_back(LiveVersionOf(*projection, projection->version()));
  }
  versions.push_back(Quarantine());
  return versions;
}

std::map<VersionName, std::string> CodeHashes(const std::vector<LiveVersion>& versions) {
  std::map<VersionName, std::string> hashes;
  for (const LiveVersion& version : versions) hashes[version.name] = version.code_hash;
  return hashes;
}

base::Status CreateTables(clickhouse::Store& store, const LiveVersion& version) {
  if (version.projection == nullptr) return {};
  const std::string number = std::to_string(version.name.version);
  std::string text(version.projection->schema());
  for (size_t at = text.find(kNumber); at != std::string::npos; at = text.find(kNumber, at)) {
    text.replace(at, kNumber.size(), number);
  }
  auto made = clickhouse::ExecuteAll(store, text);
  if (!made) {
    return base::Fail(made.error().code, "tables of {}: {}", version.name.ToString(),
                      made.error().message);
  }
  return {};
}

}  // namespace clientele::projections::runner
