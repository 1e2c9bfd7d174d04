// The days of the sample: the civil calendar of the company's time zone, as moments. Immutable
// after Make; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/simulate/options.h"
#include "base/result.h"

namespace clientele::app::simulate {

inline constexpr int64_t kMillisecond = 1'000;  // microseconds
inline constexpr int64_t kSecond = 1'000 * kMillisecond;
inline constexpr int64_t kMinute = 60 * kSecond;
inline constexpr int64_t kHour = 60 * kMinute;
inline constexpr int64_t kDay = 24 * kHour;

class Timeline {
 public:
  // INVALID_ARGUMENT: no such zone, no such day.
  [[nodiscard]] static base::Result<Timeline> Make(const Options& options);
  // The current day in the zone, YYYY-MM-DD. INVALID_ARGUMENT: no such zone.
  [[nodiscard]] static base::Result<std::string> DayAt(int64_t moment, const std::string& zone);

  [[nodiscard]] int days() const { return static_cast<int>(names_.size()); }
  // Midnight, microseconds.
  [[nodiscard]] int64_t Start(int day) const { return starts_[static_cast<size_t>(day)]; }
  [[nodiscard]] int64_t Begin() const { return starts_.front(); }
  // Nothing is known from here on.
  [[nodiscard]] int64_t End() const { return starts_.back(); }
  // The day that holds the moment; -1 before the first, days() from the end on.
  [[nodiscard]] int DayOf(int64_t moment) const;
  // YYYY-MM-DD.
  [[nodiscard]] const std::string& Name(int day) const { return names_[static_cast<size_t>(day)]; }
  // 1 = Monday .. 7 = Sunday.
  [[nodiscard]] int Weekday(int day) const { return weekdays_[static_cast<size_t>(day)]; }
  // Whether the day is the first of its month.
  [[nodiscard]] bool FirstOfMonth(int day) const { return Name(day).ends_with("-01"); }
  // The day at a share of the whole time, 0..1.
  [[nodiscard]] int At(double share) const {
    return static_cast<int>(share * static_cast<double>(days()));
  }

 private:
  std::vector<int64_t> starts_;  // one more than days
  std::vector<std::string> names_;
  std::vector<int> weekdays_;
};

}  // namespace clientele::app::simulate
