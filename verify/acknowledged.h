// The events that a publisher was told to be persisted: a file of one `event_id` a line, or of
// `event_id,partition,offset`. Which of them the log has. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "verify/report.h"

namespace clientele::verify {

class Acknowledged {
 public:
  // INVALID_ARGUMENT names the line.
  [[nodiscard]] static base::Result<Acknowledged> Read(const std::string& path);

  // FAILED_PRECONDITION if the place of one is at or beyond these offsets, which the mark does not
  // cover.
  [[nodiscard]] base::Status CheckCovered(const std::vector<uint64_t>& next) const;
  // An event of the log, below the mark.
  void Take(const base::Uuid& id, int32_t partition, uint64_t offset);
  // Whether one without a place is not found yet: it may lie beyond the mark.
  [[nodiscard]] bool Missing() const;
  // An event beyond the mark: the place of one that is missing.
  void TakeBeyond(const base::Uuid& id, int32_t partition, uint64_t offset);
  // Says which ones the log does not have.
  void Finish(Report& report) const;

 private:
  struct One {
    base::Uuid id;
    int32_t partition = -1;  // -1: not told
    uint64_t offset = 0;
    bool found = false;  // in the log
  };
  [[nodiscard]] static std::optional<One> Parse(std::string_view line);

  std::vector<One> all_;  // by id
};

}  // namespace clientele::verify
