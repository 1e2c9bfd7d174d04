// The engine's folder: opened by one process at a time, of a version that this program knows, with
// the configuration files that the library reads. Owned by the server for the whole process.
#pragma once

#include <string>

#include "base/config.h"
#include "base/owned_folder.h"
#include "base/result.h"

namespace clientele::engine {

class DataFolder {
 public:
  // As base::OwnedFolder does.
  [[nodiscard]] static base::Result<DataFolder> Open(const std::string& path);

  // Absolute, without a trailing slash.
  [[nodiscard]] const std::string& path() const { return folder_.path(); }
  // Writes the configuration for the library; returns the path of its main file.
  [[nodiscard]] base::Result<std::string> WriteConfiguration(
      const base::EngineConfig& config) const;
  // Refuses data of a newer engine than `version` (26.7.2.1), else notes this one.
  [[nodiscard]] base::Status CheckEngineVersion(const std::string& version) const;

 private:
  explicit DataFolder(base::OwnedFolder folder) : folder_(std::move(folder)) {}

  base::OwnedFolder folder_;
};

// The most memory that one statement may take, bytes.
[[nodiscard]] int64_t StatementMemory(const base::EngineConfig& config);

}  // namespace clientele::engine
