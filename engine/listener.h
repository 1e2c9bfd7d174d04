// Listening sockets. Any thread.
#pragma once

#include <string>

#include "base/result.h"

namespace clientele::engine {

// A Unix socket of mode 0600 at `path`; what a process that is gone left there is replaced.
// FAILED_PRECONDITION: somebody listens there.
[[nodiscard]] base::Result<int> ListenUnix(const std::string& path);

struct TcpListener {
  int fd = -1;
  int port = 0;
};
// host:port, port 0 for any. INVALID_ARGUMENT, FAILED_PRECONDITION (taken).
[[nodiscard]] base::Result<TcpListener> ListenTcp(const std::string& address);

// A connection to a Unix socket, with a bound on every later wait; -1 if nobody listens there.
[[nodiscard]] int ConnectUnix(const std::string& path, int timeout_ms);

}  // namespace clientele::engine
