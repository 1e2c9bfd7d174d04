// That one process at a time replays a projection, wherever it runs and whatever data folder it
// has: a row of clientele.replay_holders, said again every few seconds by a thread of its own. The
// fence of runner/fence.h keeps two writers apart whatever happens; this is what refuses the second
// one before it takes the writing away from the first. Owned by a replay; one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "clickhouse/store.h"

namespace clientele::projections::replay {

// A process that has said within the last half minute that it replays a projection.
struct Holding {
  base::Uuid holder;
  std::string host;
  int64_t process_id = 0;
  int64_t since = 0;      // microseconds of the store's clock
  int64_t silent_ms = 0;  // since it said so
};

// The earliest first. FAILED_PRECONDITION: the store was made by an older program.
[[nodiscard]] base::Result<std::vector<Holding>> ReadHoldings(clickhouse::Store& store,
                                                              const std::string& projection);

// Which process replays the projection now, in words, or that none does and what to do. One of this
// machine that was killed is seen at once, one elsewhere after half a minute.
[[nodiscard]] base::Result<std::string> WhoReplays(clickhouse::Store& store,
                                                   const std::string& projection);

class Holder {
 public:
  // `folder`: of the projection's replays in this data folder, and owned by this process: who was
  // killed and is started again in it goes on at once. FAILED_PRECONDITION names the process that
  // holds it; one that was killed holds it for half a minute. A store that cannot be written just
  // now refuses nobody.
  [[nodiscard]] static base::Result<std::unique_ptr<Holder>> Claim(clickhouse::Store& store,
                                                                   const std::string& projection,
                                                                   const std::string& folder);
  // Says that it has ended, so that the next one need not wait.
  ~Holder();
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

 private:
  Holder(clickhouse::Store& store, std::string projection, const base::Uuid& id);

  // FAILED_PRECONDITION if another one holds it, or began to before this one. Learns since when
  // this one does.
  [[nodiscard]] base::Status CheckAlone();
  [[nodiscard]] base::Status Say(bool ended);
  void Run(const std::stop_token& stop);

  clickhouse::Store& store_;
  const std::string projection_;
  const base::Uuid id_;
  int64_t since_ = 0;    // microseconds of the store's clock; 0: not known yet
  std::jthread saying_;  // last: it uses the others
};

}  // namespace clientele::projections::replay
