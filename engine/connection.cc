#include "engine/connection.h"

namespace clientele::engine {
namespace {

// The four arrays that the library wants for named values.
struct ParameterArrays {
  explicit ParameterArrays(std::span<const NameValue> parameters) {
    for (const auto& [name, value] : parameters) {
      names.push_back(name.data());
      name_sizes.push_back(name.size());
      values.push_back(value.data());
      value_sizes.push_back(value.size());
    }
  }
  std::vector<const char*> names;
  std::vector<size_t> name_sizes;
  std::vector<const char*> values;
  std::vector<size_t> value_sizes;
};

Outcome TakeResult(const Chdb& chdb, ChdbResult* result) {
  Outcome outcome;
  if (result == nullptr) {
    outcome.error = "the engine gave no result";
    return outcome;
  }
  if (const char* error = chdb.result_error(result); error != nullptr) outcome.error = error;
  const char* const buffer = chdb.result_buffer(result);
  if (buffer != nullptr) outcome.text.assign(buffer, chdb.result_length(result));
  outcome.rows_read = chdb.result_storage_rows_read(result);
  outcome.bytes_read = chdb.result_storage_bytes_read(result);
  outcome.rows_written = chdb.result_rows_written(result);
  outcome.bytes_written = chdb.result_bytes_written(result);
  outcome.result_rows = chdb.result_rows_read(result);
  outcome.elapsed_s = chdb.result_elapsed(result);
  chdb.destroy_query_result(result);
  return outcome;
}

}  // namespace

base::Result<Connection> Connection::Open(const Chdb& chdb,
                                          const std::vector<std::string>& arguments) {
  std::vector<std::string> copies{"clientele"};
  copies.insert(copies.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(copies.size());
  for (std::string& copy : copies) pointers.push_back(copy.data());
  Connection connection;
  connection.chdb_ = &chdb;
  connection.handle_ = chdb.connect(static_cast<int>(pointers.size()), pointers.data());
  if (connection.handle_ == nullptr) {
    return base::Fail(base::Code::kInvalidArgument, "the engine refused the connection");
  }
  return connection;
}

void Connection::Close() {
  if (handle_ != nullptr) chdb_->close_conn(handle_);
  handle_ = nullptr;
}

Classified Connection::Classify(std::string_view sql) const {
  ChdbAnalysis analysis;
  if (chdb_->classify_query_n(*handle_, sql.data(), sql.size(), nullptr, 0, &analysis) != 0) {
    return {};
  }
  const uint32_t unknown = static_cast<uint32_t>(StatementClass::kUnknown);
  return {analysis.statement_count,
          static_cast<StatementClass>(std::min(analysis.query_class, unknown))};
}

Outcome Connection::Query(std::string_view sql, std::string_view format,
                          std::span<const NameValue> parameters) {
  const ParameterArrays arrays(parameters);
  return TakeResult(*chdb_, chdb_->query_with_params_n(
                                *handle_, sql.data(), sql.size(), format.data(), format.size(),
                                arrays.names.data(), arrays.name_sizes.data(), arrays.values.data(),
                                arrays.value_sizes.data(), parameters.size()));
}

InsertStream::InsertStream(Connection& connection, std::string_view sql, std::string_view format,
                           std::span<const NameValue> parameters)
    : chdb_(*connection.chdb_) {
  const ParameterArrays arrays(parameters);
  stream_ = chdb_.stream_insert_with_params_n(*connection.handle_, sql.data(), sql.size(),
                                              format.data(), format.size(), arrays.names.data(),
                                              arrays.name_sizes.data(), arrays.values.data(),
                                              arrays.value_sizes.data(), parameters.size());
  ReadError("");
}

InsertStream::~InsertStream() {
  if (!finished_) chdb_.stream_cancel_insert(stream_);
  chdb_.destroy_insert_stream(stream_);
}

void InsertStream::ReadError(std::string_view fallback) {
  const char* const text = chdb_.stream_insert_error(stream_);
  error_ = text != nullptr ? std::string(text) : std::string(fallback);
}

bool InsertStream::Append(std::span<const char> bytes) {
  if (chdb_.stream_append(stream_, bytes.data(), bytes.size()) == 0) return true;
  ReadError("the engine ended the insert");
  return false;
}

Outcome InsertStream::Finish() {
  finished_ = true;
  return TakeResult(chdb_, chdb_.stream_done(stream_));
}

}  // namespace clientele::engine
