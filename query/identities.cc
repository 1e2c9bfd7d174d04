#include "query/identities.h"

#include <algorithm>
#include <numeric>

#include "base/log.h"
#include "query/identity_maps.h"
#include "query/sql.h"

namespace clientele::query {
namespace {

using base::Code;
using base::Fail;
using clickhouse::Block;

using Offsets = std::vector<uint64_t>;

// Of one store's marks, which rise in all partitions together.
bool IsBefore(const Offsets& one, const Offsets& other) {
  if (one.size() != other.size()) return false;
  for (size_t p = 0; p < one.size(); ++p) {
    if (one[p] > other[p]) return false;
  }
  return true;
}

// The first of so many.
std::string FirstNamed(const std::vector<std::string>& names, uint64_t all) {
  return fmt::format("{}{}", fmt::join(names, ", "), all > names.size() ? ", .." : "");
}

template <typename T>
std::vector<T> FirstOf(const std::vector<T>& all) {
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kMostNamed))};
}

uint64_t Sum(const Offsets& next) { return std::accumulate(next.begin(), next.end(), uint64_t{0}); }

uint64_t Apart(const Offsets& one, const Offsets& other) {
  return std::max(Sum(one), Sum(other)) - std::min(Sum(one), Sum(other));
}

}  // namespace

std::vector<std::string> Identity::Warnings() const {
  std::vector<std::string> warnings;
  if (held > 0) {
    std::vector<std::string> names;
    for (const base::Uuid& id : held_named) names.push_back(id.ToString());
    warnings.push_back(
        fmt::format("held apart: {} with more than {} aliases, which links alone tie to it: {}",
                    held == 1 ? "1 pseudonym" : fmt::format("{} pseudonyms", held), kMostAliases,
                    FirstNamed(names, held)));
  }
  if (large > 0) {
    std::vector<std::string> names;
    for (const LargeComponent& one : large_named) {
      names.push_back(fmt::format("{} of {}", one.representative.ToString(), one.pseudonyms));
    }
    warnings.push_back(fmt::format("merged: {} of more than {} pseudonyms: {}",
                                   large == 1 ? "1 customer" : fmt::format("{} customers", large),
                                   kMostAliases, FirstNamed(names, large)));
  }
  return warnings;
}

// The right to work on a tenant's identities, until it ends.
class Identities::Turn {
 public:
  Turn(Identities& of, const std::string& tenant, const Running& running)
      : of_(of), tenant_(tenant) {
    std::unique_lock lock(of_.mutex_);
    const auto is_free = [&] { return !of_.busy_.contains(tenant_); };
    ours_ = of_.turn_ended_.wait_until(lock, running.cancel, running.until, is_free);
    if (ours_) of_.busy_.insert(tenant_);
  }
  ~Turn() {
    if (!ours_) return;
    const std::lock_guard lock(of_.mutex_);
    of_.busy_.erase(tenant_);
    of_.turn_ended_.notify_all();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  [[nodiscard]] bool ours() const { return ours_; }

 private:
  Identities& of_;
  const std::string tenant_;
  bool ours_ = false;
};

// What is asked of the edges of a tenant.
class Identities::Question {
 public:
  Question(clickhouse::Store& store, const Running& running, const Known& of)
      : store_(store),
        running_(running),
        of_(of),
        parameters_{{"table", fmt::format("identity_edges_v{}", of.version)},
                    {"tenant", of.tenant}} {}

  // Whether no edge changed between this mark and that of `other`.
  [[nodiscard]] base::Result<bool> IsTheSame(const Known& other) const {
    const bool older = IsBefore(of_.next, other.next);
    clickhouse::Parameters parameters = parameters_;
    parameters["older"] = clickhouse::ArrayParameter(older ? of_.next : other.next);
    parameters["newer"] = clickhouse::ArrayParameter(older ? other.next : of_.next);
    uint64_t changed = 0;
    const auto read = store_.Select(
        running_.Make(sql::kStatementsIdentityChanges, std::move(parameters), "identity-changes"),
        [&](const Block& block) -> base::Status {
          if (block.rows > 0) changed = block.Get<uint64_t>("changed")[0];
          return {};
        });
    if (!read) return tl::unexpected(running_.Translate(read.error()));
    return changed == 0;
  }

  [[nodiscard]] base::Result<Components::Outcome> WorkOut() const {
    Components components;
    clickhouse::Parameters parameters = parameters_;
    parameters["next"] = clickhouse::ArrayParameter(of_.next);
    parameters["most_pairs"] = std::to_string(kMostPairs + 1);
    const auto read = store_.Select(
        running_.Make(sql::kStatementsIdentityPairs, std::move(parameters), "identity-pairs"),
        [&](const Block& block) -> base::Status {
          if (block.rows > 0) Take(block, components);
          return {};
        });
    if (!read) return tl::unexpected(running_.Translate(read.error()));
    if (components.pairs() > kMostPairs) {
      return Fail(Code::kResourceExhausted,
                  "more than {} pairs of pseudonyms belong together: figures of customers cannot "
                  "be given",
                  kMostPairs);
    }
    return components.Resolve();
  }

