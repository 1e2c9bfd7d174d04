// States that are not in the index's files yet: the newest of an entity. Owned by the entity index;
// its thread only.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"

namespace clientele::projections::retirement {

class StateBuffer {
 public:
  struct Entry {
    base::Hash128 entity;
    std::string_view states;  // as stored
  };

  // Room for so many entities from the start; more fit too.
  explicit StateBuffer(size_t entities);

  // None: not here. The view holds until the entity's next Put.
  [[nodiscard]] std::optional<std::string_view> Find(const base::Hash128& entity) const;
  void Put(const base::Hash128& entity, std::string_view states);
  // All, in the order of the hash; the views hold until the next Put or Clear.
  [[nodiscard]] std::vector<Entry> InOrder() const;
  void Clear();

 private:
  struct LowerHalf {
    size_t operator()(const base::Hash128& entity) const noexcept { return entity.low; }
  };
  using States = std::pmr::unordered_map<base::Hash128, std::string, LowerHalf>;

  const size_t entities_;
  std::pmr::monotonic_buffer_resource memory_;
  std::optional<States> states_;  // in memory_
};

}  // namespace clientele::projections::retirement
