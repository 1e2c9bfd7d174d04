#include "engine/supervisor.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "base/log.h"
#include "engine/listener.h"

namespace clientele::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{5'000};
// Of starts in a row that cannot help.
constexpr int kMostHopeless = 3;
// Exit status of a child whose program could not be run.
constexpr int kNotRun = 127;
// Who served so long gets the first pause again.
constexpr seconds kHealthy{30};
constexpr int kProbeStepMs = 20;
constexpr int kProbeTimeoutMs = 1'000;
// More than the engine itself takes for its statements.
constexpr int kStopPatienceMs = 25'000;

bool Answers(const std::string& socket_path) {
  const int fd = ConnectUnix(socket_path, kProbeTimeoutMs);
  if (fd < 0) return false;
  constexpr std::string_view kPing = "GET /ping HTTP/1.0\r\n\r\n";
  std::array<char, 64> reply{};
  const bool answered =
      send(fd, kPing.data(), kPing.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(kPing.size()) &&
      recv(fd, reply.data(), reply.size(), 0) > 0;
  close(fd);
  return answered &&
         std::string_view(reply.data(), reply.size()).find(" 200 ") != std::string::npos;
}

// In the child, between fork and exec: only what is safe there.
void BecomeEngine(char* const* arguments, pid_t parent) {
  // The engine ends as on SIGTERM when the thread that started it is gone.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(kNotRun);
  setpgid(0, 0);  // Ctrl-C is for the parent, which ends us in its turn
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  close_range(STDERR_FILENO + 1, ~0U, 0);  // no port of ours may outlive us in the child
  execv(arguments[0], arguments);
  _exit(kNotRun);
}

pid_t Spawn(const std::vector<std::string>& command) {
  std::vector<std::string> copy = command;
  std::vector<char*> arguments;
  for (std::string& argument : copy) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process == 0) BecomeEngine(arguments.data(), parent);
  return process;
}

// Whether a process that has never served and ended so would end so again: a crash while it loads
// its library, but not a kill from outside.
bool DiesByItself(int status) {
  if (!WIFSIGNALED(status)) return false;
  const int number = WTERMSIG(status);
  return number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGABRT ||
         number == SIGFPE;
}

std::string Describe(int status) {
  if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
  return fmt::format("status {}", WEXITSTATUS(status));
}

}  // namespace

Supervisor::Supervisor(std::vector<std::string> command, std::string socket, base::Metrics& metrics)
    : command_(std::move(command)),
      socket_(std::move(socket)),
      serving_(metrics.Gauge("clientele_engine_serving", "1 while the engine process answers")),
      starts_(metrics.Counter("clientele_engine_starts_total",
                              "How often the engine process was started")),
      thread_([this] { Run(); }) {}

Supervisor::~Supervisor() { Stop(); }

void Supervisor::Stop() {
  stop_.Set();
  if (thread_.joinable()) thread_.join();
}

Supervisor::State Supervisor::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

pid_t Supervisor::process() const {
  const std::lock_guard lock(mutex_);
  return process_;
}

std::optional<base::Error> Supervisor::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

bool Supervisor::AwaitServing(milliseconds at_most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most,
                    [this] { return state_ == State::kServing || state_ == State::kFailed; });
  return state_ == State::kServing;
}

void Supervisor::Set(State state, pid_t process) {
  const std::lock_guard lock(mutex_);
  state_ = state;
  process_ = process;
  serving_.Set(state == State::kServing ? 1 : 0);
  changed_.notify_all();
}

bool Supervisor::Pause(milliseconds time) {
  pollfd stop = stop_.Poll();
  return poll(&stop, 1, static_cast<int>(time.count())) <= 0;
}

void Supervisor::Run() {
  pthread_setname_np(pthread_self(), "supervisor");
  milliseconds pause = kFirstPause;
  int hopeless = 0;
  do {
    const auto started = Clock::now();
    const pid_t process = Spawn(command_);
    starts_.Increment();
    std::string why;
    if (process > 0) {
      why = Watch(process);
    } else {
      base::LogError("the engine cannot be started: no process could be made");
    }
    hopeless = why.empty() ? 0 : hopeless + 1;
    if (hopeless == kMostHopeless) {
      {
        const std::lock_guard lock(mutex_);
        failure_ = base::Error{
            base::Code::kFailedPrecondition,
            fmt::format("the engine process cannot be started, tried {} times: {}", hopeless, why),
            {}};
      }
      Set(State::kFailed, 0);
      return;
    }
    Set(State::kDown, 0);
    pause = Clock::now() - started > kHealthy ? kFirstPause : std::min(pause * 2, kLongestPause);
  } while (Pause(pause));
  Set(State::kStopped, 0);
}

std::string Supervisor::Watch(pid_t process) {
  Set(State::kStarting, process);
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
  std::array<pollfd, 2> polls = {pollfd{handle, POLLIN, 0}, stop_.Poll()};
  bool serving = false;
  // The descriptor tells both its end and ours; until it answers it is asked again and again.
  while (poll(polls.data(), polls.size(), serving ? -1 : kProbeStepMs) <= 0) {
    if (serving || !Answers(socket_)) continue;
    serving = has_served_ = true;
    base::LogInfo("the engine process serves", {{"process", process}});
    Set(State::kServing, process);
  }
  const bool stopping = polls[1].revents != 0;
  if (stopping) End(process, handle);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  close(handle);
  if (stopping) return {};
  base::LogError("the engine process ended; it is started again",
                 {{"process", process}, {"reason", Describe(status)}});
  if (serving) return {};
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotRun) {
    return fmt::format("{}: there is no such program, or it cannot be run (engine.program)",
                       command_.front());
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == kCannotServe) {
    return "its library cannot be loaded or is another version (engine.library); its own message "
           "stands above";
  }
  if (!has_served_ && DiesByItself(status)) {
    return fmt::format(
        "it dies by {} before it serves; its library may be damaged (engine.library)",
        Describe(status));
  }
  return {};
}

void Supervisor::End(pid_t process, int handle) {
  kill(process, SIGTERM);
  pollfd ended{handle, POLLIN, 0};
  if (poll(&ended, 1, kStopPatienceMs) > 0) return;
  base::LogError("the engine process does not end; it is killed", {{"process", process}});
  kill(process, SIGKILL);
}

}  // namespace clientele::engine
