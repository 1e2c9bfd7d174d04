#include "query/identity_maps.h"

#include "base/hash.h"
#include "base/log.h"
#include "clickhouse/places.h"
#include "query/sql.h"

namespace clientele::query {
namespace {

using base::Code;
using clickhouse::Block;

constexpr size_t kRowsAnInsert = 200'000;
// identity_map_ and the hash of the tenant.
constexpr size_t kPrefixSize = 13 + 16;

}  // namespace

std::string IdentityMaps::NameOf(const std::string& tenant, const std::vector<Resolved>& map) {
  static_assert(sizeof(Resolved) == 2 * sizeof(base::Uuid));
  const base::Hash128 says =
      base::HashBytes({reinterpret_cast<const char*>(map.data()), map.size() * sizeof(Resolved)});
  return fmt::format("identity_map_{:016x}_{:016x}{:016x}", base::HashBytes(tenant).low, says.high,
                     says.low);
}

base::Result<bool> IdentityMaps::IsThere(const std::string& name, uint64_t size) const {
  bool there = false;
  const auto read = store_.Select(
      running_.Make(sql::kStatementsIdentityMapSize, {{"map", name}}, "identity-map-size"),
      [&](const Block& block) -> base::Status {
        if (block.rows > 0) there = block.Get<uint64_t>("size")[0] == size;
        return {};
      });
  if (!read) return tl::unexpected(running_.Translate(read.error()));
  return there;
}

base::Status IdentityMaps::Execute(const std::string& sql, const char* part,
                                   clickhouse::Parameters parameters) const {
  const auto done = store_.Execute(running_.Make(sql, std::move(parameters), part));
  if (!done) return tl::unexpected(done.error());
  return {};
}

base::Status IdentityMaps::Drop(const std::string& name) const {
  return Execute(std::string(sql::kStatementsIdentityMapDrop), "identity-map-drop",
                 {{"map", name}});
}

base::Status IdentityMaps::Fill(const std::string& name, const std::vector<Resolved>& map) const {
  clickhouse::BlockWriter block({{"pseudonym", "UUID"}, {"representative", "UUID"}});
  size_t part = 0;
  for (size_t i = 0; i < map.size(); ++i) {
    block.column(0).Append(map[i].pseudonym);
    block.column(1).Append(map[i].representative);
    block.EndRow();
    if (block.rows() < kRowsAnInsert && i + 1 < map.size()) continue;
    const auto inserted =
        store_.Insert("clientele." + name, block,
                      running_.Make({}, {}, fmt::format("identity-map-rows-{}", part++)));
    if (!inserted) return tl::unexpected(inserted.error());
    block.Clear();
  }
  return {};
}

base::Status IdentityMaps::Name(const std::string& from, const std::string& to,
                                uint64_t size) const {
  const std::string sql =
      clickhouse::FillPlaces(sql::kStatementsIdentityMapRename, {{"from", from}, {"to", to}});
  auto named = Execute(sql, "identity-map-rename");
  if (named || named.error().code != Code::kAlreadyExists) return named;
  const auto there = IsThere(to, size);
  if (!there) return tl::unexpected(there.error());
  if (*there) return Drop(from);  // another process was quicker
  if (auto dropped = Drop(to); !dropped) return dropped;
  return Execute(sql, "identity-map-rename-again");
}

base::Status IdentityMaps::Make(const std::string& name, const std::vector<Resolved>& map,
                                uint64_t kept) const {
  // Nobody else fills it.
  const std::string unnamed = fmt::format("{}_{:016x}", name, base::RandomUuid().High());
  auto made = Execute(clickhouse::FillPlaces(sql::kStatementsIdentityMapCreate, {{"map", unnamed}}),
                      "identity-map-create");
  if (made) made = Fill(unnamed, map);
  if (made) made = Name(unnamed, name, map.size());
  if (!made) {
    if (const auto dropped = Drop(unnamed); !dropped) {
      base::LogWarning("an unfinished identity map stays for now",
                       {{"map", unnamed}, {"error", dropped.error().message}});
    }
    return tl::unexpected(running_.Translate(made.error()));
  }
  const auto there = IsThere(name, map.size());
  if (!there) return tl::unexpected(there.error());
  if (!*there) {
    return base::Fail(Code::kUnavailable,
                      "the identity map that was written is not there; try again later");
  }
  DropOld(name, kept);
  return {};
}

// What stays is dropped the next time.
void IdentityMaps::DropOld(const std::string& name, uint64_t kept) const {
  std::vector<std::string> old;
  const auto listed = store_.Select(
      running_.Make(sql::kStatementsIdentityMapsOld,
                    {{"prefix", name.substr(0, kPrefixSize)}, {"kept", std::to_string(kept)}},
                    "identity-maps-old"),
      [&](const Block& block) -> base::Status {
        if (block.rows > 0) old = block.Get<std::string>("name");
        return {};
      });
  if (!listed) return;
  for (const std::string& one : old) {
    if (const auto dropped = Drop(one); !dropped) {
      base::LogWarning("an old identity map stays for now",
                       {{"map", one}, {"error", dropped.error().message}});
    }
  }
}

}  // namespace clientele::query
