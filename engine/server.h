// The engine's HTTP server: listens on a Unix socket (mode 0600) and, when asked, on TCP; a thread
// per client, a bounded number of clients. Owned by the subcommand, which starts and stops it from
// one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "base/result.h"
#include "engine/engine.h"
#include "engine/session.h"
#include "engine/wake.h"

namespace clientele::engine {

class Server {
 public:
  // `socket_path` of the Unix socket; `listen`: host:port of TCP, empty for none.
  // FAILED_PRECONDITION: another process listens there; INVALID_ARGUMENT, UNAVAILABLE.
  [[nodiscard]] static base::Result<std::unique_ptr<Server>> Start(Engine& engine,
                                                                   const std::string& socket_path,
                                                                   const std::string& listen);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // 0 without TCP.
  [[nodiscard]] int tcp_port() const { return tcp_port_; }
  // Takes no new client or statement, lets what runs finish for `at_most`, cancels the rest. False:
  // some statements do not end even so; then the engine must not be closed.
  [[nodiscard]] bool Stop(std::chrono::milliseconds at_most);

 private:
  struct Client {
    Client(Engine& engine, int fd) : session(engine, fd) {}
    Session session;
    std::atomic<bool> ended = false;
    std::jthread thread;
  };

  explicit Server(Engine& engine) : engine_(engine) {}
  void Accept();
  // Nobody can connect any more.
  void CloseListeners();
  void TakeClients(int listener);
  void AddClient(int fd);
  // Whether there is room for one more; closes the client that is idle longest for it.
  [[nodiscard]] bool MakeRoom();
  void RemoveEnded();
  [[nodiscard]] bool AwaitNoClients(std::chrono::milliseconds at_most);

  Engine& engine_;
  std::string socket_path_;
  int unix_ = -1;
  int tcp_ = -1;
  int tcp_port_ = 0;
  Wake changed_;  // a client has ended, or stop
  std::atomic<bool> stop_ = false;
  std::list<Client> clients_;  // the accepting thread's; Stop's once that has ended
  std::jthread accepting_;
};

}  // namespace clientele::engine
