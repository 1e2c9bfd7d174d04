// The one way to ClickHouse: its HTTP protocol, the embedded engine's or a server's. A Store is
// owned by `app` and shared by all threads (thread-safe; a keep-alive pool below). SQL text comes
// from .sql and metric files only; every value is a bound parameter.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "clickhouse/native_block.h"

namespace clientele::clickhouse {

// Values of {name:Type} in the SQL, in ClickHouse's text form (`8192`, `2026-11-01 00:00:00`,
// `['a','b']` built by ArrayParameter); String values are given as they are: the store escapes.
using Parameters = std::map<std::string, std::string>;
using Settings = std::map<std::string, std::string>;

struct Statement {
  std::string_view sql;
  Parameters parameters;
  Settings settings;
  std::string query_id;  // empty: the store makes one
  std::chrono::milliseconds deadline{30'000};
  // When requested, the statement is killed at the server and CANCELLED is returned.
  std::stop_token cancel;
};

// Of a statement that reads a whole table.
inline constexpr std::chrono::milliseconds kWholeTableDeadline{4 * 3'600'000};

struct Summary {
  std::string query_id;
  uint64_t rows_read = 0;
  uint64_t rows_written = 0;
  double elapsed_ms = 0;
};

// Errors carry ClickHouse's own code in the message ("Code: 60. DB::Exception: ...") and map to:
// UNAVAILABLE (no connection: certainly not executed), UNKNOWN (sent, no clear answer: resolve by
// read-then-fill, never retry blindly), DEADLINE_EXCEEDED, CANCELLED, NOT_FOUND (no such table),
// ALREADY_EXISTS, INVALID_ARGUMENT (syntax, types, settings, parameters), RESOURCE_EXHAUSTED
// (memory, slots, parts), PERMISSION_DENIED (grants, readonly, a fenced writer), UNAUTHENTICATED,
// ABORTED (a statement with this id runs), INTERNAL (the rest).
// Only a Select is sent again, and only if its kept connection turns out to be dead.
class Store {
 public:
  virtual ~Store() = default;

  // DDL, KILL, INSERT SELECT: no rows come back.
  [[nodiscard]] virtual base::Result<Summary> Execute(const Statement& statement) = 0;
  // Calls `on_block` for every block that has rows, in order, from the calling thread; its error
  // ends the statement and is returned. A late exception in a 200 is an error here; what `on_block`
  // got before must then be discarded.
  [[nodiscard]] virtual base::Result<Summary> Select(
      const Statement& statement, const std::function<base::Status(const Block&)>& on_block) = 0;
  // `INSERT INTO db.table (columns)` of one Native block. Atomic per part only.
  [[nodiscard]] virtual base::Result<Summary> Insert(std::string_view table,
                                                     const BlockWriter& block,
                                                     const Statement& how) = 0;
  // Asks for the end of all statements whose query id begins with `prefix`, and polls until none
  // is left. DEADLINE_EXCEEDED if some are.
  [[nodiscard]] virtual base::Status Kill(std::string_view prefix,
                                          std::chrono::milliseconds deadline) = 0;
  // Whether it answers SELECT 1 within a second.
  [[nodiscard]] virtual bool Healthy() = 0;
};

// Where the store is: http://host:port, https://host:port or unix:/path/to/socket.
struct Address {
  std::string url;
  std::string user;
  std::string password;
};

[[nodiscard]] std::unique_ptr<Store> OpenHttpStore(Address address);

// Version and every setting that the guarantees rest on, read back; FAILED_PRECONDITION names each
// difference.
[[nodiscard]] base::Status SelfCheck(Store& store);

// Runs statements that are separated by lines of only ";", one after another.
[[nodiscard]] base::Status ExecuteAll(Store& store, std::string_view sql);

struct Migration {
  std::string_view name;  // e.g. "runner/schema/0001_create.sql"
  std::string_view sql;   // one or several statements, separated by lines of only ";"
};

// Runs what `clientele.migrations` does not list yet, in the order given; FAILED_PRECONDITION if a
// listed one has another checksum, or the table lists names that `migrations` does not (a newer
// version's data).
[[nodiscard]] base::Status Migrate(Store& store, const std::vector<Migration>& migrations);

// ['a','b'] with ClickHouse's escapes; [1,2].
[[nodiscard]] std::string ArrayParameter(const std::vector<std::string>& values);
[[nodiscard]] std::string ArrayParameter(const std::vector<uint64_t>& values);

}  // namespace clientele::clickhouse
