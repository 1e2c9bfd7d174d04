// A folder of a test's own, removed at the end. In memory where the system has a place for that:
// every opening of an index waits for a dozen fsyncs, and no test here is about those.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace clientele::projections::retirement {

class ScratchFolder {
 public:
  ScratchFolder() { EXPECT_NE(mkdtemp(path_.data()), nullptr); }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_ =
      (access("/dev/shm", W_OK) == 0 ? "/dev/shm/" : testing::TempDir()) + "retirement_XXXXXX";
};

}  // namespace clientele::projections::retirement
