// Runs one statement: waits for its slot, hands it to the engine on the statement's thread, moves
// its bytes, and writes the answer. Meanwhile it watches the client and the statement's entry: who
// is gone or cancelled ends the statement in the engine. Lives for one request, on the session's
// thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/admission.h"
#include "engine/answer.h"
#include "engine/body.h"
#include "engine/chunk_exchange.h"
#include "engine/connection.h"
#include "engine/engine.h"
#include "engine/error_text.h"
#include "engine/request.h"
#include "engine/running.h"
#include "engine/socket.h"
#include "engine/sql_text.h"
#include "engine/statement_thread.h"
#include "engine/wake.h"

namespace clientele::engine {

// What a session keeps from statement to statement.
struct StatementTools {
  Wake attention;  // cancelled, or the engine ended an insert early: interrupts the socket
  Wake progress;   // a slot, a free buffer, the end of the job
  StatementThread thread{progress};
  ChunkExchange exchange{progress};
};

class Execution {
 public:
  Execution(Engine& engine, Socket& socket, StatementTools& tools, const Request& request,
            RunningStatements::Entry& entry, Answer& answer);

  // Each runs `text` in a slot of its kind and writes the answer. False: the connection is of no
  // use any more.
  [[nodiscard]] bool Insert(const SqlText& text, std::string_view first, Body& body);
  [[nodiscard]] bool Read(const SqlText& text);
  [[nodiscard]] bool Change(const SqlText& text);
  [[nodiscard]] bool Kill(const SqlText& text);

 private:
  // The error if there is none in time.
  [[nodiscard]] std::optional<EngineError> TakeSlot(SlotKind kind);
  // Waits until something happens, in `also` too.
  void Await(const pollfd* also, std::chrono::milliseconds at_most);
  [[nodiscard]] bool Doomed() const { return gone_ || entry_.cancelled(); }
  // Waits for the end of the job; ends it in the engine if nobody wants it any more.
  void AwaitJob();
  void EndIfDoomed(const pollfd* also);
  // The statement has ended: its slot and its id are free before its client can know it.
  void Leave();
  [[nodiscard]] bool Refuse(const EngineError& error);
  [[nodiscard]] bool Finish(std::string_view format);

  // On the statement's thread.
  [[nodiscard]] std::optional<Connection> Connect(SlotKind kind);
  void RunInsert(const SqlText& text);
  void RunQuery(SlotKind kind, const std::string& sql, const std::string& format);
  void RunKill(const KillText& kill);

  void PushFirst(std::string_view bytes);
  void PushBody(Body& body);
  // One document of any length through a pipe.
  [[nodiscard]] bool Select(const SqlText& text, SlotKind kind);
  // What changes something, or no reader of ours knows: its answer is held in memory.
  [[nodiscard]] bool Hold(const std::string& sql, SlotKind kind);
  [[nodiscard]] bool Deliver(std::string_view bytes, std::string_view format);

  Engine& engine_;
  Socket& socket_;
  StatementTools& tools_;
  const Request& request_;
  RunningStatements::Entry& entry_;
  Answer& answer_;

  std::optional<Admission::Ticket> ticket_;
  Outcome outcome_;  // the job's until it is done
  std::atomic<bool> ended_early_ = false;
  bool gone_ = false;
  std::optional<EngineError> client_error_;  // the client's body broke off
  std::string head_;                         // of a select: what waits for its status line
  bool begun_ = false;
};

}  // namespace clientele::engine
