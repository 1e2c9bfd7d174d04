#include "query/mark.h"

#include <algorithm>
#include <limits>

#include "query/sql.h"

namespace clientele::query {
namespace {

using base::Code;
using base::Fail;
using base::FailField;

// Microseconds since the epoch: of the year 2286.
constexpr int64_t kFarAhead = 9'999'999'999'999'999;

base::Result<Mark> NotThere(const MarkWanted& wanted) {
  if (wanted.id) return Fail(Code::kNotFound, "mark_id = {}: there is no such mark", *wanted.id);
  if (wanted.known_at) {
    return Fail(Code::kNotFound, "known_at = {}: no mark is so old, nothing was known then",
                *wanted.known_at);
  }
  return Fail(Code::kUnavailable, "there is no mark yet: nothing is projected; try again later");
}

Mark ReadMark(const clickhouse::Block& block) {
  Mark mark;
  mark.id = block.Get<uint64_t>("id")[0];
  mark.known_at = block.Get<int64_t>("known_at_micros")[0];
  mark.newest = mark.id == block.Get<uint64_t>("newest_id")[0];
  mark.next = block.Get<std::vector<uint64_t>>("next")[0];
  const auto& names = block.Get<std::vector<std::string>>("projections")[0];
  const auto& versions = block.Get<std::vector<uint64_t>>("active_versions")[0];
  for (size_t i = 0; i < std::min(names.size(), versions.size()); ++i) {
    mark.versions[names[i]] = static_cast<uint32_t>(versions[i]);
  }
  return mark;
}

}  // namespace

base::Result<uint32_t> VersionAt(const Mark& mark, const std::string& projection) {
  const auto version = mark.versions.find(projection);
  if (version != mark.versions.end()) return version->second;
  return Fail(Code::kFailedPrecondition,
              "mark {} knows no version of projection {}; ask at a newer mark", mark.id,
              projection);
}

base::Result<Mark> MarkResolver::Resolve(const MarkWanted& wanted, const Running& running) const {
  if (wanted.id && *wanted.id < 0) {
    return FailField("mark_id", "mark_id = {}: must not be negative", *wanted.id);
  }
  if (wanted.known_at && *wanted.known_at < 0) {
    return FailField("known_at", "known_at = {}: must not be negative", *wanted.known_at);
  }
  clickhouse::Parameters parameters = {
      {"least_id", std::to_string(wanted.id.value_or(0))},
      {"most_id", std::to_string(wanted.id.value_or(std::numeric_limits<int64_t>::max()))},
      {"known_at", std::to_string(wanted.id ? kFarAhead : wanted.known_at.value_or(kFarAhead))}};
  std::optional<Mark> mark;
  const auto selected =
      store_.Select(running.Make(sql::kStatementsMark, std::move(parameters), "mark"),
                    [&](const clickhouse::Block& block) -> base::Status {
                      if (block.rows > 0) mark = ReadMark(block);
                      return {};
                    });
  if (!selected) return tl::unexpected(running.Translate(selected.error()));
  if (!mark) return NotThere(wanted);
  return std::move(*mark);
}

}  // namespace clientele::query
