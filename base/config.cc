#include "base/config.h"

#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <variant>
#include <vector>

namespace clientele::base {
namespace {

// One setting: its full key, where it lies, its rule and its comment.
struct Field {
  std::string key;
  std::variant<std::string*, int64_t*> place;
  std::string comment;
  int64_t least = 0;  // of a text: 1 if it must not be empty
  int64_t most = 0;
  bool secret = false;
};

constexpr int64_t kMostBytes = int64_t{1} << 40;
// Variables that are no settings.
constexpr std::string_view kOfTests[] = {"CLIENTELE_TEST_", "CLIENTELE_KILL_POINT",
                                         "CLIENTELE_BREAK"};

std::vector<Field> Fields(Config& c) {
  return {
      {"data_dir", &c.data_dir, "Local data: keys, engine, entity index, sockets.", 1},
      {"log_level", &c.log_level, "debug, info, warning or error."},
      {"kafka.brokers", &c.kafka.brokers, "Bootstrap servers, host:port,host:port.", 1},
      {"kafka.partitions", &c.kafka.partitions,
       "Partitions of the events topic; cannot be changed once the topic is there. 256 in "
       "production.",
       1, 65'535},
      {"kafka.replication_factor", &c.kafka.replication_factor, "3 in production.", 1, 16},
      {"kafka.min_insync_replicas", &c.kafka.min_insync_replicas, "2 in production.", 1, 16},
      {"clickhouse.url", &c.clickhouse.url,
       "A ClickHouse server, http://host:8123; empty: the embedded engine."},
      {"clickhouse.user", &c.clickhouse.user, "User of that server."},
      {"clickhouse.password", &c.clickhouse.password, "Its password.", 0, 0, true},
      {"engine.listen", &c.engine.listen,
       "host:port for ClickHouse clients besides the Unix socket; empty: none."},
      {"engine.program", &c.engine.program,
       "Program that `run` starts with the argument `engine`; empty: this one."},
      {"engine.library", &c.engine.library, "Path of libchdb.so; empty: the one of the build."},
      {"engine.password", &c.engine.password,
       "Password that its clients must give; empty: none is asked for.", 0, 0, true},
      {"engine.max_memory_bytes", &c.engine.max_memory_bytes, "Memory cap of the engine, bytes.",
       int64_t{256} << 20, kMostBytes},
      {"engine.writer_slots", &c.engine.writer_slots, "Inserts at the same time.", 1, 64},
      {"engine.reader_slots", &c.engine.reader_slots, "Selects at the same time.", 1, 64},
      {"engine.reader_threads", &c.engine.reader_threads, "Threads of one select.", 1, 256},
      {"grpc.listen", &c.grpc.listen,
       "host:port of the gRPC services. Loopback only while no authentication is configured.", 1},
      {"grpc.max_message_bytes", &c.grpc.max_message_bytes, "Largest gRPC message, bytes.",
       int64_t{1} << 20, int64_t{1} << 30},
      {"ingest.default_tenant", &c.ingest.default_tenant,
       "Tenant of callers that name none (loopback without authentication)."},
      {"ingest.default_region", &c.ingest.default_region,
       "ISO 3166 region of phone numbers without a country code."},
      {"ingest.keys_file", &c.ingest.keys_file,
       "Tenant key set, made by `clientele keys init`; empty: <data_dir>/keys.toml."},
      {"runner.workers", &c.runner.workers, "Projection workers; partitions are dealt out.", 1, 64},
      {"runner.batch_rows", &c.runner.batch_rows, "Rows of a batch at most.", 1, 10'000'000},
      {"runner.batch_bytes", &c.runner.batch_bytes, "Bytes of a batch at most.", 1 << 20,
       int64_t{1} << 32},
      {"runner.flush_ms", &c.runner.flush_ms, "Age of a batch at most, milliseconds.", 1, 60'000},
      {"runner.most_quarantined_percent", &c.runner.most_quarantined_percent,
       "Of the newest 1,000 records or more, the share that may go to quarantine, percent; "
       "above it the projections stop. 100: never.",
       0, 100},
      {"admin.listen", &c.admin.listen, "host:port of /metrics."},
  };
}

Status SetText(const Field& field, const std::string& text) {
  if (auto* const* place = std::get_if<std::string*>(&field.place)) {
    if (text.empty() && field.least > 0) {
      return FailField(field.key, "{} = \"\": must not be empty", field.key);
    }
    **place = text;
    return {};
  }
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return FailField(field.key, "{} = {}: must be a whole number", field.key, text);
  }
  if (number < field.least || number > field.most) {
    return FailField(field.key, "{} = {}: must be from {} to {}", field.key, number, field.least,
                     field.most);
  }
  *std::get<int64_t*>(field.place) = number;
  return {};
}

Status SetNode(const Field& field, const toml::node& node) {
  if (std::holds_alternative<std::string*>(field.place)) {
    if (const auto text = node.value_exact<std::string>()) return SetText(field, *text);
    return FailField(field.key, "{}: must be a string", field.key);
  }
  if (const auto number = node.value_exact<int64_t>()) {
    return SetText(field, std::to_string(*number));
  }
  return FailField(field.key, "{}: must be a whole number", field.key);
}

Status ReadTable(const std::vector<Field>& fields, const toml::table& table,
                 const std::string& prefix) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (const auto* inner = node.as_table()) {
      if (auto read = ReadTable(fields, *inner, key + "."); !read) return read;
      continue;
    }
    const auto field = std::ranges::find(fields, key, &Field::key);
    if (field == fields.end()) return FailField(key, "{}: there is no such setting", key);
    if (auto set = SetNode(*field, node); !set) return set;
  }
  return {};
}

std::string EnvironmentName(std::string_view key) {
  std::string name = "CLIENTELE_";
  for (const char c : key) name += c == '.' ? '_' : static_cast<char>(std::toupper(c));
  return name;
}

std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string Config::KeysFile() const {
  return ingest.keys_file.empty() ? data_dir + "/keys.toml" : ingest.keys_file;
}

std::string Config::EngineSocket() const { return data_dir + "/engine.sock"; }

Result<Config> LoadConfig(const std::string& file,
                          const std::map<std::string, std::string>& environment,
                          const ConfigOverrides& overrides) {
  Config config;
  const std::vector<Field> fields = Fields(config);
  if (!file.empty()) {
    try {
      const toml::table table = toml::parse_file(file);
      if (auto read = ReadTable(fields, table, ""); !read) {
        read.error().message = fmt::format("{}: {}", file, read.error().message);
        return tl::unexpected(read.error());
      }
    } catch (const toml::parse_error& failure) {
      return Fail(Code::kInvalidArgument, "{}: line {}: {}", file, failure.source().begin.line,
                  failure.description());
    }
  }
  std::set<std::string> known;
  for (const Field& field : fields) {
    const std::string name = EnvironmentName(field.key);
    known.insert(name);
    const auto variable = environment.find(name);
    if (variable == environment.end()) continue;
    if (auto set = SetText(field, variable->second); !set) return tl::unexpected(set.error());
  }
  for (const auto& [name, value] : environment) {
    if (name.starts_with("CLIENTELE_") && !known.contains(name)) {
      return FailField(name, "environment {}: there is no such setting", name);
    }
  }
  for (const auto& [key, value] : overrides) {
    const auto field = std::ranges::find(fields, key, &Field::key);
    if (field == fields.end()) return FailField(key, "--set {}: there is no such setting", key);
    if (auto set = SetText(*field, value); !set) return tl::unexpected(set.error());
  }
  if (!std::set<std::string>{"debug", "info", "warning", "error"}.contains(config.log_level)) {
    return FailField("log_level", "log_level = {}: must be debug, info, warning or error",
                     config.log_level);
  }
  return config;
}

std::map<std::string, std::string> ConfigEnvironment() {
  std::map<std::string, std::string> found;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (std::ranges::any_of(kOfTests,
                            [&](std::string_view name) { return text.starts_with(name); })) {
      continue;
    }
    if (text.starts_with("CLIENTELE_") && equals != std::string_view::npos) {
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return found;
}

std::string PrintConfig(const Config& config) {
  Config copy = config;
  std::string out;
  std::string section;
  for (const Field& field : Fields(copy)) {
    const size_t dot = field.key.find('.');
    const std::string name = dot == std::string::npos ? field.key : field.key.substr(dot + 1);
    const std::string table = dot == std::string::npos ? "" : field.key.substr(0, dot);
    if (table != section) out += fmt::format("\n[{}]\n", section = table);
    out += fmt::format("# {}\n", field.comment);
    if (auto* const* text = std::get_if<std::string*>(&field.place)) {
      const bool masked = field.secret && !(*text)->empty();
      out += fmt::format("{} = {}\n", name, masked ? "\"***\"" : Quoted(**text));
    } else {
      out += fmt::format("{} = {}\n", name, *std::get<int64_t*>(field.place));
    }
  }
  return out;
}

}  // namespace clientele::base
