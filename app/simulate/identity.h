// Who is who: profiles of customers from a moment on, links between what they are known by, and a
// few wrong merges that are undone later. One thread.
#pragma once

#include "app/simulate/world.h"

namespace clientele::app::simulate {

class Identity {
 public:
  explicit Identity(World& world) : world_(world) {}

  void Tell(int day);
  // Pairs of customers that were merged by mistake, and of them those that were parted again.
  [[nodiscard]] int wrong_merges() const { return wrong_merges_; }
  [[nodiscard]] int unlinked() const { return unlinked_; }

 private:
  void TellProfile(int customer, int64_t valid_from, int64_t known_at, const char* stage);
  void TellLink(int first, int second, bool linked, uint32_t revision, const char* reason,
                int64_t at);
  void TellWrongMerge(int day, Random& random);

  World& world_;
  int wrong_merges_ = 0;
  int unlinked_ = 0;
};

}  // namespace clientele::app::simulate
