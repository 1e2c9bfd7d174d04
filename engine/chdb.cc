#include "engine/chdb.h"

#include <dlfcn.h>

#include <filesystem>

namespace clientele::engine {
namespace {

using base::Code;
using base::Fail;

template <typename Function>
bool Find(void* library, const char* name, Function*& out) {
  out = reinterpret_cast<Function*>(dlsym(library, name));
  return out != nullptr;
}

// The first function that the library lacks; empty if it has them all.
std::string FindAll(void* library, Chdb& chdb) {
  std::string missing;
  const auto find = [&](const char* name, auto*& out) {
    if (missing.empty() && !Find(library, name, out)) missing = name;
  };
  find("chdb_set_signal_handlers_enabled", chdb.set_signal_handlers_enabled);
  find("chdb_connect", chdb.connect);
  find("chdb_close_conn", chdb.close_conn);
  find("chdb_shutdown", chdb.shutdown);
  find("chdb_query_with_params_n", chdb.query_with_params_n);
  find("chdb_classify_query_n", chdb.classify_query_n);
  find("chdb_stream_insert_with_params_n", chdb.stream_insert_with_params_n);
  find("chdb_stream_append", chdb.stream_append);
  find("chdb_stream_done", chdb.stream_done);
  find("chdb_stream_cancel_insert", chdb.stream_cancel_insert);
  find("chdb_stream_insert_error", chdb.stream_insert_error);
  find("chdb_destroy_insert_stream", chdb.destroy_insert_stream);
  find("chdb_result_buffer", chdb.result_buffer);
  find("chdb_result_length", chdb.result_length);
  find("chdb_result_elapsed", chdb.result_elapsed);
  find("chdb_result_rows_read", chdb.result_rows_read);
  find("chdb_result_storage_rows_read", chdb.result_storage_rows_read);
  find("chdb_result_storage_bytes_read", chdb.result_storage_bytes_read);
  find("chdb_result_rows_written", chdb.result_rows_written);
  find("chdb_result_bytes_written", chdb.result_bytes_written);
  find("chdb_result_error", chdb.result_error);
  find("chdb_destroy_query_result", chdb.destroy_query_result);
  return missing;
}

std::string DefaultPath() {
  std::error_code ignored;
  if (std::filesystem::exists(CLIENTELE_CHDB_LIBRARY, ignored)) return CLIENTELE_CHDB_LIBRARY;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return (program.parent_path().parent_path() / "lib/clientele/libchdb.so").string();
}

}  // namespace

base::Result<std::unique_ptr<Chdb>> LoadChdb(const std::string& path) {
  const std::string file = path.empty() ? DefaultPath() : path;
  void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* const why = dlerror();
    return Fail(Code::kNotFound,
                "engine library {}: cannot be loaded ({}); run engine/install or set "
                "engine.library",
                file, why == nullptr ? "no reason given" : why);
  }
  auto chdb = std::make_unique<Chdb>();
  if (const std::string missing = FindAll(library, *chdb); !missing.empty()) {
    return Fail(Code::kUnimplemented,
                "engine library {}: has no function {}; the version of engine/package.json is "
                "needed",
                file, missing);
  }
  return chdb;
}

}  // namespace clientele::engine
