#include "projections/retirement/known_entities.h"

#include <pthread.h>

#include <memory>

#include "base/log.h"
#include "projections/retirement/states.h"

namespace clientele::projections::retirement {

namespace {

// Of one read of the disk while the database is walked through.
constexpr size_t kReadAheadBytes = size_t{1} << 20;
constexpr int kEntitiesBetweenStops = 4'096;

}  // namespace

KnownEntities::KnownEntities(rocksdb::DB& db, std::string folder) : db_(db) {
  const rocksdb::Snapshot* const snapshot = db_.GetSnapshot();
  reading_ = std::jthread([this, snapshot, folder = std::move(folder)](std::stop_token stop) {
    pthread_setname_np(pthread_self(), "known-entities");
    ReadHeld(snapshot, folder, std::move(stop));
    db_.ReleaseSnapshot(snapshot);
  });
}

void KnownEntities::ReadHeld(const rocksdb::Snapshot* snapshot, std::string folder,
                             std::stop_token stop) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  options.fill_cache = false;
  options.readahead_size = kReadAheadBytes;
  const std::unique_ptr<rocksdb::Iterator> at(db_.NewIterator(options));
  int since = 0;
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    if (++since == kEntitiesBetweenStops) {
      if (stop.stop_requested()) return;
      since = 0;
    }
    if (const auto entity = EntityOf({at->key().data(), at->key().size()})) held_.Add(*entity);
  }
  if (at->status().ok()) {
    complete_.store(true, std::memory_order_release);
    return;
  }
  // What is damaged will be met by a look-up or a merge, which say what to do.
  base::LogWarning("entity index: not read through, new entities go on being looked up in it",
                   {{"folder", folder}, {"error", at->status().ToString()}});
}

}  // namespace clientele::projections::retirement