 private:
  static void Take(const Block& block, Components& components) {
    const auto& low = block.Get<base::Uuid>("low");
    const auto& high = block.Get<base::Uuid>("high");
    const auto& by_alias = block.Get<uint64_t>("by_alias");
    const auto& by_link = block.Get<uint64_t>("by_link");
    for (size_t i = 0; i < block.rows; ++i) {
      components.Add(low[i], high[i], by_alias[i] != 0, by_link[i] != 0);
    }
  }

  clickhouse::Store& store_;
  const Running& running_;
  const Known& of_;
  const clickhouse::Parameters parameters_;
};

std::optional<Identities::Known> Identities::Nearest(const Known& wanted) const {
  const std::lock_guard lock(mutex_);
  const Known* nearest = nullptr;
  for (const Known& known : known_) {
    if (known.tenant != wanted.tenant || known.version != wanted.version) continue;
    if (!IsBefore(known.next, wanted.next) && !IsBefore(wanted.next, known.next)) continue;
    if (nearest == nullptr || Apart(known.next, wanted.next) < Apart(nearest->next, wanted.next)) {
      nearest = &known;
    }
  }
  return nearest == nullptr ? std::nullopt : std::optional(*nearest);
}

void Identities::Remember(Known known) {
  const std::lock_guard lock(mutex_);
  known_.push_front(std::move(known));
  if (known_.size() > kMostKnownMarks) known_.pop_back();
}

base::Result<Identity> Identities::At(const std::string& tenant, const Mark& mark,
                                      const Running& running) {
  const auto version = VersionAt(mark, "identity");
  if (!version) return tl::unexpected(version.error());
  const Turn turn(*this, tenant, running);
  if (!turn.ours()) {
    const bool cancelled = running.cancel.stop_requested();
    return tl::unexpected(running.Translate(
        {cancelled ? Code::kCancelled : Code::kDeadlineExceeded, "waited for identities", {}}));
  }
  Known known{tenant, *version, mark.next, {}};
  const Question question(store_, running, known);
  const IdentityMaps maps(store_, running);
  const auto remembered = Remembered(known, question, maps);
  if (!remembered) return tl::unexpected(remembered.error());
  if (*remembered) return **remembered;
  auto identity = WorkOut(tenant, question, maps);
  if (!identity) return identity;
  known.identity = *identity;
  Remember(std::move(known));
  return identity;
}

base::Result<std::vector<std::string>> Identities::TenantsToLookAt(const Mark& mark,
                                                                   const Running& running) {
  std::vector<std::string> tenants;
  const auto version = mark.versions.find("identity");
  if (version == mark.versions.end()) return tenants;
  const auto read =
      store_.Select(running.Make(sql::kStatementsIdentityTenants,
                                 {{"table", fmt::format("identity_edges_v{}", version->second)},
                                  {"next", clickhouse::ArrayParameter(mark.next)},
                                  {"least_rows", std::to_string(kMostAliases)}},
                                 "identity-tenants"),
                    [&](const Block& block) -> base::Status {
                      if (block.rows == 0) return {};
                      const auto& names = block.Get<std::string>("name");
                      tenants.insert(tenants.end(), names.begin(), names.end());
                      return {};
                    });
  if (!read) return tl::unexpected(running.Translate(read.error()));
  return tenants;
}

base::Result<std::optional<Identity>> Identities::Remembered(const Known& wanted,
                                                             const Question& question,
                                                             const IdentityMaps& maps) {
  auto nearest = Nearest(wanted);
  if (!nearest) return std::nullopt;
  const bool exact = nearest->next == wanted.next;
  if (!exact) {
    const auto same = question.IsTheSame(*nearest);
    if (!same) return tl::unexpected(same.error());
    if (!*same) return std::nullopt;
  }
  Identity identity = std::move(nearest->identity);
  if (!identity.map.empty()) {
    const auto there = maps.IsThere(identity.map, identity.size);
    if (!there) return tl::unexpected(there.error());
    if (!*there) return std::nullopt;
  }
  if (!exact) Remember({wanted.tenant, wanted.version, wanted.next, identity});
  return identity;
}

base::Result<Identity> Identities::WorkOut(const std::string& tenant, const Question& question,
                                           const IdentityMaps& maps) {
  const auto outcome = question.WorkOut();
  if (!outcome) return tl::unexpected(outcome.error());
  Identity identity;
  identity.held = outcome->held.size();
  identity.held_named = FirstOf(outcome->held);
  identity.large = outcome->large.size();
  identity.large_named = FirstOf(outcome->large);
  if (outcome->map.empty()) return identity;
  identity.map = IdentityMaps::NameOf(tenant, outcome->map);
  identity.size = outcome->map.size();
  const auto there = maps.IsThere(identity.map, identity.size);
  if (!there) return tl::unexpected(there.error());
  if (*there) return identity;
  if (auto made = maps.Make(identity.map, outcome->map, kMostMaps); !made) {
    return tl::unexpected(made.error());
  }
  base::LogInfo("identity map written", {{"map", identity.map}, {"pseudonyms", identity.size}});
  return identity;
}

}  // namespace clientele::query
