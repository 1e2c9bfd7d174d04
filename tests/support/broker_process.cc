#include "tests/support/broker_process.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <random>

namespace clientele::testing {
namespace {

bool IsFree(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  if (socket < 0) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const bool is_free = bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(socket);
  return is_free;
}

// In the child, between fork and exec: only what is safe there.
void BecomeProgram(char* const* arguments, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  // Ctrl-C at the test program ends the broker by its parent's death, not by itself.
  setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execv(arguments[0], arguments);
  _exit(127);
}

}  // namespace

int FreePortPair() {
  constexpr int kLeast = 22'000;  // those below are given out by tests/support/processes.py
  constexpr int kMost = 32'000;
  constexpr int kTries = 200;
  std::random_device random;
  std::uniform_int_distribution<int> pairs(kLeast / 2, kMost / 2);
  for (int i = 0; i < kTries; ++i) {
    const int port = pairs(random) * 2;
    if (IsFree(port) && IsFree(port + 1)) return port;
  }
  return 0;
}

pid_t Spawn(const std::vector<std::string>& command, const std::filesystem::path& output) {
  std::vector<std::string> copy = command;
  std::vector<char*> arguments;
  for (std::string& argument : copy) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return 0;
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process == 0) BecomeProgram(arguments.data(), file, parent);
  close(file);
  return process < 0 ? 0 : process;
}

bool AwaitEnd(pid_t process, int timeout_ms) {
  const auto handle = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
  if (handle >= 0) {
    pollfd ended{handle, POLLIN, 0};
    while (poll(&ended, 1, timeout_ms) < 0 && errno == EINTR) {
    }
    close(handle);
  }
  int status = 0;
  return waitpid(process, &status, WNOHANG) != 0;
}

void EndProcess(pid_t process, int signal) {
  constexpr int kPatienceMs = 30'000;
  kill(process, signal);
  // A stopped process takes SIGTERM only when it goes on.
  kill(process, SIGCONT);
  if (AwaitEnd(process, kPatienceMs)) return;
  kill(process, SIGKILL);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace clientele::testing
