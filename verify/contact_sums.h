// What contacts and cases add to figures. Plain values.
#pragma once

#include <cstdint>
#include <vector>

#include "verify/case_rows.h"

namespace clientele::verify {

// Days since 1970 (UTC).
struct ContactFacts {
  uint32_t tenant = 0;
  int32_t day = 0;
  bool reply = false;  // of a person, in writing
  bool ready_made = false;
};

struct CaseFacts {
  uint32_t tenant = 0;
  uint32_t currency = 0;
  CaseCourse course;
  int64_t due_at = 0;  // microseconds; 0: not told
  bool compensation_told = false;
  int64_t compensation_minor = 0;
};

struct ContactSums {
  int64_t contacts = 0;
  int64_t replies = 0;
  int64_t ready_made = 0;
  int64_t cases_opened = 0;
  int64_t cases_resolved = 0;
  int64_t due = 0;  // of them
  int64_t in_time = 0;
  int64_t were_resolved = 0;  // of those opened, at least once
  int64_t reopened = 0;
  int64_t longest_gap_ms = 0;  // over the cases of resolutions_ms
  int64_t compensations = 0;
  int64_t compensation_minor = 0;
  std::vector<int64_t> resolutions_ms;  // of those that are known, as they come

  ContactSums& operator+=(const ContactSums& other);
  bool operator==(const ContactSums&) const = default;
};

}  // namespace clientele::verify
