// The writers' fence: of every group of writers the highest epoch that inserted, kept in a file. An
// insert with a lower one is refused, for good: its writer has been replaced. Owned by the server,
// any thread.
//
// An insert carries its epoch in its query id, w:<writer>:<group>:<epoch>:<number>. Ids of another
// form are not fenced.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace clientele::engine {

struct WriterId {
  std::string_view writer;
  std::string_view group;
  uint64_t epoch = 0;
};

// Nothing: the id is not a writer's. INVALID_ARGUMENT: it begins like one and is none.
[[nodiscard]] base::Result<std::optional<WriterId>> ParseWriterId(std::string_view query_id);

class WriterFence {
 public:
  // FAILED_PRECONDITION if the file is there and cannot be understood.
  [[nodiscard]] static base::Result<std::map<std::string, uint64_t>> Load(const std::string& file);
  WriterFence(std::string file, std::map<std::string, uint64_t> epochs)
      : file_(std::move(file)), epochs_(std::move(epochs)) {}

  // Lets an insert in, or: PERMISSION_DENIED (a higher epoch has been seen), INVALID_ARGUMENT,
  // UNAVAILABLE (a new epoch could not be made durable).
  [[nodiscard]] base::Status Admit(std::string_view query_id);

 private:
  [[nodiscard]] base::Status Save() const;

  const std::string file_;
  std::mutex mutex_;
  std::map<std::string, uint64_t> epochs_;
};

}  // namespace clientele::engine
