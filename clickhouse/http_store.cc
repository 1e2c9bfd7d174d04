#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>

#include "base/uuid.h"
#include "clickhouse/answer.h"
#include "clickhouse/http_connection.h"
#include "clickhouse/parameters.h"
#include "clickhouse/sql.h"
#include "clickhouse/store.h"

namespace clientele::clickhouse {

namespace {

using base::Code;
using base::Fail;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long a statement that was told to end may take to do so, before it is left to itself.
constexpr milliseconds kEndPatience{1'000};
constexpr milliseconds kKillPause{20};
constexpr milliseconds kKillDeadline{500};
constexpr milliseconds kHealthyDeadline{1'000};
// What a server takes by default (http_max_uri_size).
constexpr size_t kMostTargetBytes = 1 << 20;

void AddQuoted(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
        std::string_view("-_.~,:").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

void AddPair(std::string& target, std::string_view name, std::string_view value) {
  target += target.back() == '?' ? "" : "&";
  AddQuoted(target, name);
  target += '=';
  AddQuoted(target, value);
}

// Path and query of a statement's request.
base::Result<std::string> TargetOf(const Statement& statement, const std::string& query_id) {
  std::string target = "/?";
  AddPair(target, "query_id", query_id);
  AddPair(target, "default_format", "Native");
  if (!statement.settings.contains("max_execution_time")) {
    // Whole seconds; our own deadline is exact.
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(statement.deadline);
    AddPair(target, "max_execution_time", std::to_string(std::max<int64_t>(seconds.count(), 1)));
  }
  for (const auto& [name, value] : statement.settings) AddPair(target, name, value);
  for (const auto& [name, value] : statement.parameters) {
    const auto text = EncodeParameter(name, ParameterType(statement.sql, name), value);
    if (!text) return tl::unexpected(text.error());
    AddPair(target, "param_" + name, *text);
  }
  if (target.size() > kMostTargetBytes) {
    return Fail(Code::kInvalidArgument, "statement {}: its parameters take {} bytes, at most {}",
                query_id, target.size(), kMostTargetBytes);
  }
  return target;
}

std::string IdOf(const Statement& statement) {
  return statement.query_id.empty() ? "store-" + base::RandomUuid().ToString() : statement.query_id;
}

bool IsName(std::string_view table) {
  return !table.empty() && std::ranges::all_of(table, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
  });
}

void Replace(std::string& text, std::string_view place, std::string_view by) {
  text.replace(text.find(place), place.size(), by);
}

base::Result<std::string> InsertSql(std::string_view table, const BlockWriter& block) {
  std::string columns;
  for (const ColumnWriter& column : block.columns()) {
    if (!IsName(column.name())) {
      return Fail(Code::kInvalidArgument, "insert into {}: column {}: no such name is possible",
                  table, column.name());
    }
    columns += fmt::format("{}`{}`", columns.empty() ? "" : ", ", column.name());
  }
  if (!IsName(table)) {
    return Fail(Code::kInvalidArgument, "insert into {}: no such name is possible", table);
  }
  std::string sql(sql::kStatementsInsert);
  // The data begin behind the line break that the server itself adds.
  while (sql.ends_with('\n')) sql.pop_back();
  Replace(sql, "{{table}}", table);
  Replace(sql, "{{columns}}", columns);
  return sql;
}

// A number of the header X-ClickHouse-Summary, {"read_rows":"10",..}; 0 if it is not there.
uint64_t SummaryNumber(std::string_view summary, std::string_view name) {
  const std::string key = fmt::format("\"{}\":\"", name);
  const size_t at = summary.find(key);
  uint64_t number = 0;
  if (at == std::string_view::npos) return number;
  std::from_chars(summary.data() + at + key.size(), summary.data() + summary.size(), number);
  return number;
}

Summary SummaryOf(const Exchange& exchange, const std::string& query_id) {
  const std::string_view header = exchange.head().summary;
  const uint64_t nanos = SummaryNumber(header, "elapsed_ns");
  return {query_id, SummaryNumber(header, "read_rows"), SummaryNumber(header, "written_rows"),
          nanos > 0 ? static_cast<double>(nanos) / 1e6 : exchange.elapsed_ms()};
}

class HttpStore final : public Store {
 public:
  explicit HttpStore(const Address& address) : pool_(address) {}

  base::Result<Summary> Execute(const Statement& statement) override {
    const auto ignore = [](const Block&) -> base::Status { return {}; };
    return Ask(statement, nullptr, false, ignore);
  }

  base::Result<Summary> Select(const Statement& statement,
                               const std::function<base::Status(const Block&)>& on_block) override {
    return Ask(statement, nullptr, true, on_block);
  }

  base::Result<Summary> Insert(std::string_view table, const BlockWriter& block,
                               const Statement& how) override {
    const auto sql = InsertSql(table, block);
    if (!sql) return tl::unexpected(sql.error());
    const BlockWriter::Encoded encoded = block.EncodeInPieces();
    const auto ignore = [](const Block&) -> base::Status { return {}; };
    Statement statement = how;
    statement.sql = *sql;
    return Ask(statement, &encoded, false, ignore);
  }

  base::Status Kill(std::string_view prefix, milliseconds deadline) override;

  bool Healthy() override {
    Statement statement;
    statement.sql = sql::kStatementsHealthy;
    statement.deadline = kHealthyDeadline;
    uint64_t ones = 0;
    const auto asked = Select(statement, [&](const Block& block) -> base::Status {
      ones += block.rows;
      return {};
    });
    return asked && ones == 1;
  }

 private:
  // One statement, start to end. `data`: of an insert; else the body is the SQL.
  base::Result<Summary> Ask(const Statement& statement, const BlockWriter::Encoded* data,
                            bool repeatable, const Answer::OnBlock& on_block);
  // Ends a statement at the server, and waits a moment for its exchange to notice.
  void EndAtServer(const std::string& query_id, Exchange& exchange);
  void SendKill(const std::string& query_id);
  base::Result<uint64_t> CountRunning(const std::string& prefix, milliseconds deadline);

  ConnectionPool pool_;
};

base::Result<Summary> HttpStore::Ask(const Statement& statement, const BlockWriter::Encoded* data,
                                     bool repeatable, const Answer::OnBlock& on_block) {
  const std::string query_id = IdOf(statement);
  const auto cancelled = [&] {
    return Fail(Code::kCancelled, "statement {}: cancelled", query_id);
  };
  if (statement.cancel.stop_requested()) return cancelled();
  auto target = TargetOf(statement, query_id);
  if (!target) return tl::unexpected(target.error());
  HttpRequest request{std::move(*target), {statement.sql}, statement.sql.size(), repeatable};
  if (data != nullptr) {
    AddPair(request.target, "query", statement.sql);
    request.body = data->pieces;
    request.body_bytes = data->size;
  }
  Answer answer(on_block);
  Exchange exchange(pool_, request, [&](const HttpHead& head, std::string_view bytes) {
    return answer.Take(head, bytes);
  });
  if (!exchange.Run(steady_clock::now() + statement.deadline, statement.cancel)) {
    const bool stopped = statement.cancel.stop_requested();
    answer.Discard();
    if (exchange.sent()) EndAtServer(query_id, exchange);
    if (stopped) return cancelled();
    return Fail(Code::kDeadlineExceeded, "statement {}: took longer than {} ms", query_id,
                statement.deadline.count());
  }
  if (exchange.ending() == Ending::kRefused) SendKill(query_id);
  if (auto finished = answer.Finish(exchange); !finished) {
    return tl::unexpected(std::move(finished.error()));
  }
  return SummaryOf(exchange, query_id);
}

void HttpStore::SendKill(const std::string& query_id) {
  Statement kill;
  kill.sql = sql::kStatementsKill;
  kill.parameters = {{"query_id", query_id}};
  kill.deadline = kKillDeadline;
  const auto target = TargetOf(kill, IdOf(kill));
  if (!target) return;
  const HttpRequest request{*target, {kill.sql}, kill.sql.size(), true};
  Exchange exchange(pool_, request, [](const HttpHead&, std::string_view) { return true; });
  static_cast<void>(exchange.Run(steady_clock::now() + kill.deadline, {}));
}

void HttpStore::EndAtServer(const std::string& query_id, Exchange& exchange) {
  const auto patience = steady_clock::now() + kEndPatience;
  // Again and again: the server may not know the statement yet when the first one comes.
  do {
    SendKill(query_id);
  } while (!exchange.Run(std::min(steady_clock::now() + kKillPause, patience), {}) &&
           steady_clock::now() < patience);
}

base::Result<uint64_t> HttpStore::CountRunning(const std::string& prefix, milliseconds deadline) {
  Statement statement;
  statement.sql = sql::kStatementsRunning;
  statement.query_id = IdOf(statement);
  statement.parameters = {{"prefix", prefix}, {"own_query_id", statement.query_id}};
  statement.deadline = deadline;
  uint64_t running = 0;
  const auto counted = Select(statement, [&](const Block& block) -> base::Status {
    running = block.Get<uint64_t>("running").front();
    return {};
  });
  if (!counted) return tl::unexpected(counted.error());
  return running;
}

base::Status HttpStore::Kill(std::string_view prefix, milliseconds deadline) {
  if (prefix.empty()) return Fail(Code::kInvalidArgument, "kill: the prefix is empty");
  const auto until = steady_clock::now() + deadline;
  std::mutex mutex;
  std::condition_variable pause;
  for (;;) {
    const auto left =
        std::max(std::chrono::ceil<milliseconds>(until - steady_clock::now()), milliseconds(1));
    Statement kill;
    kill.sql = sql::kStatementsKillPrefix;
    kill.parameters = {{"prefix", std::string(prefix)}};
    kill.deadline = left;
    // May be sent twice, as a Select.
    const auto killed = Select(kill, [](const Block&) -> base::Status { return {}; });
    if (!killed) return tl::unexpected(killed.error());
    const auto running = CountRunning(std::string(prefix), left);
    if (!running) return tl::unexpected(running.error());
    if (*running == 0) return {};
    if (steady_clock::now() >= until) {
      return Fail(Code::kDeadlineExceeded, "kill: {} statements {}* still run after {} ms",
                  *running, prefix, deadline.count());
    }
    std::unique_lock lock(mutex);
    pause.wait_until(lock, std::min(until, steady_clock::now() + kKillPause), [] { return false; });
  }
}

}  // namespace

std::unique_ptr<Store> OpenHttpStore(Address address) {
  return std::make_unique<HttpStore>(address);
}

}  // namespace clientele::clickhouse
