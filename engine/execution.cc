#include "engine/execution.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <sstream>

#include "engine/output_pipe.h"
#include "engine/statements.h"

namespace clientele::engine {
namespace {

using std::chrono::milliseconds;

// A kill that came before the engine knew the statement had no effect: it is repeated.
constexpr milliseconds kKillAgain{50};
constexpr milliseconds kLongWait{60'000};
// So much of a select is held back before the status line: what fits gets its length, and errors
// up to then their status.
constexpr size_t kHeldBack = 256 << 10;

// In the library's own words.
constexpr std::string_view kCancelled =
    "Code: 394. DB::Exception: Query was cancelled. (QUERY_WAS_CANCELLED)";

// ['a','b'] as a parameter's text.
std::string ArrayText(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) {
    if (out.size() > 1) out += ',';
    out += '\'';
    for (const char c : value) {
      if (c == '\\' || c == '\'') out += '\\';
      out += c;
    }
    out += '\'';
  }
  return out + "]";
}

bool Names(const std::vector<NameValue>& settings, std::string_view name) {
  return std::any_of(settings.begin(), settings.end(),
                     [&](const NameValue& setting) { return setting.first == name; });
}

}  // namespace

Execution::Execution(Engine& engine, Socket& socket, StatementTools& tools, const Request& request,
                     RunningStatements::Entry& entry, Answer& answer)
    : engine_(engine),
      socket_(socket),
      tools_(tools),
      request_(request),
      entry_(entry),
      answer_(answer) {
  tools_.attention.Clear();  // of an earlier statement
}

void Execution::Await(const pollfd* also, milliseconds at_most) {
  constexpr pollfd kNone{-1, 0, 0};
  std::array<pollfd, 4> polls = {tools_.progress.Poll(), also != nullptr ? *also : kNone, kNone,
                                 kNone};
  // Once nobody wants it, neither of these tells anything new.
  if (!Doomed()) {
    polls[2] = tools_.attention.Poll();
    polls[3] = {socket_.fd(), POLLRDHUP, 0};
  }
  if (poll(polls.data(), polls.size(), static_cast<int>(at_most.count())) <= 0) return;
  if (polls[0].revents != 0) tools_.progress.Clear();
  if (polls[2].revents != 0) tools_.attention.Clear();
  if (polls[3].revents != 0) gone_ = true;
}

std::optional<EngineError> Execution::TakeSlot(SlotKind kind) {
  ticket_.emplace(engine_.admission(), kind, tools_.progress);
  const auto until = Socket::Clock::now() + request_.queue_patience;
  while (!ticket_->admitted()) {
    const auto left = std::chrono::ceil<milliseconds>(until - Socket::Clock::now());
    if (Doomed()) return ParseEngineError(kCancelled);
    if (left.count() <= 0) {
      return MakeError(error_code::kTooManySimultaneousQueries,
                       fmt::format("Too many simultaneous queries: no slot came free within {} ms",
                                   request_.queue_patience.count()));
    }
    Await(nullptr, left);
  }
  return std::nullopt;
}

void Execution::EndIfDoomed(const pollfd* also) {
  if (Doomed()) engine_.Kill(request_.query_id);
  Await(also, Doomed() ? kKillAgain : kLongWait);
}

void Execution::AwaitJob() {
  while (!tools_.thread.done()) EndIfDoomed(nullptr);
}

std::optional<Connection> Execution::Connect(SlotKind kind) {
  std::vector<NameValue> settings = request_.settings;
  settings.emplace_back("log_comment", request_.query_id);
  if (kind == SlotKind::kReader) {
    if (!Names(settings, "max_threads")) {
      settings.emplace_back("max_threads", std::to_string(engine_.config().reader_threads));
    }
    // Whatever else was taken for a read changes nothing; settings in the text are allowed.
    if (!Names(settings, "readonly")) settings.emplace_back("readonly", "2");
  }
  auto connection = engine_.Connect(settings);
  if (!connection) {
    outcome_.error = fmt::format("Code: {}. DB::Exception: {}", error_code::kBadArguments,
                                 connection.error().message);
    return std::nullopt;
  }
  if (!request_.database.empty()) {
    const std::array<NameValue, 1> name = {NameValue{"database", request_.database}};
    outcome_ = connection->Query(statements::kStatementsUse, "Null", name);
    if (!outcome_.error.empty()) return std::nullopt;
  }
  return std::move(*connection);
}

void Execution::RunInsert(const SqlText& text) {
  if (auto connection = Connect(SlotKind::kWriter)) {
    InsertStream stream(*connection, text.sql, text.format, request_.parameters);
    bool good = stream.error().empty() && !entry_.cancelled();
    while (good) {
      const auto bytes = tools_.exchange.Next();
      if (bytes.empty()) break;
      good = stream.Append(bytes);
      tools_.exchange.Release();
    }
    if (good && tools_.exchange.whole() && !entry_.cancelled()) {
      outcome_ = stream.Finish();
    } else {
      outcome_.error = stream.error().empty() ? kCancelled : stream.error();
    }
  }
  ended_early_.store(true);
  tools_.attention.Set();
}

void Execution::PushFirst(std::string_view bytes) {
  while (!bytes.empty() && !ended_early_ && !Doomed()) {
    char* const buffer = tools_.exchange.Acquire();
    if (buffer == nullptr) {
      Await(nullptr, kLongWait);
      continue;
    }
    const size_t size = std::min(bytes.size(), ChunkExchange::kChunkBytes);
    std::memcpy(buffer, bytes.data(), size);
    tools_.exchange.Push(size);
    bytes.remove_prefix(size);
  }
}

void Execution::PushBody(Body& body) {
  while (!ended_early_ && !Doomed()) {
    char* const buffer = tools_.exchange.Acquire();
    if (buffer == nullptr) {
      Await(nullptr, kLongWait);
      continue;
    }
    const auto got = body.Read(buffer, ChunkExchange::kChunkBytes);
    if (!got) {
      gone_ = got.error().code == base::Code::kUnavailable;
      if (got.error().code != base::Code::kCancelled) client_error_ = FromBody(got.error());
      break;
    }
    if (*got == 0) return tools_.exchange.End(true);
    tools_.exchange.Push(*got);
  }
  tools_.exchange.End(false);
}

bool Execution::Insert(const SqlText& text, std::string_view first, Body& body) {
  if (const auto error = TakeSlot(SlotKind::kWriter)) return Refuse(*error);
  tools_.exchange.Reset();
  tools_.thread.Start([this, &text] { RunInsert(text); });
  socket_.SetInterrupt(&tools_.attention);
  PushFirst(first);
  PushBody(body);
  AwaitJob();
  tools_.exchange.Reset();
  socket_.SetInterrupt(nullptr);
  if (client_error_) {
    answer_.KeepAlive(false);
    return Refuse(*client_error_);
  }
  return Finish(text.format);
}

bool Execution::Deliver(std::string_view bytes, std::string_view format) {
  if (begun_) return answer_.Piece(bytes);
  head_ += bytes;
  if (head_.size() <= kHeldBack) return true;
  begun_ = true;
  const bool delivered = answer_.Begin(format) && answer_.Piece(head_);
  head_ = {};
  return delivered;
}

void Execution::RunQuery(SlotKind kind, const std::string& sql, const std::string& format) {
  auto connection = Connect(kind);
  if (!connection) return;
  if (entry_.cancelled()) {
    outcome_.error = kCancelled;
  } else {
    outcome_ = connection->Query(sql, format, request_.parameters);
  }
}

bool Execution::Select(const SqlText& text, SlotKind kind) {
  if (const auto error = TakeSlot(kind)) return Refuse(*error);
  OutputPipe pipe;
  if (!pipe.open()) {
    return Refuse(MakeError(error_code::kUnknownException, "Too many files are open"));
  }
  const std::string format = text.format.empty() ? request_.format : text.format;
  const std::string sql = WithOutput(text, pipe.path(), format);
  tools_.thread.Start([&] { RunQuery(kind, sql, format); });
  socket_.SetInterrupt(&tools_.attention);
  const auto buffer = std::make_unique_for_overwrite<char[]>(kHeldBack);
  bool whole = true;
  for (;;) {
    const bool done = tools_.thread.done();  // before the read: nothing comes after it
    const size_t got = pipe.Read(buffer.get(), kHeldBack);
    if (got > 0) {
      // What nobody wants any more is read, too: the engine must not wait for room.
      whole = whole && !Doomed() && Deliver({buffer.get(), got}, format);
      if (!whole && !entry_.cancelled()) gone_ = true;
    } else if (done) {
      break;
    } else {
      const pollfd poll = pipe.Poll();
      EndIfDoomed(&poll);
    }
  }
  socket_.SetInterrupt(nullptr);
  if (!whole && begun_) return false;  // perhaps in the middle of a piece
  if (!whole && outcome_.error.empty()) outcome_.error = kCancelled;
  outcome_.text = std::move(head_);
  return Finish(format);
}

bool Execution::Hold(const std::string& sql, SlotKind kind) {
  if (const auto error = TakeSlot(kind)) return Refuse(*error);
  tools_.thread.Start([&] { RunQuery(kind, sql, request_.format); });
  AwaitJob();
  return Finish(request_.format);
}

bool Execution::Read(const SqlText& text) {
  if (text.kind != TextKind::kRead) return Hold(text.sql, SlotKind::kReader);
  if (!text.asks_processes) return Select(text, SlotKind::kReader);
  const std::string sql = WithProcesses(text.sql, statements::kStatementsProcesses);
  return Select(ReadSqlText(sql, {}), SlotKind::kControl);
}

bool Execution::Change(const SqlText& text) { return Hold(text.sql, SlotKind::kWriter); }

void Execution::RunKill(const KillText& kill) {
  auto connection = Connect(SlotKind::kControl);
  if (!connection) return;
  // First those that the engine does not know yet.
  if (!kill.condition.empty()) {
    std::vector<NameValue> parameters = request_.parameters;
    parameters.emplace_back("clientele_statement_ids", ArrayText(engine_.running().Ids()));
    const std::string sql = std::string(statements::kStatementsMatchingIds) + kill.condition;
    const Outcome matching = connection->Query(sql, "TabSeparatedRaw", parameters);
    std::istringstream lines(matching.text);
    std::vector<std::string> ids;
    for (std::string id; std::getline(lines, id);) {
      if (id != request_.query_id) ids.push_back(id);
    }
    engine_.running().Cancel(ids);
  }
  outcome_ = connection->Query(kill.sql, request_.format, request_.parameters);
}

bool Execution::Kill(const SqlText& text) {
  if (const auto error = TakeSlot(SlotKind::kControl)) return Refuse(*error);
  const KillText kill = RewriteKill(text.sql, statements::kStatementsStatementId);
  tools_.thread.Start([&] { RunKill(kill); });
  AwaitJob();
  return Finish(request_.format);
}

void Execution::Leave() {
  ticket_.reset();
  entry_.Leave();
}

bool Execution::Refuse(const EngineError& error) {
  Leave();
  return !gone_ && answer_.Error(error);
}

bool Execution::Finish(std::string_view format) {
  Leave();
  if (gone_) return false;
  if (outcome_.error.empty()) {
    return begun_ ? answer_.End(outcome_) : answer_.Result(format, outcome_.text, outcome_);
  }
  const EngineError error = ParseEngineError(outcome_.error);
  if (!begun_) return answer_.Error(error);
  static_cast<void>(answer_.FailLate(error));
  return false;
}

}  // namespace clientele::engine
