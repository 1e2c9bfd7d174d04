// Starting deploy/kafka/broker as a child that dies with us, and ports for it. Private to
// tests/support.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace clientele::testing {

// Two neighbouring ports of loopback that nobody listens on, below the range of which the kernel
// deals out ports: a client that tries again and again at a port of that range can end up connected
// to itself. 0 if there are none.
[[nodiscard]] int FreePortPair();

// Runs a program in the background, its output going to a file. The kernel kills it when the
// calling thread ends. 0 if it cannot be started.
[[nodiscard]] pid_t Spawn(const std::vector<std::string>& command,
                          const std::filesystem::path& output);

// Whether the child has ended within this time (then it is reaped, too).
[[nodiscard]] bool AwaitEnd(pid_t process, int timeout_ms);
// Signals and reaps it, with SIGKILL after half a minute.
void EndProcess(pid_t process, int signal);

}  // namespace clientele::testing
