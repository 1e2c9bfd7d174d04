// What an HTTP request asks of the engine: read from its target and headers, the body aside. Pure.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/verb.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/compression.h"
#include "engine/connection.h"
#include "engine/error_text.h"

namespace clientele::engine {

struct Request {
  std::string path;
  bool read_only = false;  // GET and HEAD change nothing
  bool head_only = false;
  std::string query;  // of the URL
  std::string query_id;
  std::string database;
  std::string format;  // where the statement names none: default_format, else the header's
  bool format_given = false;
  std::vector<NameValue> settings;
  std::vector<NameValue> parameters;
  std::string user;
  std::string password;
  bool credentials_given = false;
  Coding answer_coding = Coding::kIdentity;  // kBlocks with compress=1
  Coding body_coding = Coding::kIdentity;    // kBlocks with decompress=1
  std::chrono::milliseconds queue_patience{10'000};
};

using SettingNames = std::unordered_set<std::string>;

struct RequestRules {
  const SettingNames& settings;  // every name that the engine knows
  int64_t max_memory_usage = 0;  // bytes; a higher value of this setting is refused
};

// The error of the first thing that is wrong with it.
[[nodiscard]] std::optional<EngineError> ReadRequest(boost::beast::http::verb method,
                                                     std::string_view target,
                                                     const boost::beast::http::fields& headers,
                                                     const RequestRules& rules, Request& out);

// %41 and + decoded; nothing if an escape is broken.
[[nodiscard]] std::optional<std::string> UrlDecode(std::string_view text);

// MIME type of an output format.
[[nodiscard]] std::string_view ContentType(std::string_view format);

}  // namespace clientele::engine
