// The engine of this process: the library, its data folder, an administrating connection that stays
// open, and what all sessions share (slots, running statements, fence). Opened once by the server;
// any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "engine/admission.h"
#include "engine/chdb.h"
#include "engine/connection.h"
#include "engine/data_folder.h"
#include "engine/fence.h"
#include "engine/request.h"
#include "engine/running.h"

namespace clientele::engine {

class Engine {
 public:
  // NOT_FOUND, UNIMPLEMENTED: the library cannot be loaded, or is another version: no further try
  // helps. FAILED_PRECONDITION: the folder is in use, of a newer version, or the library refuses
  // it.
  [[nodiscard]] static base::Result<std::unique_ptr<Engine>> Open(const base::EngineConfig& config,
                                                                  const std::string& folder);
  // Every statement must have ended and every connection must be closed.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // A connection with these settings beside the profile's. INVALID_ARGUMENT names the setting whose
  // value the engine does not take.
  [[nodiscard]] base::Result<Connection> Connect(const std::vector<NameValue>& settings);
  // What a statement is, by the engine's own parser.
  [[nodiscard]] Classified Classify(std::string_view sql);
  // Asks for the end of the statement with this id; it ends a moment later.
  void Kill(const std::string& query_id);

  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] const std::string& timezone() const { return timezone_; }
  [[nodiscard]] const std::string& display_name() const { return display_name_; }
  [[nodiscard]] const base::EngineConfig& config() const { return config_; }
  [[nodiscard]] RequestRules rules() const { return {settings_, StatementMemory(config_)}; }
  [[nodiscard]] Admission& admission() { return admission_; }
  [[nodiscard]] RunningStatements& running() { return running_; }
  [[nodiscard]] WriterFence& fence() { return *fence_; }
  // Set once: no statement begins any more.
  [[nodiscard]] std::atomic<bool>& stopping() { return stopping_; }

 private:
  Engine(base::EngineConfig config, DataFolder folder, std::unique_ptr<Chdb> chdb);
  [[nodiscard]] base::Status Start();

  const base::EngineConfig config_;
  const DataFolder folder_;
  const std::unique_ptr<Chdb> chdb_;
  std::vector<std::string> arguments_;
  std::mutex admin_mutex_;
  Connection admin_;  // under admin_mutex_
  std::mutex classifier_mutex_;
  Connection classifier_;  // under classifier_mutex_
  std::string version_;
  std::string timezone_;
  std::string display_name_;
  SettingNames settings_;
  Admission admission_;
  RunningStatements running_;
  std::unique_ptr<WriterFence> fence_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace clientele::engine
