// A store as a fenced writer sees it: every insert carries the epoch and a number of its own in its
// query id, and an insert without a clear answer can be brought to an end. Owned by the runner,
// shared by its threads (thread-safe).
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "clickhouse/store.h"
#include "projections/runner/fence.h"

namespace clientele::projections::runner {

class FencedStore {
 public:
  FencedStore(clickhouse::Store& store, Fence fence) : store_(store), fence_(std::move(fence)) {}

  struct Outcome {
    base::Status status;
    std::string query_id;
  };
  // One insert, never retried here.
  [[nodiscard]] Outcome Insert(std::string_view writer, std::string_view table,
                               const clickhouse::BlockWriter& block);
  // After an insert that failed: returns once it can write nothing any more.
  [[nodiscard]] base::Status End(const std::string& query_id);

  // For reading, and for statements that need no fence.
  [[nodiscard]] clickhouse::Store& store() { return store_; }
  [[nodiscard]] const Fence& fence() const { return fence_; }

 private:
  clickhouse::Store& store_;
  const Fence fence_;
  std::atomic<uint64_t> statements_ = 0;
};

}  // namespace clientele::projections::runner
