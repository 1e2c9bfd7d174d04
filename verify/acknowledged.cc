#include "verify/acknowledged.h"

#include <algorithm>
#include <charconv>
#include <fstream>

namespace clientele::verify {
namespace {

using base::Code;
using base::Fail;

template <typename Number>
bool Whole(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.starts_with('-');
}

}  // namespace

std::optional<Acknowledged::One> Acknowledged::Parse(std::string_view line) {
  One one;
  const size_t comma = line.find(',');
  const auto id = base::ParseUuid(line.substr(0, comma));
  if (!id) return std::nullopt;
  one.id = *id;
  if (comma == std::string_view::npos) return one;
  line.remove_prefix(comma + 1);
  const size_t next = line.find(',');
  if (next == std::string_view::npos || !Whole(line.substr(0, next), one.partition) ||
      !Whole(line.substr(next + 1), one.offset)) {
    return std::nullopt;
  }
  return one;
}

base::Result<Acknowledged> Acknowledged::Read(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Fail(Code::kNotFound, "{}: cannot be read", path);
  Acknowledged acknowledged;
  std::string line;
  for (size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    const auto one = Parse(line);
    if (!one) {
      return Fail(Code::kInvalidArgument,
                  "{} line {}: '{}': must be event_id or event_id,partition,offset", path, number,
                  line.substr(0, 80));
    }
    acknowledged.all_.push_back(*one);
  }
  if (file.bad()) return Fail(Code::kUnavailable, "{}: cannot be read to its end", path);
  std::ranges::sort(acknowledged.all_, {}, &One::id);
  return acknowledged;
}

base::Status Acknowledged::CheckCovered(const std::vector<uint64_t>& next) const {
  for (const One& one : all_) {
    if (one.partition < 0) continue;
    const auto partition = static_cast<size_t>(one.partition);
    if (partition < next.size() && one.offset < next[partition]) continue;
    return Fail(
        Code::kFailedPrecondition,
        "event {} was acknowledged at partition {} offset {}, which the mark does not cover; "
        "give a newer mark, or --wait for one",
        one.id.ToString(), one.partition, one.offset);
  }
  return {};
}

void Acknowledged::Take(const base::Uuid& id, int32_t partition, uint64_t offset) {
  const auto same = std::ranges::equal_range(all_, id, {}, &One::id);
  for (One& one : same) {
    if (one.partition < 0 || (one.partition == partition && one.offset == offset)) one.found = true;
  }
}

bool Acknowledged::Missing() const {
  return std::ranges::any_of(all_, [](const One& one) { return one.partition < 0 && !one.found; });
}

void Acknowledged::TakeBeyond(const base::Uuid& id, int32_t partition, uint64_t offset) {
  for (One& one : std::ranges::equal_range(all_, id, {}, &One::id)) {
    if (one.partition < 0 && !one.found) one = {id, partition, offset, true};
  }
}

void Acknowledged::Finish(Report& report) const {
  report.acknowledged = all_.size();
  for (const One& one : all_) {
    if (one.found) continue;
    report.Add(
        {"I1", "acknowledged", one.partition,
         one.partition < 0 ? -1 : static_cast<int64_t>(one.offset),
         fmt::format("event {} was acknowledged and is not there in the log", one.id.ToString())});
  }
}

}  // namespace clientele::verify
