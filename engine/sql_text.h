// What the HTTP layer must know about a statement's text before the engine parses it: is it an
// insert and where does its data begin, which format does it name, does it try to leave the engine.
// And the three rewritings: output into a pipe, KILL by our query ids, system.processes with them.
// Pure.
#pragma once

#include <string>
#include <string_view>

namespace clientele::engine {

enum class TextKind {
  kEmpty,
  kRead,        // SELECT, SHOW, .. : one document comes back
  kInsertData,  // INSERT with data behind it
  kChange,      // INSERT SELECT, CREATE, ALTER, ..
  kKillQuery,
  kOther,  // the engine's parser decides
};

struct SqlText {
  TextKind kind = TextKind::kEmpty;
  std::string sql;     // what to run: without the trailing ";", of an insert without its format
  std::string format;  // as named by FORMAT; "Values" after VALUES
  size_t format_begin = 0;  // of a read: where FORMAT or the end of `sql` is
  size_t format_end = 0;
  size_t data_begin = 0;  // of an insert: where its data begins in the text that was given
  bool insert = false;    // it begins with INSERT, whatever follows
  bool asks_processes = false;
  std::string refusal;  // why it may not run at all; code below
  int refusal_code = 0;
};

// `text` is SQL, of an insert perhaps followed by (the beginning of) its data.
// `data_format` is what an INSERT without FORMAT or VALUES is followed by; empty: it must name one.
[[nodiscard]] SqlText ReadSqlText(std::string_view text, std::string_view data_format);

// The read `text` with its output going to `path` (ours, without quotes) in `format`.
[[nodiscard]] std::string WithOutput(const SqlText& text, std::string_view path,
                                     std::string_view format);

// `processes`: what stands for system.processes.
[[nodiscard]] std::string WithProcesses(std::string_view sql, std::string_view processes);

struct KillText {
  std::string condition;  // as given, to be asked of our own list of statements
  std::string sql;        // asynchronous, `query_id` replaced by `id_expression`
};
[[nodiscard]] KillText RewriteKill(std::string_view sql, std::string_view id_expression);

}  // namespace clientele::engine
