#include "clickhouse/scripted_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace clientele::clickhouse {

namespace {

constexpr int kBacklog = 64;

std::string Decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      int byte = 0;
      std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// False: the client has closed its end.
bool Receive(int fd, std::string& buffer) {
  char bytes[16 << 10];
  const ssize_t size = recv(fd, bytes, sizeof bytes, 0);
  if (size <= 0) return false;
  buffer.append(bytes, static_cast<size_t>(size));
  return true;
}

// One request off the front of `buffer`, reading on as needed.
bool ReadRequest(int fd, std::string& buffer, ScriptedServer::Request& request) {
  size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!Receive(fd, buffer)) return false;
  }
  request.head = buffer.substr(0, end + 2);
  buffer.erase(0, end + 4);
  const size_t begin = request.head.find(' ') + 1;
  request.target = request.head.substr(begin, request.head.find(' ', begin) - begin);
  constexpr std::string_view kLength = "Content-Length: ";
  size_t length = 0;
  if (const size_t at = request.head.find(kLength); at != std::string::npos) {
    length = std::stoul(request.head.substr(at + kLength.size()));
  }
  while (buffer.size() < length) {
    if (!Receive(fd, buffer)) return false;
  }
  request.body = buffer.substr(0, length);
  buffer.erase(0, length);
  return true;
}

}  // namespace

std::string ScriptedServer::Request::Parameter(const std::string& name) const {
  std::string_view rest = target;
  rest.remove_prefix(rest.find('?') + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    if (pair.starts_with(name + "=")) return Decode(pair.substr(name.size() + 1));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
  }
  return {};
}

void ScriptedServer::Line::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

void ScriptedServer::Line::Cut() {
  shutdown(fd_, SHUT_RDWR);
  cut_ = true;
}

void ScriptedServer::Line::AwaitClient() const {
  std::string ignored;
  while (Receive(fd_, ignored)) ignored.clear();
}

ScriptedServer::ScriptedServer(Script script, const std::string& path)
    : script_(std::move(script)) {
  sockaddr_un local{};
  sockaddr_in loopback{};
  if (path.empty()) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    loopback.sin_family = AF_INET;
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof loopback;
    static_cast<void>(bind(listener_, reinterpret_cast<sockaddr*>(&loopback), size));
    getsockname(listener_, reinterpret_cast<sockaddr*>(&loopback), &size);
    url_ = fmt::format("http://127.0.0.1:{}", ntohs(loopback.sin_port));
  } else {
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    local.sun_family = AF_UNIX;
    std::memcpy(local.sun_path, path.c_str(), std::min(path.size(), sizeof local.sun_path - 1));
    static_cast<void>(bind(listener_, reinterpret_cast<sockaddr*>(&local), sizeof local));
    url_ = "unix:" + path;
  }
  listen(listener_, kBacklog);
  acceptor_ = std::jthread([this] { Accept(); });
}

ScriptedServer::~ScriptedServer() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    for (const int fd : open_) shutdown(fd, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  threads_.clear();
  close(listener_);
}

std::vector<ScriptedServer::Request> ScriptedServer::requests() {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

void ScriptedServer::Accept() {
  for (;;) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::scoped_lock lock(mutex_);
    if (stopping_) {
      close(fd);
      return;
    }
    ++connections_;
    open_.push_back(fd);
    threads_.emplace_back([this, fd] { Serve(fd); });
  }
}

void ScriptedServer::Serve(int fd) {
  std::string buffer;
  Request request;
  Line line(fd);
  while (!line.cut() && ReadRequest(fd, buffer, request)) {
    {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(request);
    }
    script_(request, line);
  }
  const std::scoped_lock lock(mutex_);
  std::erase(open_, fd);
  close(fd);
}

std::string ScriptedServer::Reply(int status, std::string_view body, std::string_view headers) {
  return fmt::format("HTTP/1.1 {} X\r\n{}Content-Length: {}\r\n\r\n{}", status, headers,
                     body.size(), body);
}

std::string ScriptedServer::ChunkedHead(std::string_view headers) {
  return fmt::format("HTTP/1.1 200 OK\r\n{}Transfer-Encoding: chunked\r\n\r\n", headers);
}

std::string ScriptedServer::Chunk(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

}  // namespace clientele::clickhouse
