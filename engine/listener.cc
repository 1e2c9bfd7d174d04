#include "engine/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace clientele::engine {
namespace {

using base::Code;
using base::Fail;

constexpr int kBacklog = 256;

bool UnixAddress(const std::string& path, sockaddr_un& out) {
  out = {};
  out.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(out.sun_path)) return false;
  std::memcpy(out.sun_path, path.c_str(), path.size());
  return true;
}

}  // namespace

base::Result<int> ListenUnix(const std::string& path) {
  sockaddr_un address;
  if (!UnixAddress(path, address)) {
    return Fail(Code::kInvalidArgument, "socket {}: a path must have 1 to {} bytes", path,
                sizeof(address.sun_path) - 1);
  }
  if (const int other = ConnectUnix(path, 1'000); other >= 0) {
    close(other);
    return Fail(Code::kFailedPrecondition, "socket {}: another process listens there", path);
  }
  unlink(path.c_str());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  // The mode of the descriptor becomes that of the file: nobody else can connect at any moment.
  if (fd < 0 || fchmod(fd, 0600) != 0 ||
      bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(fd, kBacklog) != 0) {
    const std::string reason = std::strerror(errno);
    if (fd >= 0) close(fd);
    return Fail(Code::kUnavailable, "socket {}: cannot be listened on ({})", path, reason);
  }
  return fd;
}

base::Result<TcpListener> ListenTcp(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) {
    return Fail(Code::kInvalidArgument, "engine.listen {}: must be host:port", address);
  }
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found);
      error != 0) {
    return Fail(Code::kInvalidArgument, "engine.listen {}: {}", address, gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, &freeaddrinfo);
  TcpListener listener;
  listener.fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(listener.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  if (listener.fd < 0 || bind(listener.fd, found->ai_addr, found->ai_addrlen) != 0 ||
      listen(listener.fd, kBacklog) != 0 ||
      getsockname(listener.fd, reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    const std::string reason = std::strerror(errno);
    if (listener.fd >= 0) close(listener.fd);
    return Fail(Code::kFailedPrecondition, "engine.listen {}: cannot be listened on ({})", address,
                reason);
  }
  const auto* const ip4 = reinterpret_cast<const sockaddr_in*>(&bound);
  const auto* const ip6 = reinterpret_cast<const sockaddr_in6*>(&bound);
  listener.port = ntohs(bound.ss_family == AF_INET6 ? ip6->sin6_port : ip4->sin_port);
  return listener;
}

int ConnectUnix(const std::string& path, int timeout_ms) {
  sockaddr_un address;
  if (!UnixAddress(path, address)) return -1;
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const timeval patience{timeout_ms / 1'000, timeout_ms % 1'000 * 1'000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return fd;
  close(fd);
  return -1;
}

}  // namespace clientele::engine
