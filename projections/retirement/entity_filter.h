// Which entities an index may know: a Bloom filter that grows with them, so that a new entity,
// which most events tell, costs no look-up in the index. It never says no to one that was added.
// Owned by known_entities; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/hash.h"

namespace clientele::projections::retirement {

class EntityFilter {
 public:
  void Add(const base::Hash128& entity);
  // Of those that were not added it says yes to one in 200 for every 16 M that were.
  [[nodiscard]] bool MayKnow(const base::Hash128& entity) const;
  // Has the processor fetch what MayKnow of that entity will read.
  void Prefetch(const base::Hash128& entity) const;

 private:
  struct Free {
    void operator()(uint32_t* words) const;
  };
  // Of one size, so that growing never copies; the last one is being filled. A block is eight
  // words, of which an entity sets one bit each.
  struct Part {
    std::unique_ptr<uint32_t[], Free> memory;
    uint32_t* blocks = nullptr;  // in it, where a block lies in one line of the cache
  };
  void Grow();

  std::vector<Part> parts_;
  size_t in_last_ = 0;  // entities added to the last part
};

}  // namespace clientele::projections::retirement
