// A connected socket as Beast's synchronous streams want it, with deadlines: a read or a write that
// makes no progress within the patience fails with timed_out, one whose interrupt is set with
// operation_aborted. Owned and used by one session thread.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <string_view>

#include "engine/wake.h"

namespace clientele::engine {

class Socket {
 public:
  using Clock = std::chrono::steady_clock;

  // Takes the descriptor over and makes it non-blocking.
  explicit Socket(int fd);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  // Longest wait for the next bytes, either way.
  void SetPatience(std::chrono::milliseconds patience) { patience_ = patience; }
  // Reads end at this moment at the latest; time_point::max() for none.
  void SetReadDeadline(Clock::time_point deadline) { deadline_ = deadline; }
  // Reads and writes end when it is set; null for none.
  void SetInterrupt(const Wake* interrupt) { interrupt_ = interrupt; }

  // Whether the other side has closed its end (or both).
  [[nodiscard]] bool IsGone() const;

  [[nodiscard]] size_t ReadSome(char* data, size_t size, boost::system::error_code& error);
  [[nodiscard]] size_t WriteSome(const char* data, size_t size, boost::system::error_code& error);
  // False: gone, or it did not take it within the patience.
  [[nodiscard]] bool WriteAll(std::string_view bytes);
  // Any thread: whoever reads or writes fails at once.
  void ShutDown();
  // Tells the other side that nothing more comes, and reads what it still sends for a moment, so
  // that it gets to see what was written.
  void Linger(std::chrono::milliseconds at_most);

  template <typename Buffers>
  size_t read_some(const Buffers& buffers, boost::system::error_code& error) {
    const boost::asio::mutable_buffer buffer = First<boost::asio::mutable_buffer>(buffers);
    return ReadSome(static_cast<char*>(buffer.data()), buffer.size(), error);
  }
  template <typename Buffers>
  size_t read_some(const Buffers& buffers) {
    boost::system::error_code error;
    const size_t size = read_some(buffers, error);
    if (error) throw boost::system::system_error(error);
    return size;
  }

 private:
  template <typename Buffer, typename Buffers>
  static Buffer First(const Buffers& buffers) {
    for (auto at = boost::asio::buffer_sequence_begin(buffers);
         at != boost::asio::buffer_sequence_end(buffers); ++at) {
      if (Buffer(*at).size() > 0) return *at;
    }
    return {};
  }
  // Waits until the socket is ready for `events`.
  [[nodiscard]] boost::system::error_code WaitFor(short events, Clock::time_point deadline) const;

  int fd_;
  std::chrono::milliseconds patience_{30'000};
  Clock::time_point deadline_ = Clock::time_point::max();
  const Wake* interrupt_ = nullptr;
};

}  // namespace clientele::engine
