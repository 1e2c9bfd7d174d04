// A plain HTTP client for tests of the engine process: what it sends and gets is what stands on the
// wire. One connection, one thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clientele::testing {

struct Reply {
  int status = 0;                              // 0: the connection broke
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // without its chunks' frames
  bool whole = false;                          // the body ended as HTTP wants it

  [[nodiscard]] std::string Header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

class EngineClient {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  explicit EngineClient(const std::string& socket_path);
  ~EngineClient();
  EngineClient(EngineClient&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}
  EngineClient& operator=(EngineClient&&) = delete;

  [[nodiscard]] bool connected() const { return fd_ >= 0; }

  // POST of a statement; `target` e.g. "/?query_id=a".
  Reply Post(std::string_view sql, const std::string& target = "/", const Headers& headers = {});
  Reply Get(const std::string& target, const Headers& headers = {});
  // The parts of it, for clients that behave badly.
  void SendHead(std::string_view method, const std::string& target, const Headers& headers);
  // False: the other side takes nothing more.
  bool Send(std::string_view bytes);
  Reply Receive();
  // Some bytes, as they come; empty at the end.
  std::string ReceiveSome();
  void Close();

 private:
  bool Fill();

  int fd_ = -1;
  std::string buffer_;
};

// For a URL: everything but letters and digits as %XX.
[[nodiscard]] std::string UrlEncode(std::string_view text);

}  // namespace clientele::testing
