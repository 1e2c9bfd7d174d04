#include "app/publish/rejected_file.h"

#include <fmt/core.h>
#include <google/protobuf/util/json_util.h>

#include <filesystem>
#include <system_error>

#include "base/log.h"

namespace clientele::app {

RejectedFile::RejectedFile(const std::string& input)
    : path_((input == "-" ? "stdin" : input) + ".rejected.ndjson") {
  std::error_code none;
  std::filesystem::remove(path_, none);
}

void RejectedFile::AddText(uint64_t line, std::string_view reason, std::string_view text) {
  Write(line, "", reason, "text", base::JsonString(text));
}

void RejectedFile::AddEvent(uint64_t line, const event::v1::Event& event,
                            const ingest::v1::EventResult& result) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(event, &json, options).ok()) json = "null";
  Write(line, result.field(), result.reason(), "event", json);
}

void RejectedFile::Write(uint64_t line, std::string_view field, std::string_view reason,
                         std::string_view key, std::string_view json) {
  const std::lock_guard lock(mutex_);
  if (count_++ == 0) file_.open(path_, std::ios::trunc);
  file_ << fmt::format("{{\"line\":{},\"field\":{},\"reason\":{},\"{}\":{}}}\n", line,
                       base::JsonString(field), base::JsonString(reason), key, json);
}

base::Status RejectedFile::Finish(std::string_view what) {
  const std::lock_guard lock(mutex_);
  if (count_ == 0) return {};
  file_.close();
  if (!file_) {
    return base::Fail(base::Code::kUnavailable,
                      "{}: cannot be written; {} {} were rejected and are not kept", path_, count_,
                      what);
  }
  fmt::print(stderr, "{} {} were rejected: see {}\n", count_, what, path_);
  return {};
}

}  // namespace clientele::app
