// Keeps `clientele engine` running as a child of this process: starts it, notices when it answers,
// starts it again when it dies (at once the first time, then with growing pauses), and takes it
// down with this process, however that ends. What no further try can mend (no such program, no such
// library, one that dies as it is loaded) is tried a few times, and then it has failed. Owned by
// `clientele run`; any thread. It knows nothing of the library: the child does.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "engine/wake.h"

namespace clientele::engine {

// Exit status of an engine process that cannot serve, however often it is started.
inline constexpr int kCannotServe = 78;

class Supervisor {
 public:
  enum class State { kStarting, kServing, kDown, kStopped, kFailed };

  // `command`: program and arguments; `socket`: where it will listen. Its output goes where ours
  // does. Starts it at once; see AwaitServing.
  Supervisor(std::vector<std::string> command, std::string socket, base::Metrics& metrics);
  // Stops it.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  [[nodiscard]] State state() const;
  // 0: it is down.
  [[nodiscard]] pid_t process() const;
  // Why it is started no more; nothing while it is.
  [[nodiscard]] std::optional<base::Error> failure() const;
  // False: it does not serve within this time, or has failed.
  [[nodiscard]] bool AwaitServing(std::chrono::milliseconds at_most);
  // SIGTERM, and SIGKILL when it does not end in time. The owner's thread; idempotent.
  void Stop();

 private:
  void Run();
  // Until the child has ended or Stop. The child is reaped. Why no further try would help, empty if
  // one may.
  [[nodiscard]] std::string Watch(pid_t process);
  void End(pid_t process, int handle);
  void Set(State state, pid_t process);
  // False: Stop came.
  [[nodiscard]] bool Pause(std::chrono::milliseconds time);

  const std::vector<std::string> command_;
  const std::string socket_;
  prometheus::Gauge& serving_;
  prometheus::Counter& starts_;
  Wake stop_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kStarting;      // under mutex_
  pid_t process_ = 0;                   // under mutex_
  std::optional<base::Error> failure_;  // under mutex_
  bool has_served_ = false;             // the supervisor's thread
  std::jthread thread_;                 // last: it uses the others
};

}  // namespace clientele::engine
