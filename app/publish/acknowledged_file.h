// The event_id of every acknowledged event, one a line: what `clientele verify --acknowledged`
// reads. An event that came without one gets the id that ingest derives. Thread-safe.
#pragma once

#include <cstdint>
#include <fstream>
#include <mutex>
#include <string>

#include "base/result.h"
#include "clientele/event/v1/event.pb.h"

namespace clientele::app {

class AcknowledgedFile {
 public:
  // What the file holds already stays. `tenant`: of the events that do not name theirs.
  AcknowledgedFile(std::string path, std::string tenant);
  // UNAVAILABLE: it cannot be written.
  [[nodiscard]] base::Status Check() const;
  void Add(const event::v1::Event& event);
  // UNAVAILABLE: not all of them could be written down.
  [[nodiscard]] base::Status Finish();

 private:
  const std::string path_;
  const std::string tenant_;
  std::mutex mutex_;
  std::ofstream file_;
};

}  // namespace clientele::app
