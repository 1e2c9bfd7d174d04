// What calls tell beyond how they ended: the agent's mark, lines, hand-offs and speech, written
// down a second time on purpose. Pure functions, any thread.
#pragma once

#include <cstdint>

#include "clientele/event/v1/event.pb.h"

namespace clientele::verify {

// Small, as there is one for every call.
struct CallMarks {
  int32_t resolved = 0;      // 1 yes, 2 no, 0 not told
  int32_t highest_line = 0;  // of the legs that answered; 0: not known
  int32_t hand_offs = 0;     // by legs that had answered
  int32_t recorded_ms = 0;   // 0: the speech is not known
  int32_t agent_ms = 0;
  int32_t customer_ms = 0;
  int32_t silence_ms = 0;
};
[[nodiscard]] CallMarks MarksOf(const event::v1::Call& call);

// Of answered inbound calls.
struct MarkSums {
  int64_t flagged = 0;
  int64_t resolved = 0;
  int64_t lines_known = 0;
  int64_t first_line_alone = 0;
  int64_t flagged_with_line = 0;
  int64_t resolved_by_first_line = 0;
  int64_t recorded = 0;  // calls
  int64_t recorded_ms = 0;
  int64_t agent_ms = 0;
  int64_t customer_ms = 0;
  int64_t silence_ms = 0;
  MarkSums& operator+=(const CallMarks& marks);
  MarkSums& operator+=(const MarkSums& other);
  bool operator==(const MarkSums&) const = default;
};

}  // namespace clientele::verify
