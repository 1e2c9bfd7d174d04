#include "engine/running.h"

#include <utility>

namespace clientele::engine {

RunningStatements::Entry::Entry(RunningStatements& all, std::string id, Wake& attention)
    : all_(all), id_(std::move(id)), attention_(attention) {
  const std::lock_guard lock(all_.mutex_);
  added_ = all_.entries_.emplace(id_, this).second;
}

RunningStatements::Entry::~Entry() { Leave(); }

void RunningStatements::Entry::Leave() {
  if (!std::exchange(added_, false)) return;
  const std::lock_guard lock(all_.mutex_);
  all_.entries_.erase(id_);
}

void RunningStatements::Entry::Cancel() {
  cancelled_.store(true);
  attention_.Set();
}

std::vector<std::string> RunningStatements::Ids() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  ids.reserve(entries_.size());
  for (const auto& [id, entry] : entries_) ids.push_back(id);
  return ids;
}

void RunningStatements::Cancel(const std::vector<std::string>& ids) {
  const std::lock_guard lock(mutex_);
  for (const std::string& id : ids) {
    if (const auto found = entries_.find(id); found != entries_.end()) found->second->Cancel();
  }
}

void RunningStatements::CancelAll() {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, entry] : entries_) entry->Cancel();
}

}  // namespace clientele::engine
