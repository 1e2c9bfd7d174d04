// The configuration of a process: one struct with defaults. Read once, in `app`; everyone else is
// handed the part it needs. Order: defaults, TOML file, environment (CLIENTELE_KAFKA_BROKERS),
// flags (--set kafka.brokers=..). An unknown key is an error that names it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"

namespace clientele::base {

struct KafkaConfig {
  std::string brokers = "127.0.0.1:9092";
  int64_t partitions = 16;
  int64_t replication_factor = 1;
  int64_t min_insync_replicas = 1;
};

struct ClickHouseConfig {
  std::string url;
  std::string user = "default";
  std::string password;
};

struct EngineConfig {
  std::string listen;
  std::string program;
  std::string library;
  std::string password;
  int64_t max_memory_bytes = int64_t{2} << 30;
  int64_t writer_slots = 4;
  int64_t reader_slots = 4;
  int64_t reader_threads = 2;
};

struct GrpcConfig {
  std::string listen = "127.0.0.1:7400";
  int64_t max_message_bytes = int64_t{16} << 20;
};

struct IngestConfig {
  std::string default_tenant = "main";
  std::string default_region = "RU";
  std::string keys_file;
};

struct RunnerConfig {
  int64_t workers = 1;
  int64_t batch_rows = 200'000;
  int64_t batch_bytes = int64_t{64} << 20;
  int64_t flush_ms = 1'000;
  int64_t most_quarantined_percent = 2;
};

struct AdminConfig {
  std::string listen = "127.0.0.1:7402";
};

struct Config {
  std::string data_dir = "./data";
  std::string log_level = "info";
  KafkaConfig kafka;
  ClickHouseConfig clickhouse;
  EngineConfig engine;
  GrpcConfig grpc;
  IngestConfig ingest;
  RunnerConfig runner;
  AdminConfig admin;

  // <data_dir>/keys.toml unless ingest.keys_file is set.
  [[nodiscard]] std::string KeysFile() const;
  // Where the supervised engine listens: <data_dir>/engine.sock.
  [[nodiscard]] std::string EngineSocket() const;
};

// Overrides by full key, e.g. {"kafka.brokers", "b:9092"}: the command line's flags.
using ConfigOverrides = std::map<std::string, std::string>;

// `file` may be empty: then no file is read. `environment` holds the CLIENTELE_* variables.
[[nodiscard]] Result<Config> LoadConfig(const std::string& file,
                                        const std::map<std::string, std::string>& environment,
                                        const ConfigOverrides& overrides);
// The process's variables that begin with CLIENTELE_; those of tests (CLIENTELE_TEST_*,
// CLIENTELE_KILL_POINT, CLIENTELE_BREAK) are no settings.
[[nodiscard]] std::map<std::string, std::string> ConfigEnvironment();

// As commented TOML that LoadConfig reads back; secrets are shown as "***" if set.
[[nodiscard]] std::string PrintConfig(const Config& config);

}  // namespace clientele::base
