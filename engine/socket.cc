#include "engine/socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <vector>

namespace clientele::engine {
namespace {

boost::system::error_code LastError() { return {errno, boost::system::system_category()}; }

}  // namespace

Socket::Socket(int fd) : fd_(fd) {
  fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
  const int on = 1;  // refused by Unix sockets, which need none
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

Socket::~Socket() { close(fd_); }

bool Socket::IsGone() const {
  pollfd poll_one{fd_, POLLRDHUP, 0};
  return poll(&poll_one, 1, 0) > 0 && (poll_one.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

boost::system::error_code Socket::WaitFor(short events, Clock::time_point deadline) const {
  const auto until = std::min(Clock::now() + patience_, deadline);
  std::array<pollfd, 2> polls{pollfd{fd_, events, 0}, pollfd{-1, 0, 0}};
  if (interrupt_ != nullptr) polls[1] = interrupt_->Poll();
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    const int ready =
        poll(polls.data(), polls.size(), static_cast<int>(std::max<int64_t>(0, left.count())));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return LastError();
    if (ready == 0) return boost::asio::error::timed_out;
    if (polls[1].revents != 0) return boost::asio::error::operation_aborted;
    return {};
  }
}

size_t Socket::ReadSome(char* data, size_t size, boost::system::error_code& error) {
  error = {};
  if (size == 0) return 0;
  for (;;) {
    const ssize_t got = recv(fd_, data, size, 0);
    if (got > 0) return static_cast<size_t>(got);
    if (got == 0) {
      error = boost::asio::error::eof;
      return 0;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) {
      error = LastError();
      return 0;
    }
    if ((error = WaitFor(POLLIN, deadline_))) return 0;
  }
}

size_t Socket::WriteSome(const char* data, size_t size, boost::system::error_code& error) {
  error = {};
  for (;;) {
    const ssize_t sent = send(fd_, data, size, MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<size_t>(sent);
    if (errno == EINTR) continue;
    if (errno != EAGAIN) {
      error = LastError();
      return 0;
    }
    if ((error = WaitFor(POLLOUT, Clock::time_point::max()))) return 0;
  }
}

bool Socket::WriteAll(std::string_view bytes) {
  while (!bytes.empty()) {
    boost::system::error_code error;
    const size_t sent = WriteSome(bytes.data(), bytes.size(), error);
    if (error) return false;
    bytes.remove_prefix(sent);
  }
  return true;
}

void Socket::ShutDown() { shutdown(fd_, SHUT_RDWR); }

void Socket::Linger(std::chrono::milliseconds at_most) {
  shutdown(fd_, SHUT_WR);
  interrupt_ = nullptr;
  deadline_ = Clock::now() + at_most;
  std::vector<char> sink(64 << 10);
  boost::system::error_code error;
  while (!error) static_cast<void>(ReadSome(sink.data(), sink.size(), error));
}

}  // namespace clientele::engine
