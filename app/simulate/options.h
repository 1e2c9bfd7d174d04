// What a sample company is made from. The same options give the same bytes. A plain value.
#pragma once

#include <cstdint>
#include <string>

namespace clientele::app::simulate {

struct Options {
  uint64_t seed = 1;
  int days = 120;
  // Of customers at the end, acquired or there from the start; also the measure of the load.
  int customers = 20'000;
  // Employees a team: 10 x scale.
  double scale = 1.0;
  // The company's IANA time zone: days, weekdays and opening hours are its.
  std::string zone = "Europe/Moscow";
  // The day after the last one, YYYY-MM-DD in the zone: it ends at that day's 00:00.
  std::string end;

  // Load against what the staff was planned for.
  [[nodiscard]] double Load() const { return customers / (20'000.0 * scale); }
};

}  // namespace clientele::app::simulate
