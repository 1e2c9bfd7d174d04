// The entity index's folder: its lock, and the RocksDB below it. Keeps the folder from being opened
// twice, knows how to begin the index anew, and remembers damage over a restart. Owned by the
// entity index; its thread only. The folder holds `lock`, `states/` (RocksDB's own files) and,
// after damage was met, `damaged`.
#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "base/uuid.h"
#include "projections/retirement/progress.h"

namespace clientele::projections::retirement {

class IndexFolder {
 public:
  // Makes the folder if it is not there, and locks it. UNAVAILABLE, FAILED_PRECONDITION as
  // EntityIndex::Open.
  [[nodiscard]] static base::Result<std::unique_ptr<IndexFolder>> Lock(const std::string& folder);
  ~IndexFolder();
  IndexFolder(const IndexFolder&) = delete;
  IndexFolder& operator=(const IndexFolder&) = delete;

  // Opens the states, or begins them, and reads how far they have come. DATA_LOSS if they are
  // damaged, or of another log or format: then Remove.
  [[nodiscard]] base::Result<std::unique_ptr<rocksdb::DB>> OpenStates(const base::Uuid& log_id,
                                                                      ProgressMap& progress) const;
  // Removes the states, which must be closed.
  [[nodiscard]] base::Status Remove() const;
  // The next OpenStates finds DATA_LOSS.
  void MarkDamaged() const;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  IndexFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  const std::string path_;
  const int lock_;  // file descriptor
};

// What RocksDB said, as an error of ours: DATA_LOSS for damage, else UNAVAILABLE.
[[nodiscard]] tl::unexpected<base::Error> FailedBecause(const std::string& path,
                                                        const rocksdb::Status& status);

}  // namespace clientele::projections::retirement
