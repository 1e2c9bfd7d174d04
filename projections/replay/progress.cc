#include "projections/replay/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace clientele::projections::replay {

namespace {

constexpr std::chrono::seconds kWindow{30};

}  // namespace

void Progress::Add(Time now, const std::vector<uint64_t>& written,
                   const std::vector<uint64_t>& ends) {
  Sample sample{now};
  for (size_t p = 0; p < ends.size(); ++p) {
    // One partition's surplus must not hide what another one lacks.
    sample.written += std::min(written[p], ends[p]);
    sample.end += ends[p];
  }
  samples_.push_back(sample);
  while (samples_.size() > 2 && samples_[1].time <= now - kWindow) samples_.pop_front();
}

double Progress::PerSecond(uint64_t Sample::* what) const {
  if (samples_.size() < 2) return 0;
  const std::chrono::duration<double> passed = samples_.back().time - samples_.front().time;
  if (passed.count() <= 0) return 0;
  return static_cast<double>(samples_.back().*what - samples_.front().*what) / passed.count();
}

double Progress::rate() const { return PerSecond(&Sample::written); }

std::optional<std::chrono::seconds> Progress::left() const {
  if (samples_.empty()) return std::nullopt;
  const Sample& last = samples_.back();
  if (last.written >= last.end) return std::chrono::seconds(0);
  const double nearer = rate() - PerSecond(&Sample::end);
  if (nearer <= 0) return std::nullopt;
  const double seconds = static_cast<double>(last.end - last.written) / nearer;
  constexpr double kYear = 365.0 * 86'400;
  if (seconds > kYear) return std::nullopt;
  return std::chrono::seconds(static_cast<int64_t>(std::ceil(seconds)));
}

std::string Progress::Done() const {
  if (samples_.empty()) return "nothing yet";
  const Sample& last = samples_.back();
  const uint64_t percent =
      last.end == 0 ? 100 : std::min<uint64_t>(last.written * 100 / last.end, 100);
  return fmt::format("{} of {} offsets ({} %)", last.written, last.end, percent);
}

std::string Progress::Text() const {
  if (samples_.empty()) return Done();
  const Sample& first = samples_.front();
  const Sample& last = samples_.back();
  const auto rest = left();
  // The first batch takes a moment.
  const bool begins = last.written == first.written && last.time - first.time < kWindow;
  if (!rest && begins) return Done() + ", speed not known yet";
  const std::string text = fmt::format("{}, {:.0f} a second", Done(), rate());
  if (!rest) return text + ", not coming nearer to the end";
  return text + fmt::format(", {} s left", rest->count());
}

}  // namespace clientele::projections::replay
