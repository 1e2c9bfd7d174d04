// The mark that an answer is computed at.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "clickhouse/store.h"
#include "query/running.h"

namespace clientele::query {

struct Mark {
  uint64_t id = 0;
  int64_t known_at = 0;                      // microseconds since the epoch
  std::vector<uint64_t> next;                // of every partition: smaller offsets count
  std::map<std::string, uint32_t> versions;  // of every projection
  bool newest = false;                       // there was none after it
  // Of a question what figures would have been: table -> clientele.<name> that is read in its
  // place.
  std::map<std::string, std::string> stand_ins = {};
};

// The version of the projection that is read at the mark. FAILED_PRECONDITION if it knows none.
[[nodiscard]] base::Result<uint32_t> VersionAt(const Mark& mark, const std::string& projection);

// Which mark: neither is the newest.
struct MarkWanted {
  std::optional<int64_t> id;
  std::optional<int64_t> known_at;
};

// Reads marks from the store. Any thread.
class MarkResolver {
 public:
  explicit MarkResolver(clickhouse::Store& store) : store_(store) {}

  // NOT_FOUND: no mark of that id, or none so early. UNAVAILABLE: there is none at all yet.
  // INVALID_ARGUMENT: a negative id or moment. Or what Running::Translate makes of a failure.
  [[nodiscard]] base::Result<Mark> Resolve(const MarkWanted& wanted, const Running& running) const;

 private:
  clickhouse::Store& store_;
};

}  // namespace clientele::query
