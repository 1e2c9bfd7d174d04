// One client's connection: reads a request, checks it, runs its statement, answers, and so on until
// either side closes. Owned by the server, which runs it on a thread of its own; CloseWhenIdle,
// Abort and idle_since may be called from any thread.
#pragma once

#include <atomic>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/body.h"
#include "engine/engine.h"
#include "engine/execution.h"
#include "engine/request.h"
#include "engine/socket.h"
#include "engine/wake.h"

namespace clientele::engine {

class Session {
 public:
  // Takes the descriptor over.
  Session(Engine& engine, int fd) : engine_(engine), socket_(fd) {}

  // Until the connection is of no use any more.
  void Run();
  // Ends it where no request is under way, and else after that one.
  void CloseWhenIdle();
  // Cuts it off; its statement is cancelled as of a client that is gone.
  void Abort() { socket_.ShutDown(); }
  // Steady milliseconds at which it began to wait for a request; 0: it has one, or is closing.
  [[nodiscard]] int64_t idle_since() const { return idle_since_.load(); }

 private:
  [[nodiscard]] bool AwaitRequest();
  // These: false if the connection is to be closed.
  [[nodiscard]] bool ServeOne();
  [[nodiscard]] bool Serve(RequestParser& parser, Request& request, Answer& answer);
  [[nodiscard]] bool RunRequest(const Request& request, Body& body, Answer& answer);
  void RefuseHead(const boost::system::error_code& failure, Answer& answer);
  [[nodiscard]] std::optional<EngineError> CheckPassword(const Request& request) const;

  Engine& engine_;
  Socket socket_;
  boost::beast::flat_buffer buffer_;
  StatementTools tools_;
  Wake close_;
  std::atomic<bool> closing_ = false;
  std::atomic<int64_t> idle_since_ = 0;
};

}  // namespace clientele::engine
