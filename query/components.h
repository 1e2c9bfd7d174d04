// Who is who: from pairs of pseudonyms that belong together to the representative of each, the
// smallest of those that are one customer. Pure; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "base/uuid.h"

namespace clientele::query {

// A pseudonym that events name together with more others is a super-node, such as the number of an
// office: it is held apart, what it was named together with is not merged over it.
inline constexpr uint32_t kMostAliases = 20;

struct Resolved {
  base::Uuid pseudonym;
  base::Uuid representative;
  auto operator<=>(const Resolved&) const = default;
};

// One customer of so many pseudonyms that somebody should look whether they are one.
struct LargeComponent {
  base::Uuid representative;
  uint64_t pseudonyms = 0;  // more than kMostAliases, the representative included
  auto operator<=>(const LargeComponent&) const = default;
};

class Components {
 public:
  // A pair that belongs together, once: because events named both, or because a link says so, or
  // for both reasons. A link holds for super-nodes, too.
  void Add(const base::Uuid& one, const base::Uuid& other, bool by_alias, bool by_link);
  [[nodiscard]] size_t pairs() const { return pairs_.size(); }

  struct Outcome {
    std::vector<Resolved> map;  // of those that another pseudonym stands for, by rising pseudonym
    std::vector<base::Uuid> held;       // super-nodes, by rising pseudonym
    std::vector<LargeComponent> large;  // the greatest first
  };
  // After all pairs, once.
  [[nodiscard]] Outcome Resolve();

 private:
  struct Hash {
    size_t operator()(const base::Uuid& id) const { return std::hash<uint64_t>()(id.Low()); }
  };
  struct Pair {
    uint32_t one = 0;
    uint32_t other = 0;
    bool by_alias = false;
    bool by_link = false;
  };

  [[nodiscard]] uint32_t NumberOf(const base::Uuid& id);
  [[nodiscard]] uint32_t RootOf(uint32_t node);

  std::unordered_map<base::Uuid, uint32_t, Hash> numbers_;
  std::vector<base::Uuid> ids_;    // by number
  std::vector<uint32_t> aliases_;  // how many, by number
  std::vector<uint32_t> parents_;  // by number; a root's is its own: the smallest of its tree
  std::vector<Pair> pairs_;
};

}  // namespace clientele::query
