// What the rows of cases must be, written down a second time on purpose. Pure functions, any
// thread.
#pragma once

#include <cstdint>

#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"

namespace clientele::verify {

// Rows of case_moments.
[[nodiscard]] uint32_t CaseMomentCount(const event::v1::Case& ticket);

void CaseRow(const event::v1::Event& event, Row& row);
// The told moment with this index; beyond the last one, of nothing.
void CaseMomentRow(const event::v1::Event& event, uint32_t index, Row& row);

// What a case comes to. Moments in microseconds; 0: not told.
struct CaseCourse {
  int64_t opened_at = 0;
  int64_t closed_at = 0;  // 2200-01-01: it is open
  bool closed = false;
  int64_t resolution_ms = -1;   // -1: not known
  int64_t longest_gap_ms = -1;  // the same
  int64_t times_reopened = 0;
  bool was_resolved = false;  // at least once
};
[[nodiscard]] CaseCourse CourseOf(const event::v1::Case& ticket);

}  // namespace clientele::verify
