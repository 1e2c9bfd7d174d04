// A folder that one process at a time works in, and whose layout has a number: the data folder of
// `clientele run`, the engine's. Held for as long as the process lives; a plain owner of the lock.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace clientele::base {

class OwnedFolder {
 public:
  // Makes the folder (mode 0700) and locks it, waiting up to a second for a process that is ending.
  // FAILED_PRECONDITION names the process that has it, or the newer format (its file FORMAT) that
  // it was written in; UNAVAILABLE if it cannot be written.
  [[nodiscard]] static Result<OwnedFolder> Open(const std::string& path, int format);
  OwnedFolder(OwnedFolder&& other) noexcept;
  OwnedFolder& operator=(OwnedFolder&&) = delete;
  ~OwnedFolder();

  // Absolute, without a trailing slash.
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  OwnedFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;
};

// Writes `text` to `path` so that after a power cut the old or the new content is there.
[[nodiscard]] Status WriteDurably(const std::string& path, std::string_view text);
// The whole file; NOT_FOUND if it is not there, UNAVAILABLE if it cannot be read.
[[nodiscard]] Result<std::string> ReadWhole(const std::string& path);

}  // namespace clientele::base
