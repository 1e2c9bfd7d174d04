#include "engine/data_folder.h"

#include <cstdlib>
#include <sstream>
#include <utility>
#include <vector>

#include "engine/configuration.h"

namespace clientele::engine {
namespace {

using base::Code;
using base::Fail;

// The layout of this folder; raised when an older program could not read it.
constexpr int kFormat = 1;
constexpr int64_t kMarkCacheBytes = int64_t{128} << 20;

std::vector<int> VersionNumbers(const std::string& version) {
  std::vector<int> numbers;
  std::istringstream in(version);
  std::string part;
  while (std::getline(in, part, '.')) numbers.push_back(std::atoi(part.c_str()));
  return numbers;
}

std::string WithValues(std::string_view form,
                       const std::vector<std::pair<std::string_view, int64_t>>& values) {
  std::string out(form);
  for (const auto& [name, value] : values) {
    const std::string mark = fmt::format("@{}@", name);
    const size_t at = out.find(mark);
    if (at != std::string::npos) out.replace(at, mark.size(), std::to_string(value));
  }
  return out;
}

}  // namespace

int64_t StatementMemory(const base::EngineConfig& config) {
  return config.max_memory_bytes / 4 * 3;
}

base::Result<DataFolder> DataFolder::Open(const std::string& path) {
  auto folder = base::OwnedFolder::Open(path, kFormat);
  if (!folder) return tl::unexpected(folder.error());
  return DataFolder(std::move(*folder));
}

base::Result<std::string> DataFolder::WriteConfiguration(const base::EngineConfig& config) const {
  const std::string users = path() + "/clientele-users.xml";
  const std::string main = path() + "/clientele-config.xml";
  std::string server = WithValues(
      configuration::kConfigurationConfig,
      {{"max_server_memory_usage", config.max_memory_bytes}, {"mark_cache_size", kMarkCacheBytes}});
  const std::string mark = "@users_config@";
  server.replace(server.find(mark), mark.size(), users);
  const std::string profile = WithValues(configuration::kConfigurationUsers,
                                         {{"max_memory_usage", StatementMemory(config)},
                                          {"max_memory_usage_limit", StatementMemory(config)}});
  if (auto written = base::WriteDurably(users, profile); !written)
    return tl::unexpected(written.error());
  if (auto written = base::WriteDurably(main, server); !written)
    return tl::unexpected(written.error());
  return main;
}

base::Status DataFolder::CheckEngineVersion(const std::string& version) const {
  const std::string file = path() + "/ENGINE";
  if (const auto noted = base::ReadWhole(file)) {
    std::string before = *noted;
    while (before.ends_with('\n')) before.pop_back();
    if (VersionNumbers(before) > VersionNumbers(version)) {
      return Fail(
          Code::kFailedPrecondition,
          "data folder {}: written by engine {}, newer than this one ({}); use that version",
          path(), before, version);
    }
    if (before == version) return {};
  }
  return base::WriteDurably(file, version + "\n");
}

}  // namespace clientele::engine
