#include "engine/session.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

namespace clientele::engine {
namespace {

namespace http = boost::beast::http;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Of a client that sends or takes nothing.
constexpr milliseconds kPatience = seconds(30);
constexpr milliseconds kIdlePatience = seconds(60);
// From the first byte of a request to the end of its head.
constexpr milliseconds kHeadPatience = seconds(15);
constexpr milliseconds kLingerPatience = seconds(2);
// Parameters of statements stand in the URL: arrays of 100,000 numbers fit.
constexpr uint32_t kMostHeadBytes = 2 << 20;
// So much of a body is read to find where an insert's data begins.
constexpr size_t kInsertHeadBytes = 64 << 10;
constexpr size_t kSqlBytes = 1 << 20;
constexpr size_t kDiscardBytes = 1 << 20;
constexpr size_t kFirstRead = 16 << 10;
constexpr size_t kKeptBytes = 256 << 10;

constexpr std::string_view kText = "text/html; charset=UTF-8";
constexpr std::string_view kOk = "Ok.\n";

EngineError FromFence(const base::Error& error) {
  switch (error.code) {
    case base::Code::kPermissionDenied:
      return MakeError(error_code::kAccessDenied, error.message);
    case base::Code::kInvalidArgument:
      return MakeError(error_code::kBadArguments, error.message);
    default:
      return MakeError(error_code::kUnknownException, error.message);
  }
}

bool SameBytes(const std::string& a, const std::string& b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// The statement of a request and the part of its data that was read with it.
struct Read {
  SqlText text;
  std::string bytes;  // SQL, and of an insert the beginning of its data
  std::optional<EngineError> error;

  [[nodiscard]] std::string_view first() const {
    return text.kind == TextKind::kInsertData ? std::string_view(bytes).substr(text.data_begin)
                                              : std::string_view();
  }
};

// The statement is the URL's query, a line break, and the body; of an insert the body is data and
// stays where it is, but for its beginning.
Read ReadStatement(const Request& request, Body& body) {
  const std::string data_format = request.format_given ? request.format : std::string();
  Read read;
  read.bytes = request.query;
  if (!read.bytes.empty()) {
    read.text = ReadSqlText(read.bytes, data_format);
    if (read.text.kind == TextKind::kInsertData) return read;
    read.bytes += '\n';
  }
  const size_t before = read.bytes.size();
  read.bytes.resize(before + kInsertHeadBytes);
  const auto got = body.Read(read.bytes.data() + before, kInsertHeadBytes);
  read.bytes.resize(before + (got ? *got : 0));
  if (!got) {
    read.error = FromBody(got.error());
    return read;
  }
  if (*got == 0 && before > 0) return read;
  read.text = ReadSqlText(read.bytes, data_format);
  if (read.text.kind == TextKind::kInsertData || *got < kInsertHeadBytes) return read;
  if (auto rest = body.ReadAll(kSqlBytes, read.bytes); !rest) {
    read.error = FromBody(rest.error());
  } else {
    read.text = ReadSqlText(read.bytes, data_format);
  }
  return read;
}

// GET / without a statement.
bool IsGreeting(const Request& request) {
  return request.path == "/" && request.read_only && request.query.empty();
}

// Why the engine's own parser thinks that this is not to be run; nothing if it may.
std::optional<EngineError> Refusal(const Request& request, const SqlText& text,
                                   const Classified& classified) {
  if (classified.statements > 1) {
    return MakeError(error_code::kSyntaxError, "Syntax error: Multi-statements are not allowed");
  }
  if (text.kind == TextKind::kOther && text.insert) {
    return MakeError(error_code::kSyntaxError,
                     "Syntax error: INSERT needs FORMAT, VALUES or a query behind it");
  }
  const bool changes =
      text.kind == TextKind::kInsertData || text.kind == TextKind::kKillQuery ||
      (classified.kind != StatementClass::kReadOnly && classified.kind != StatementClass::kUnknown);
  if (request.read_only && changes) {
    return MakeError(error_code::kReadonly,
                     "Cannot execute query in readonly mode. For queries over HTTP, method GET "
                     "implies readonly. You should use method POST for modifying queries");
  }
  if (classified.kind == StatementClass::kControl && text.kind != TextKind::kKillQuery) {
    return MakeError(error_code::kAccessDenied,
                     "This statement controls the server or a session; every statement here has a "
                     "session of its own: give settings and the database with the request");
  }
  return std::nullopt;
}

}  // namespace

void Session::Run() {
  socket_.SetPatience(kPatience);
  while (AwaitRequest() && ServeOne()) {
  }
  idle_since_.store(0);
}

void Session::CloseWhenIdle() {
  closing_.store(true);
  idle_since_.store(0);
  close_.Set();
}

bool Session::AwaitRequest() {
  if (buffer_.size() > 0) return true;
  if (closing_) return false;
  if (buffer_.capacity() > kKeptBytes) buffer_ = {};  // of a long URL
  const auto now = Socket::Clock::now().time_since_epoch();
  idle_since_.store(std::chrono::duration_cast<milliseconds>(now).count());
  socket_.SetPatience(kIdlePatience);
  socket_.SetInterrupt(&close_);
  boost::system::error_code error;
  const auto room = buffer_.prepare(kFirstRead);
  buffer_.commit(socket_.ReadSome(static_cast<char*>(room.data()), room.size(), error));
  socket_.SetInterrupt(nullptr);
  socket_.SetPatience(kPatience);
  idle_since_.store(0);
  return !error;
}

bool Session::ServeOne() {
  RequestParser parser;
  parser.header_limit(kMostHeadBytes);
  parser.body_limit(boost::none);
  boost::system::error_code failure;
  socket_.SetReadDeadline(Socket::Clock::now() + kHeadPatience);
  http::read_header(socket_, buffer_, parser, failure);
  socket_.SetReadDeadline(Socket::Clock::time_point::max());
  Request request;
  Answer answer(socket_, request,
                {engine_.version(), engine_.timezone(), engine_.display_name(),
                 parser.get().version(), !failure && parser.keep_alive() && !closing_});
  if (failure) {
    RefuseHead(failure, answer);
    return false;
  }
  const bool good = Serve(parser, request, answer) && answer.keep_alive();
  if (parser.is_done()) return good;
  // The rest of a body that nobody read: a short one is no reason to close.
  Body rest(socket_, buffer_, parser, Coding::kIdentity);
  socket_.SetReadDeadline(Socket::Clock::now() + kLingerPatience);
  const bool drained = good && rest.Discard(kDiscardBytes);
  socket_.SetReadDeadline(Socket::Clock::time_point::max());
  if (!drained) socket_.Linger(kLingerPatience);
  return drained;
}

void Session::RefuseHead(const boost::system::error_code& failure, Answer& answer) {
  if (failure == http::error::end_of_stream || failure == http::error::partial_message ||
      failure.category() == boost::system::system_category()) {
    return;  // gone
  }
  const unsigned status = failure == boost::asio::error::timed_out ? 408
                          : failure == http::error::header_limit   ? 431
                                                                   : 400;
  if (answer.Whole(status, kText, failure.message() + "\n")) socket_.Linger(kLingerPatience);
}

bool Session::Serve(RequestParser& parser, Request& request, Answer& answer) {
  const auto& head = parser.get();
  const std::string_view target(head.target().data(), head.target().size());
  auto error = ReadRequest(head.method(), target, head, engine_.rules(), request);
  const bool expects = boost::beast::iequals(head[http::field::expect], "100-continue");
  // Before its go-ahead the client may or may not send its body.
  if (expects) answer.KeepAlive(false);
  if (request.path == "/ping" || (!error && IsGreeting(request)))
    return answer.Whole(200, kText, kOk);
  if (request.path != "/") {
    return answer.Whole(404, kText,
                        fmt::format("There is no handle {}\n\nUse / or /ping for "
                                    "health checks.\n",
                                    request.path));
  }
  if (!error) error = CheckPassword(request);
  if (error) return answer.Error(*error);
  if (expects) {
    if (!socket_.WriteAll("HTTP/1.1 100 Continue\r\n\r\n")) return false;
    answer.KeepAlive(parser.keep_alive() && !closing_);
  }
  Body body(socket_, buffer_, parser, request.body_coding);
  return RunRequest(request, body, answer);
}

bool Session::RunRequest(const Request& request, Body& body, Answer& answer) {
  const Read read = ReadStatement(request, body);
  if (read.error) return answer.Error(*read.error);
  if (!read.text.refusal.empty()) {
    return answer.Error(MakeError(read.text.refusal_code, read.text.refusal));
  }
  if (read.text.kind == TextKind::kEmpty) {
    return answer.Error(MakeError(error_code::kSyntaxError, "Syntax error: Empty query"));
  }
  // An insert is one statement by its form; what stands in it is the engine's to judge.
  Classified classified{1, StatementClass::kChange};
  if (read.text.kind != TextKind::kInsertData) classified = engine_.Classify(read.text.sql);
  if (const auto refusal = Refusal(request, read.text, classified)) return answer.Error(*refusal);
  if (engine_.stopping()) {
    return answer.Error(MakeError(error_code::kAborted, "The engine is stopping"));
  }
  // Known from here on: whoever takes a writer's place finds every insert that the fence let in.
  RunningStatements::Entry entry(engine_.running(), request.query_id, tools_.attention);
  if (!entry.added()) {
    return answer.Error(
        MakeError(error_code::kSameQueryId,
                  fmt::format("Query with id = {} is already running", request.query_id)));
  }
  // A client that left before may have asked for this statement's end already, in vain.
  if (socket_.IsGone()) return false;
  Execution execution(engine_, socket_, tools_, request, entry, answer);
  const bool reads =
      classified.kind == StatementClass::kReadOnly || classified.kind == StatementClass::kUnknown;
  if (read.text.kind == TextKind::kKillQuery) return execution.Kill(read.text);
  if (reads) return execution.Read(read.text);
  if (auto admitted = engine_.fence().Admit(request.query_id); !admitted) {
    entry.Leave();
    return answer.Error(FromFence(admitted.error()));
  }
  if (read.text.kind == TextKind::kInsertData) {
    return execution.Insert(read.text, read.first(), body);
  }
  return execution.Change(read.text);
}

std::optional<EngineError> Session::CheckPassword(const Request& request) const {
  const std::string& wanted = engine_.config().password;
  const bool user = request.user.empty() || request.user == "default";
  if (user && (wanted.empty() || SameBytes(wanted, request.password))) return std::nullopt;
  return MakeError(error_code::kAuthenticationFailed,
                   fmt::format("{}: Authentication failed: password is incorrect, or there is no "
                               "user with such name",
                               request.user.empty() ? "default" : request.user));
}

}  // namespace clientele::engine
