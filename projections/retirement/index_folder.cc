#include "projections/retirement/index_folder.h"

#include <fcntl.h>
#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace clientele::projections::retirement {

namespace {

// Records of the states: an entity's (states.h), how far they have come (progress.h), and whose
// they are.
constexpr std::string_view kIdentityKey = "identity";  // -> format version, log id
constexpr char kFormatVersion = 2;

std::string IdentityOf(const base::Uuid& log_id) {
  std::string identity(1, kFormatVersion);
  identity.append(reinterpret_cast<const char*>(log_id.bytes.data()), log_id.bytes.size());
  return identity;
}

// Not by RocksDB's write-ahead log, which nothing else is in.
rocksdb::Status WriteIdentity(rocksdb::DB& db, const base::Uuid& log_id) {
  rocksdb::WriteOptions without_log;
  without_log.disableWAL = true;
  const rocksdb::Status written = db.Put(without_log, kIdentityKey, IdentityOf(log_id));
  return written.ok() ? db.Flush({}) : written;
}

// Of the blocks that look-ups read. Filters and the files' own indexes are always in memory: 1.5
// bytes an entity.
constexpr size_t kCacheBytes = size_t{32} << 20;
// A known entity is looked for in every run; 2 % of them read a block in vain.
constexpr double kFilterBitsPerEntity = 8;
constexpr size_t kTableBlockBytes = 4 << 10;
// Runs, beyond which those of similar sizes are merged.
constexpr int kRuns = 20;

rocksdb::BlockBasedTableOptions TableOptions() {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(kCacheBytes);
  table.block_size = kTableBlockBytes;
  table.format_version = 5;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsPerEntity));
  return table;
}

// New states come as whole files (states_file.h): RocksDB's own buffers and write-ahead log are not
// used. Nine events of ten tell a new entity, which known_entities.h answers; so few look-ups meet
// the runs that many of them cost less than merging them often.
rocksdb::Options StateOptions() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(TableOptions()));
  // Keys are hashes, values a few bytes: nothing to compress.
  options.compression = rocksdb::kNoCompression;
  options.write_buffer_size = size_t{1} << 20;
  options.compaction_style = rocksdb::kCompactionStyleUniversal;
  options.compaction_options_universal.stop_style = rocksdb::kCompactionStopStyleSimilarSize;
  options.compaction_options_universal.size_ratio = 50;  // %
  options.compaction_options_universal.min_merge_width = 4;
  // Never all runs only because they hold states that later ones replaced.
  options.compaction_options_universal.max_size_amplification_percent = 1'000'000;
  options.level0_file_num_compaction_trigger = kRuns;
  options.level0_slowdown_writes_trigger = 4 * kRuns;
  options.level0_stop_writes_trigger = 8 * kRuns;
  options.max_background_jobs = 2;
  options.bytes_per_sync = 1 << 20;
  options.allow_fallocate = false;  // the folder is as large as what it holds
  options.max_open_files = -1;
  options.keep_log_file_num = 2;
  options.max_log_file_size = 1 << 20;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

std::string Reason(int error) { return std::error_code(error, std::system_category()).message(); }

}  // namespace

tl::unexpected<base::Error> FailedBecause(const std::string& path, const rocksdb::Status& status) {
  // A file that is missing is damage; one that cannot be read or written now may be well later.
  const bool damaged = status.IsCorruption() || status.IsInvalidArgument() ||
                       status.IsNotSupported() || status.IsPathNotFound();
  return base::Fail(damaged ? base::Code::kDataLoss : base::Code::kUnavailable,
                    "entity index {}: {}", path, status.ToString());
}

base::Result<std::unique_ptr<IndexFolder>> IndexFolder::Lock(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return base::Fail(base::Code::kUnavailable, "entity index {}: cannot make the folder: {}",
                      folder, error.message());
  }
  const int lock = open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) {
    return base::Fail(base::Code::kUnavailable, "entity index {}: cannot open the lock file: {}",
                      folder, Reason(errno));
  }
  std::unique_ptr<IndexFolder> made(new IndexFolder(folder, lock));
  if (flock(lock, LOCK_EX | LOCK_NB) == 0) return made;
  if (errno == EWOULDBLOCK) {
    return base::Fail(base::Code::kFailedPrecondition,
                      "entity index {}: another process has it open; end that one, or give this "
                      "one a data folder of its own",
                      folder);
  }
  return base::Fail(base::Code::kUnavailable, "entity index {}: cannot lock the folder: {}", folder,
                    Reason(errno));
}

IndexFolder::~IndexFolder() { close(lock_); }

base::Result<std::unique_ptr<rocksdb::DB>> IndexFolder::OpenStates(const base::Uuid& log_id,
                                                                   ProgressMap& progress) const {
  if (std::filesystem::exists(path_ + "/damaged")) {
    return base::Fail(base::Code::kDataLoss, "entity index {}: found damaged before", path_);
  }
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(StateOptions(), path_ + "/states", &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  if (!status.ok()) return FailedBecause(path_, status);
  std::string bytes;
  status = db->Get({}, kIdentityKey, &bytes);
  if (status.IsNotFound()) {
    status = db->GetLatestSequenceNumber() == 0 ? WriteIdentity(*db, log_id)
                                                : rocksdb::Status::Corruption("no identity record");
  } else if (status.ok() && bytes != IdentityOf(log_id)) {
    return base::Fail(base::Code::kDataLoss, "entity index {}: of another log or format", path_);
  }
  if (!status.ok()) return FailedBecause(path_, status);
  bytes.clear();
  status = db->Get({}, kProgressKey, &bytes);
  if (!status.ok() && !status.IsNotFound()) return FailedBecause(path_, status);
  if (!ReadProgress(bytes, progress)) {
    return FailedBecause(path_, rocksdb::Status::Corruption("progress record"));
  }
  return db;
}

base::Status IndexFolder::Remove() const {
  std::error_code error;
  std::filesystem::remove_all(path_ + "/states", error);
  if (!error) std::filesystem::remove(path_ + "/damaged", error);
  if (!error) return {};
  return base::Fail(base::Code::kUnavailable, "entity index {}: cannot remove it: {}", path_,
                    error.message());
}

void IndexFolder::MarkDamaged() const { std::ofstream(path_ + "/damaged").put('\n'); }

}  // namespace clientele::projections::retirement
