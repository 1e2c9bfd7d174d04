#include "engine/fence.h"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <vector>

#include "base/kill_point.h"
#include "base/owned_folder.h"

namespace clientele::engine {
namespace {

using base::Code;
using base::Fail;

constexpr std::string_view kPrefix = "w:";
constexpr size_t kPartBytes = 128;
constexpr size_t kGroups = 10'000;

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= kPartBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool ParseNumber(std::string_view text, uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

base::Result<std::optional<WriterId>> ParseWriterId(std::string_view query_id) {
  if (!query_id.starts_with(kPrefix)) return std::nullopt;
  const auto parts = Split(query_id, ':');
  WriterId id;
  uint64_t number = 0;
  if (parts.size() != 5 || !IsName(parts[1]) || !IsName(parts[2]) ||
      !ParseNumber(parts[3], id.epoch) || !ParseNumber(parts[4], number)) {
    return Fail(
        Code::kInvalidArgument,
        "query_id {}: must be w:<writer>:<group>:<epoch>:<number>, or not begin with w:", query_id);
  }
  id.writer = parts[1];
  id.group = parts[2];
  return id;
}

base::Result<std::map<std::string, uint64_t>> WriterFence::Load(const std::string& file) {
  std::map<std::string, uint64_t> epochs;
  const auto text = base::ReadWhole(file);
  if (!text && text.error().code == Code::kNotFound) return epochs;
  if (!text) return tl::unexpected(text.error());
  std::istringstream lines(*text);
  std::string line;
  while (std::getline(lines, line)) {
    const size_t blank = line.find(' ');
    uint64_t epoch = 0;
    if (blank == std::string::npos ||
        !ParseNumber(std::string_view(line).substr(blank + 1), epoch)) {
      return Fail(Code::kFailedPrecondition, "{}: line \"{}\": must be <group> <epoch>", file,
                  line);
    }
    epochs[line.substr(0, blank)] = epoch;
  }
  return epochs;
}

base::Status WriterFence::Admit(std::string_view query_id) {
  const auto parsed = ParseWriterId(query_id);
  if (!parsed) return tl::unexpected(parsed.error());
  if (!*parsed || base::Broken("no-fence")) return {};
  const WriterId& id = **parsed;
  const std::lock_guard lock(mutex_);
  const auto known = epochs_.find(std::string(id.group));
  if (known != epochs_.end() && id.epoch < known->second) {
    return Fail(Code::kPermissionDenied,
                "insert {}: writer group {} is at epoch {}, an insert of epoch {} is refused: "
                "another process has taken over",
                query_id, id.group, known->second, id.epoch);
  }
  if (known != epochs_.end() && id.epoch == known->second) return {};
  if (known == epochs_.end() && epochs_.size() >= kGroups) {
    return Fail(Code::kInvalidArgument, "insert {}: more than {} writer groups", query_id, kGroups);
  }
  // Durable before the first insert of the epoch is let in: a restart must not forget it.
  const auto before = epochs_;
  epochs_[std::string(id.group)] = id.epoch;
  if (auto saved = Save(); !saved) {
    epochs_ = before;
    return saved;
  }
  return {};
}

base::Status WriterFence::Save() const {
  std::string text;
  for (const auto& [group, epoch] : epochs_) text += fmt::format("{} {}\n", group, epoch);
  return base::WriteDurably(file_, text);
}

}  // namespace clientele::engine
