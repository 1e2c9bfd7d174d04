#include "projections/runner/version_plan.h"

#include <algorithm>

#include "base/log.h"

namespace clientele::projections::runner {

namespace {

using base::Code;
using base::Fail;

bool Named(const Projections& projections, const std::string& name) {
  return std::ranges::any_of(projections,
                             [&](const auto& projection) { return projection->name() == name; });
}

// Whether the store has ever had a version of it that may serve.
bool Holds(const Versions& versions, const std::string& projection) {
  return std::ranges::any_of(versions, [&](const auto& version) {
    return version.first.projection == projection && version.second.restriction.empty();
  });
}

base::Status Standing(const Projections& projections, const VersionRow& row,
                      const ActiveVersions& active) {
  const auto read = active.find(row.name.projection);
  const bool needed = read != active.end() && read->second.version == row.name.version;
  if (needed && Named(projections, row.name.projection)) {
    return Fail(Code::kFailedPrecondition,
                "{}: queries read version {}, made by code (hash {}) that this program does not "
                "have: keep it in the registry until a replay has switched to another",
                row.name.projection, row.name.version, row.code_hash);
  }
  base::LogWarning("version stands still: this program does not have its code",
                   {{"version", row.name.ToString()}, {"code_hash", row.code_hash}});
  return {};
}

void TellOfWaitingCode(const Projections& projections, const Versions& versions) {
  for (const LiveVersion& newest : FirstVersions(projections)) {
    if (newest.projection == nullptr || !Holds(versions, newest.name.projection)) continue;
    const bool made = std::ranges::any_of(versions, [&](const auto& version) {
      return version.first.projection == newest.name.projection && !version.second.gone() &&
             version.second.code_hash == newest.code_hash;
    });
    if (made) continue;
    base::LogInfo("newer code waits for a replay",
                  {{"projection", newest.name.projection}, {"code_hash", newest.code_hash}});
  }
}

}  // namespace

bool VersionPlan::SameVersions(const VersionPlan& other) const {
  return CodeHashes(live) == CodeHashes(other.live) && replayed == other.replayed;
}

const Projection* CodeOf(const Projections& projections, const VersionRow& row) {
  const auto found = std::ranges::find_if(projections, [&](const auto& projection) {
    return projection->name() == row.name.projection && projection->code_hash() == row.code_hash;
  });
  return found == projections.end() ? nullptr : found->get();
}

base::Result<VersionPlan> PlanVersions(const Projections& projections, const Versions& versions,
                                       const ActiveVersions& active,
                                       const std::set<VersionName>& join) {
  VersionPlan plan;
  for (const auto& [name, row] : versions) {
    const bool joins = row.state == VersionState::kReady && join.contains(name);
    if (row.state != VersionState::kJoined && !joins) continue;
    const Projection* const code = CodeOf(projections, row);
    if (code == nullptr) {
      if (auto standing = Standing(projections, row, active); !standing) {
        return tl::unexpected(standing.error());
      }
      continue;
    }
    plan.live.push_back(LiveVersionOf(*code, name.version));
    if (joins) plan.changes.push_back(row.ChangedTo(VersionState::kJoined));
    if (row.replayed()) plan.replayed.push_back(name);
  }
  for (LiveVersion& first : FirstVersions(projections)) {
    if (first.projection == nullptr || Holds(versions, first.name.projection)) continue;
    plan.changes.push_back({first.name, 1, VersionState::kJoined, first.code_hash,
                            first.TableNames(), std::string(), 0});
    plan.live.push_back(std::move(first));
  }
  plan.live.push_back(Quarantine());
  TellOfWaitingCode(projections, versions);
  return plan;
}

}  // namespace clientele::projections::runner
