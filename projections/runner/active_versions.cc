#include "projections/runner/active_versions.h"

#include <algorithm>

#include "projections/runner/sql.h"

namespace clientele::projections::runner {

base::Result<ActiveVersions> ReadActiveVersions(clickhouse::Store& store) {
  ActiveVersions found;
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsActiveVersions;
  const auto read = store.Select(statement, [&](const clickhouse::Block& block) -> base::Status {
    const auto& names = block.Get<std::string>("name");
    const auto& versions = block.Get<uint64_t>("active_version");
    const auto& switches = block.Get<uint64_t>("latest_switch");
    for (size_t i = 0; i < block.rows; ++i) {
      ActiveVersion& one = found[names[i]];
      one.version = static_cast<uint32_t>(versions[i]);
      one.latest_switch = switches[i];
      for (const uint64_t read_version : block.Get<std::vector<uint64_t>>("read_versions")[i]) {
        const auto version = static_cast<uint32_t>(read_version);
        one.read.insert(version);
        if (one.before == 0 && version != one.version) one.before = version;
      }
    }
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return found;
}

clickhouse::BlockWriter ActiveVersionsBlock(const base::Clock& clock,
                                            const ActiveVersions& versions) {
  clickhouse::BlockWriter block({{"projection", "LowCardinality(String)"},
                                 {"version", "UInt32"},
                                 {"switch", "UInt64"},
                                 {"switched_at", "DateTime64(6, 'UTC')"}});
  for (const auto& [projection, active] : versions) {
    block.column(0).Append(std::string_view(projection));
    block.column(1).Append(active.version);
    block.column(2).Append(active.latest_switch);
    block.column(3).Append(clock.NowMicros());
    block.EndRow();
  }
  return block;
}

base::Status WriteActiveVersions(FencedStore& store, const base::Clock& clock,
                                 const ActiveVersions& versions) {
  if (versions.empty()) return {};
  const auto block = ActiveVersionsBlock(clock, versions);
  return store.Insert("marks", "clientele.active_versions", block).status;
}

base::Result<PayloadTable> FindPayloadTable(const std::vector<LiveVersion>& versions,
                                            const ActiveVersions& active) {
  const LiveVersion* found = nullptr;
  std::string name;
  for (const LiveVersion& version : versions) {
    if (version.projection == nullptr) continue;
    const auto& tables = version.projection->tables();
    for (size_t t = 0; t < tables.size(); ++t) {
      const bool keeps =
          tables[t].lineage == Lineage::kRecord &&
          std::ranges::any_of(tables[t].columns, [](const auto& c) { return c.name == "payload"; });
      if (!keeps) continue;
      const auto read = active.find(version.name.projection);
      const bool is_read = read != active.end() && read->second.version == version.name.version;
      if (found != nullptr && !is_read && version.name.version < found->name.version) continue;
      found = &version;
      name = version.tables[t].name;
      if (is_read) return PayloadTable{found->name, std::move(name)};
    }
  }
  if (found == nullptr) {
    return base::Fail(base::Code::kFailedPrecondition,
                      "projections: none keeps the records' bytes (a table of one row an offset "
                      "with a column payload); register events");
  }
  return PayloadTable{found->name, std::move(name)};
}

bool Serves(const Ledgers& ledgers, const VersionName& version, const ActiveVersions& active) {
  const auto own = ledgers.find(version);
  if (own == ledgers.end()) return false;
  const auto read = active.find(version.projection);
  if (read == active.end()) return true;
  const auto other = ledgers.find({version.projection, read->second.version});
  if (other == ledgers.end()) return false;
  return std::ranges::all_of(other->second, [&](const auto& entry) {
    const auto found = own->second.find(entry.first);
    return found != own->second.end() && found->second.next_offset >= entry.second.next_offset;
  });
}

base::Result<Roles> RolesOf(const std::vector<LiveVersion>& versions,
                            const ActiveVersions& active) {
  Roles roles;
  for (const LiveVersion& version : versions) {
    const auto& [projection, number] = version.name;
    const auto found = active.find(projection);
    const bool read = found != active.end() && found->second.version == number;
    const bool serves = active.empty() || read || version.projection == nullptr;
    (serves ? roles.serving : roles.joining).insert(version.name);
    if (!active.empty() || version.projection == nullptr) continue;
    ActiveVersion& first = roles.first[projection];
    first = {std::max(first.version, number), 1};
  }
  for (const auto& [projection, one] : active) {
    const bool known = std::ranges::any_of(versions, [&](const LiveVersion& version) {
      return version.name.projection == projection;
    });
    if (!known || roles.serving.contains({projection, one.version})) continue;
    return base::Fail(base::Code::kFailedPrecondition,
                      "{}: queries read version {}, which this program does not project: keep it "
                      "in the registry until a replay has switched to another",
                      projection, one.version);
  }
  return roles;
}

}  // namespace clientele::projections::runner
