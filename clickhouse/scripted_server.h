// An HTTP server for tests that does what the test's script says, faults included: on loopback or a
// Unix socket, a thread per connection. Owned by the test; the script runs on those threads.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace clientele::clickhouse {

class ScriptedServer {
 public:
  struct Request {
    std::string head;    // request line and headers
    std::string target;  // path and query as sent
    std::string body;

    // Value of a URL parameter; empty if it is not there.
    [[nodiscard]] std::string Parameter(const std::string& name) const;
    [[nodiscard]] bool IsKill() const { return body.find("KILL QUERY") != std::string::npos; }
  };

  // One connection, inside the script.
  class Line {
   public:
    explicit Line(int fd) : fd_(fd) {}
    void Send(std::string_view bytes) const;
    // Ends the connection without another byte.
    void Cut();
    // Until the client has closed its end.
    void AwaitClient() const;
    [[nodiscard]] bool cut() const { return cut_; }

   private:
    int fd_;
    bool cut_ = false;
  };
  using Script = std::function<void(const Request&, Line&)>;

  // `socket`: path of a Unix socket; empty: a free port of loopback.
  explicit ScriptedServer(Script script, const std::string& socket = {});
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::string url() const { return url_; }
  [[nodiscard]] int connections() const { return connections_.load(); }
  [[nodiscard]] std::vector<Request> requests();

  // Whole replies, and parts of chunked ones.
  static std::string Reply(int status, std::string_view body, std::string_view headers = {});
  static std::string ChunkedHead(std::string_view headers = {});
  static std::string Chunk(std::string_view bytes);

 private:
  void Accept();
  void Serve(int fd);

  const Script script_;
  std::string url_;
  int listener_ = -1;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  bool stopping_ = false;
  std::vector<Request> requests_;
  std::vector<int> open_;
  std::list<std::jthread> threads_;
  std::jthread acceptor_;
};

}  // namespace clientele::clickhouse
