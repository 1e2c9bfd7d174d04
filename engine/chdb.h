// The C functions of libchdb 26.7.3 that the engine uses, found at run time: only the engine
// process loads the library (its initialisers do not work under ASan or TSan). Owned by the server,
// never unloaded; the functions may be called from any thread, one statement at a time per
// connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace clientele::engine {

// Handles of the library: a pointer to a struct of one pointer. Never looked into.
struct ChdbHandle;
using ChdbConnection = ChdbHandle*;
struct ChdbResult;
struct ChdbInsertStream;

// What a statement does, by the library's own parser.
enum class StatementClass : uint32_t {
  kReadOnly = 0,
  kChange = 1,
  kGlobalChange = 2,
  kControl = 3,
  kUnknown = 4,
};

struct ChdbAnalysis {
  uint32_t struct_size = sizeof(ChdbAnalysis);
  uint32_t statement_count = 0;
  uint32_t flags = 0;
  uint32_t query_class = 0;
};

struct Chdb {
  void (*set_signal_handlers_enabled)(int);
  ChdbConnection* (*connect)(int, char**);
  void (*close_conn)(ChdbConnection*);
  int (*shutdown)();
  ChdbResult* (*query_with_params_n)(ChdbConnection, const char*, size_t, const char*, size_t,
                                     const char* const*, const size_t*, const char* const*,
                                     const size_t*, size_t);
  int (*classify_query_n)(ChdbConnection, const char*, size_t, const char*, size_t, ChdbAnalysis*);
  ChdbInsertStream* (*stream_insert_with_params_n)(ChdbConnection, const char*, size_t, const char*,
                                                   size_t, const char* const*, const size_t*,
                                                   const char* const*, const size_t*, size_t);
  int (*stream_append)(ChdbInsertStream*, const void*, size_t);
  ChdbResult* (*stream_done)(ChdbInsertStream*);
  void (*stream_cancel_insert)(ChdbInsertStream*);
  const char* (*stream_insert_error)(ChdbInsertStream*);
  void (*destroy_insert_stream)(ChdbInsertStream*);
  char* (*result_buffer)(ChdbResult*);
  size_t (*result_length)(ChdbResult*);
  double (*result_elapsed)(ChdbResult*);
  uint64_t (*result_rows_read)(ChdbResult*);
  uint64_t (*result_storage_rows_read)(ChdbResult*);
  uint64_t (*result_storage_bytes_read)(ChdbResult*);
  uint64_t (*result_rows_written)(ChdbResult*);
  uint64_t (*result_bytes_written)(ChdbResult*);
  const char* (*result_error)(ChdbResult*);
  void (*destroy_query_result)(ChdbResult*);
};

// `path` of libchdb.so; empty: where the build found it, else beside the program
// (../lib/clientele/libchdb.so). NOT_FOUND or FAILED_PRECONDITION (another version) tell what to
// do.
[[nodiscard]] base::Result<std::unique_ptr<Chdb>> LoadChdb(const std::string& path);

}  // namespace clientele::engine
