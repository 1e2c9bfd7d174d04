// The statements that are here, queued ones too, by query id: so that one can be ended before the
// engine knows it, and no id runs twice at a time. Owned by the server, any thread.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/wake.h"

namespace clientele::engine {

class RunningStatements {
 public:
  // A statement's entry, for as long as it lives.
  class Entry {
   public:
    // Check added(): false if the id is taken.
    Entry(RunningStatements& all, std::string id, Wake& attention);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    [[nodiscard]] bool added() const { return added_; }
    [[nodiscard]] const std::string& id() const { return id_; }
    // Set once somebody wants its end; it must not take effect any more.
    [[nodiscard]] const std::atomic<bool>& cancelled() const { return cancelled_; }
    void Cancel();
    // Before its end: the id is free again, and nobody can cancel it any more.
    void Leave();

   private:
    RunningStatements& all_;
    const std::string id_;
    Wake& attention_;
    std::atomic<bool> cancelled_ = false;
    bool added_ = false;
  };

  [[nodiscard]] std::vector<std::string> Ids() const;
  void Cancel(const std::vector<std::string>& ids);
  void CancelAll();

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Entry*> entries_;
};

}  // namespace clientele::engine
