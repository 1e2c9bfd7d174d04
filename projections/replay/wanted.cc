#include "projections/replay/wanted.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "projections/runner/version_plan.h"

namespace clientele::projections::replay {

namespace {

using base::Code;
using base::Fail;
using base::FailField;
using runner::VersionRow;
using runner::VersionState;

const Projection* NewestCode(const runner::Projections& projections, const std::string& name) {
  const Projection* newest = nullptr;
  for (const auto& one : projections) {
    if (one->name() == name && (newest == nullptr || one->version() > newest->version())) {
      newest = one.get();
    }
  }
  return newest;
}

// What clientele.versions says that it holds.
std::string HeldBy(const Wanted& wanted) {
  return wanted.as_if.empty() ? wanted.restriction.ToString() : wanted.as_if;
}

VersionRow NewVersion(const Wanted& wanted, const Projection& code, uint32_t number) {
  const runner::LiveVersion live = runner::LiveVersionOf(code, number);
  VersionRow row;
  row.name = live.name;
  row.restriction = HeldBy(wanted);
  // No code of a projection makes the tables of the others.
  if (wanted.as_if.empty()) {
    row.code_hash = live.code_hash;
    row.tables = live.TableNames();
  }
  row.rate = wanted.rate.value_or(0);
  return row;
}

// Whether the same command began it.
base::Status CheckSame(const Wanted& wanted, const VersionRow& row) {
  const std::string asked = HeldBy(wanted);
  if (row.restriction == asked) return {};
  return Fail(Code::kFailedPrecondition,
              "{}: a replay of {} is under way, this one asks for {}: let it end, or cancel it",
              row.name.ToString(),
              row.restriction.empty() ? "the whole log" : "\"" + row.restriction + "\"",
              asked.empty() ? "the whole log" : "\"" + asked + "\"");
}

}  // namespace

bool UnderWay(const VersionRow& row, const runner::ActiveVersions& active) {
  switch (row.state) {
    case VersionState::kBuilding:
    case VersionState::kPaused:
    case VersionState::kReady:
      return true;
    case VersionState::kJoined: {
      // Not yet read: what is left is the proof.
      const auto read = active.find(row.name.projection);
      return row.replayed() &&
             (read == active.end() || !read->second.read.contains(row.name.version));
    }
    default:
      return false;
  }
}

base::Result<VersionRow> ChooseVersion(const Wanted& wanted, const runner::Projections& projections,
                                       const runner::Versions& versions,
                                       const runner::ActiveVersions& active) {
  const Projection* const code = NewestCode(projections, wanted.projection);
  if (code == nullptr) {
    std::set<std::string_view> names;
    for (const auto& one : projections) names.insert(one->name());
    return Fail(Code::kNotFound, "NAME {}: must be a projection of this program: {}",
                wanted.projection, fmt::join(names, ", "));
  }
  uint32_t last = 0;
  const VersionRow* under_way = nullptr;
  for (const auto& [name, row] : versions) {
    if (name.projection != wanted.projection) continue;
    last = std::max(last, name.version);
    if (UnderWay(row, active)) under_way = &row;
  }
  if (last == 0) {
    return Fail(Code::kFailedPrecondition,
                "{}: the store has no version of it yet: clientele run makes the first by itself",
                wanted.projection);
  }
  if (wanted.version && (*wanted.version == 0 || *wanted.version > kGreatestVersion)) {
    return FailField("--version", "--version {}: must lie between 1 and {}", *wanted.version,
                     kGreatestVersion);
  }
  if (under_way != nullptr &&
      wanted.version.value_or(under_way->name.version) == under_way->name.version) {
    if (auto same = CheckSame(wanted, *under_way); !same) return tl::unexpected(same.error());
    return *under_way;
  }
  if (under_way != nullptr) {
    return Fail(Code::kFailedPrecondition,
                "--version {}: the replay of {} is under way: let it end, or cancel it",
                *wanted.version, under_way->name.ToString());
  }
  const uint32_t number = wanted.version.value_or(last + 1);
  if (const auto found = versions.find({wanted.projection, number}); found != versions.end()) {
    return Fail(Code::kAlreadyExists,
                "--version {}: {} exists already ({}): a number is used once, take one above {}",
                number, found->first.ToString(), runner::StateName(found->second.state), last);
  }
  return NewVersion(wanted, *code, number);
}

}  // namespace clientele::projections::replay
