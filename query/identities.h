// Who is who at a mark, as statements can use it: a table in the store that says of every pseudonym
// that belongs to another one which that is. Made when it is first needed, named by what it says,
// so that marks between which no edge changed, and other processes, share it. Owned by the service;
// any thread. Guarantees: a statement never runs with half a map; what it costs is bounded (how
// much: the constants below).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "clickhouse/store.h"
#include "query/components.h"
#include "query/mark.h"
#include "query/running.h"

namespace clientele::query {

class IdentityMaps;

// Pairs of one tenant that are worked out in memory.
inline constexpr uint64_t kMostPairs = 5'000'000;
// Marks whose maps are remembered, of all tenants.
inline constexpr size_t kMostKnownMarks = 256;
// Of one tenant in the store, where they are held in memory.
inline constexpr uint64_t kMostMaps = 4;
// Super-nodes, and customers of many pseudonyms, that are named, of each state.
inline constexpr size_t kMostNamed = 5;

struct Identity {
  std::string map;                          // clientele.<map>; empty: every pseudonym is its own
  uint64_t size = 0;                        // its pseudonyms
  uint64_t held = 0;                        // super-nodes
  std::vector<base::Uuid> held_named;       // the first of them
  uint64_t large = 0;                       // customers of more than kMostAliases pseudonyms
  std::vector<LargeComponent> large_named;  // the greatest of them

  // Say what is held apart, and who has many pseudonyms.
  [[nodiscard]] std::vector<std::string> Warnings() const;
};

class Identities {
 public:
  // `store` must outlive it.
  explicit Identities(clickhouse::Store& store) : store_(store) {}

  // The map is there when it returns. FAILED_PRECONDITION: the mark knows no version of projection
  // identity. RESOURCE_EXHAUSTED: more than kMostPairs. Or what Running::Translate makes of a
  // failure.
  [[nodiscard]] base::Result<Identity> At(const std::string& tenant, const Mark& mark,
                                          const Running& running);
  // Tenants with so many edges that there may be something to warn of, by name; none where the mark
  // knows no version of projection identity. Errors as of a statement of At.
  [[nodiscard]] base::Result<std::vector<std::string>> TenantsToLookAt(const Mark& mark,
                                                                       const Running& running);

 private:
  struct Known {
    std::string tenant;
    uint32_t version = 0;  // of projection identity
    std::vector<uint64_t> next;
    Identity identity;
  };
  class Turn;
  class Question;

  [[nodiscard]] std::optional<Known> Nearest(const Known& wanted) const;
  void Remember(Known known);
  // Of a mark whose edges are those of the wanted one; none if none is known.
  [[nodiscard]] base::Result<std::optional<Identity>> Remembered(const Known& wanted,
                                                                 const Question& question,
                                                                 const IdentityMaps& maps);
  [[nodiscard]] static base::Result<Identity> WorkOut(const std::string& tenant,
                                                      const Question& question,
                                                      const IdentityMaps& maps);

  clickhouse::Store& store_;
  mutable std::mutex mutex_;
  std::condition_variable_any turn_ended_;
  std::set<std::string> busy_;  // tenants; each is worked on by one thread at a time
  std::deque<Known> known_;     // the newest first
};

}  // namespace clientele::query
