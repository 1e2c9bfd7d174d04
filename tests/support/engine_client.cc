#include "tests/support/engine_client.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <cstring>

namespace clientele::testing {
namespace {

constexpr timeval kPatience{30, 0};

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// "Name: value".
void AddHeader(const std::string& line, Reply& reply) {
  const size_t colon = line.find(':');
  if (colon == std::string::npos) return;
  const size_t value = line.find_first_not_of(' ', colon + 1);
  reply.headers[Lower(line.substr(0, colon))] =
      value == std::string::npos ? std::string() : line.substr(value);
}

}  // namespace

EngineClient::EngineClient(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
  if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) Close();
}

EngineClient::~EngineClient() { Close(); }

void EngineClient::Close() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

bool EngineClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool EngineClient::Fill() {
  std::array<char, 65'536> piece;
  const ssize_t got = recv(fd_, piece.data(), piece.size(), 0);
  if (got > 0) buffer_.append(piece.data(), static_cast<size_t>(got));
  return got > 0;
}

std::string EngineClient::ReceiveSome() {
  if (buffer_.empty() && !Fill()) return {};
  return std::exchange(buffer_, {});
}

void EngineClient::SendHead(std::string_view method, const std::string& target,
                            const Headers& headers) {
  std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: engine\r\n", method, target);
  for (const auto& [name, value] : headers) head += fmt::format("{}: {}\r\n", name, value);
  Send(head + "\r\n");
}

Reply EngineClient::Receive() {
  Reply reply;
  size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return reply;
  }
  const std::string head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  reply.status = std::atoi(head.c_str() + std::strlen("HTTP/1.1 "));
  for (size_t at = head.find("\r\n") + 2; at < head.size();) {
    const size_t line_end = head.find("\r\n", at);
    AddHeader(head.substr(at, line_end - at), reply);
    at = line_end + 2;
  }
  if (reply.status == 100) return reply;
  if (reply.Header("transfer-encoding") != "chunked") {
    const size_t size = std::strtoull(reply.Header("content-length").c_str(), nullptr, 10);
    while (buffer_.size() < size) {
      if (!Fill()) break;
    }
    reply.whole = buffer_.size() >= size;
    reply.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return reply;
  }
  for (;;) {
    size_t line = 0;
    while ((line = buffer_.find("\r\n")) == std::string::npos) {
      if (!Fill()) return reply;
    }
    const size_t size = std::strtoull(buffer_.c_str(), nullptr, 16);
    if (size == 0) {
      buffer_.erase(0, line + 2);
      break;
    }
    while (buffer_.size() < line + 2 + size + 2) {
      if (!Fill()) return reply;
    }
    reply.body.append(buffer_, line + 2, size);
    buffer_.erase(0, line + 2 + size + 2);
  }
  // Trailers, up to an empty line.
  for (;;) {
    size_t line = 0;
    while ((line = buffer_.find("\r\n")) == std::string::npos) {
      if (!Fill()) return reply;
    }
    const std::string trailer = buffer_.substr(0, line);
    buffer_.erase(0, line + 2);
    if (trailer.empty()) break;
    AddHeader(trailer, reply);
  }
  reply.whole = true;
  return reply;
}

Reply EngineClient::Post(std::string_view sql, const std::string& target, const Headers& headers) {
  Headers all = headers;
  all.emplace_back("Content-Length", std::to_string(sql.size()));
  SendHead("POST", target, all);
  Send(sql);
  return Receive();
}

Reply EngineClient::Get(const std::string& target, const Headers& headers) {
  SendHead("GET", target, headers);
  return Receive();
}

std::string UrlEncode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace clientele::testing
