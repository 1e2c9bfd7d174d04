#include "engine/server.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/log.h"
#include "engine/error_text.h"
#include "engine/listener.h"

namespace clientele::engine {
namespace {

using std::chrono::milliseconds;

constexpr size_t kClients = 256;
// After a cancel, and again after cutting the connections.
constexpr milliseconds kCancelPatience{5'000};
// When no more files can be opened.
constexpr int kPauseMs = 100;

}  // namespace

base::Result<std::unique_ptr<Server>> Server::Start(Engine& engine, const std::string& socket_path,
                                                    const std::string& listen) {
  std::unique_ptr<Server> server(new Server(engine));
  if (!listen.empty()) {
    const auto tcp = ListenTcp(listen);
    if (!tcp) return tl::unexpected(tcp.error());
    server->tcp_ = tcp->fd;
    server->tcp_port_ = tcp->port;
  }
  const auto unix_socket = ListenUnix(socket_path);
  if (!unix_socket) return tl::unexpected(unix_socket.error());
  server->unix_ = *unix_socket;
  server->socket_path_ = socket_path;
  server->accepting_ = std::jthread([raw = server.get()] { raw->Accept(); });
  return server;
}

Server::~Server() {
  CloseListeners();
  for (Client& client : clients_) client.session.Abort();
  clients_.clear();
}

void Server::CloseListeners() {
  stop_.store(true);
  changed_.Set();
  if (accepting_.joinable()) accepting_.join();
  if (unix_ >= 0) {
    close(std::exchange(unix_, -1));
    unlink(socket_path_.c_str());
  }
  if (tcp_ >= 0) close(std::exchange(tcp_, -1));
}

void Server::Accept() {
  pthread_setname_np(pthread_self(), "accept");
  while (!stop_) {
    std::array<pollfd, 3> polls = {changed_.Poll(), pollfd{unix_, POLLIN, 0},
                                   pollfd{tcp_, POLLIN, 0}};
    if (poll(polls.data(), polls.size(), -1) < 0) continue;
    if (polls[0].revents != 0) changed_.Clear();
    RemoveEnded();
    if (polls[1].revents != 0) TakeClients(unix_);
    if (polls[2].revents != 0) TakeClients(tcp_);
  }
}

void Server::TakeClients(int listener) {
  while (!stop_) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
      AddClient(fd);
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
      base::LogWarning("a client could not be taken: too many files are open");
      pollfd changed = changed_.Poll();
      poll(&changed, 1, kPauseMs);
    }
    return;
  }
}

void Server::AddClient(int fd) {
  if (!MakeRoom()) {
    const std::string body =
        ErrorBody(MakeError(error_code::kTooManySimultaneousQueries, "Too many connections"),
                  engine_.version());
    const std::string answer = fmt::format(
        "HTTP/1.1 503 Service Unavailable\r\nConnection: Close\r\nContent-Length: {}\r\n\r\n{}",
        body.size(), body);
    send(fd, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    close(fd);
    return;
  }
  Client& client = clients_.emplace_back(engine_, fd);
  client.thread = std::jthread([this, &client] {
    pthread_setname_np(pthread_self(), "session");
    client.session.Run();
    client.ended.store(true);
    changed_.Set();
  });
}

bool Server::MakeRoom() {
  RemoveEnded();
  if (clients_.size() < kClients) return true;
  Client* longest = nullptr;
  for (Client& client : clients_) {
    const int64_t since = client.session.idle_since();
    if (since == 0) continue;
    if (longest == nullptr || since < longest->session.idle_since()) longest = &client;
  }
  if (longest == nullptr) return false;
  longest->session.CloseWhenIdle();
  return true;
}

void Server::RemoveEnded() {
  clients_.remove_if([](const Client& client) { return client.ended.load(); });
}

bool Server::AwaitNoClients(milliseconds at_most) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  for (;;) {
    RemoveEnded();
    const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
    if (clients_.empty() || left.count() <= 0) return clients_.empty();
    pollfd changed = changed_.Poll();
    if (poll(&changed, 1, static_cast<int>(left.count())) > 0) changed_.Clear();
  }
}

bool Server::Stop(milliseconds at_most) {
  engine_.stopping().store(true);
  CloseListeners();
  for (Client& client : clients_) client.session.CloseWhenIdle();
  if (AwaitNoClients(at_most)) return true;
  base::LogWarning("statements are cancelled: they did not end in time",
                   {{"clients", clients_.size()}});
  engine_.running().CancelAll();
  if (AwaitNoClients(kCancelPatience)) return true;
  for (Client& client : clients_) client.session.Abort();
  return AwaitNoClients(kCancelPatience);
}

}  // namespace clientele::engine
