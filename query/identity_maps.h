// Maps of pseudonyms as tables of the store: clientele.identity_map_<tenant>_<what it says>, with
// hashes for both. A map gets its name when it is whole, so of two processes that make the same one
// the second finds it there. Values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "clickhouse/store.h"
#include "query/components.h"
#include "query/running.h"

namespace clientele::query {

class IdentityMaps {
 public:
  // Both must outlive it.
  IdentityMaps(clickhouse::Store& store, const Running& running)
      : store_(store), running_(running) {}

  // The name of the tenant's map that says this. `map`: by rising pseudonym.
  [[nodiscard]] static std::string NameOf(const std::string& tenant,
                                          const std::vector<Resolved>& map);
  // Whether it is there with so many pseudonyms.
  [[nodiscard]] base::Result<bool> IsThere(const std::string& name, uint64_t size) const;
  // Makes it, instead of one that is not whole; when it returns it is there. Keeps the newest
  // `kept` of the tenant.
  [[nodiscard]] base::Status Make(const std::string& name, const std::vector<Resolved>& map,
                                  uint64_t kept) const;

 private:
  [[nodiscard]] base::Status Execute(const std::string& sql, const char* part,
                                     clickhouse::Parameters parameters = {}) const;
  [[nodiscard]] base::Status Drop(const std::string& name) const;
  [[nodiscard]] base::Status Fill(const std::string& name, const std::vector<Resolved>& map) const;
  // Gives the map `from` the name `to`, unless a whole one has it.
  [[nodiscard]] base::Status Name(const std::string& from, const std::string& to,
                                  uint64_t size) const;
  void DropOld(const std::string& name, uint64_t kept) const;

  clickhouse::Store& store_;
  const Running& running_;
};

}  // namespace clientele::query
