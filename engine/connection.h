// One connection to the engine in this process: runs one statement at a time, materialised or as a
// stream of inserted bytes. Settings are connect arguments, so nothing leaks to another statement.
// Owned by whoever opened it; used by one thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/chdb.h"

namespace clientele::engine {

using NameValue = std::pair<std::string, std::string>;

// How a statement ended. `error` is the library's text; empty: it went well.
struct Outcome {
  std::string error;
  std::string text;  // what a materialised statement printed
  uint64_t rows_read = 0;
  uint64_t bytes_read = 0;
  uint64_t rows_written = 0;
  uint64_t bytes_written = 0;
  uint64_t result_rows = 0;
  double elapsed_s = 0;
};

struct Classified {
  uint32_t statements = 0;
  StatementClass kind = StatementClass::kUnknown;
};

class Connection {
 public:
  Connection() = default;
  Connection(Connection&& other) noexcept
      : chdb_(other.chdb_), handle_(std::exchange(other.handle_, nullptr)) {}
  Connection& operator=(Connection&& other) noexcept {
    std::swap(chdb_, other.chdb_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Connection() { Close(); }

  // `arguments`: --path=.., --config-file=.. and one --name=value per setting. The library tells no
  // reason if it refuses: INVALID_ARGUMENT.
  [[nodiscard]] static base::Result<Connection> Open(const Chdb& chdb,
                                                     const std::vector<std::string>& arguments);
  void Close();

  [[nodiscard]] Classified Classify(std::string_view sql) const;
  // Never give it data: the library's splitter runs what follows a blank line as SQL.
  [[nodiscard]] Outcome Query(std::string_view sql, std::string_view format,
                              std::span<const NameValue> parameters);

 private:
  friend class InsertStream;
  const Chdb* chdb_ = nullptr;
  ChdbConnection* handle_ = nullptr;
};

// INSERT INTO t (columns) without FORMAT, and then bytes of `format`. Not finished: cancelled, and
// nothing of the last block lands. The connection must live longer.
class InsertStream {
 public:
  InsertStream(Connection& connection, std::string_view sql, std::string_view format,
               std::span<const NameValue> parameters);
  ~InsertStream();
  InsertStream(const InsertStream&) = delete;
  InsertStream& operator=(const InsertStream&) = delete;

  // The library's text; empty while all is well.
  [[nodiscard]] const std::string& error() const { return error_; }
  // Copies; waits while the engine is behind. False: see error().
  bool Append(std::span<const char> bytes);
  [[nodiscard]] Outcome Finish();

 private:
  void ReadError(std::string_view fallback);

  const Chdb& chdb_;
  ChdbInsertStream* stream_;
  std::string error_;
  bool finished_ = false;
};

}  // namespace clientele::engine
