// HTTP requests over libcurl: kept-alive connections to one server, and one request on one of them.
// Private to this folder. The pool is thread-safe; an exchange belongs to the thread that made it
// and moves only inside Run.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clientele::clickhouse {

struct Address;

class Connection;

class ConnectionPool {
 public:
  // Nothing is connected yet. http://host:port, https://host:port or unix:/path.
  explicit ConnectionPool(const Address& address);
  ~ConnectionPool();
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  [[nodiscard]] std::unique_ptr<Connection> Take();
  void Give(std::unique_ptr<Connection> connection);
  [[nodiscard]] const std::string& origin() const { return origin_; }

 private:
  const std::string origin_;  // of URLs
  const std::string socket_;  // path; empty: TCP
  const std::string user_;
  const std::string password_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

struct HttpRequest {
  std::string target;                  // path and query, encoded
  std::vector<std::string_view> body;  // must outlive the exchange
  size_t body_bytes = 0;
  // May be sent a second time if a kept connection turns out to be dead: only what changes nothing.
  bool repeatable = false;
};

struct HttpHead {
  long status = 0;
  std::string exception_tag;
  std::string summary;
};

// How an exchange ended as a transfer, whatever the server said in it.
enum class Ending {
  kWhole,         // a complete reply
  kNotConnected,  // the server has not got a byte
  kBroken,        // it has; no complete reply came
  kRefused,       // the taker of the body wanted no more
};

class Exchange {
 public:
  // Called with pieces of the reply's body once its head is known; false: no more.
  using TakeBody = std::function<bool(const HttpHead& head, std::string_view bytes)>;

  Exchange(ConnectionPool& pool, const HttpRequest& request, TakeBody take_body);
  // Keeps the connection for another exchange if this one is whole, else closes it.
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Until the exchange has ended (true), or the moment or the request to stop has come (false): it
  // may go on then.
  [[nodiscard]] bool Run(std::chrono::steady_clock::time_point until, const std::stop_token& stop);

  // Whether the server has got anything of it.
  [[nodiscard]] bool sent() const;

  // Once ended.
  [[nodiscard]] Ending ending() const { return ending_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] const HttpHead& head() const { return head_; }
  [[nodiscard]] double elapsed_ms() const;

 private:
  friend struct Callbacks;
  void End(int curl_code);
  // A named point: all of the request is on its way and nothing of the reply is here.
  void PassSent();

  ConnectionPool& pool_;
  const HttpRequest& request_;
  TakeBody take_body_;
  std::unique_ptr<Connection> connection_;
  HttpHead head_;
  size_t piece_ = 0;
  size_t piece_sent_ = 0;
  bool passed_sent_ = false;
  bool ended_ = false;
  Ending ending_ = Ending::kBroken;
  std::string reason_;
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace clientele::clickhouse
