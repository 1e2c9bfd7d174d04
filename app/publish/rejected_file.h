// FILE.rejected.ndjson beside the input: what was refused, one JSON object a line:
//   {"line":12,"field":"call.end","reason":"...","event":{...}}   or, for a line that is no event,
//   {"line":12,"field":"","reason":"...","text":"..."}
// Made at the first refusal; what an earlier run left under the name goes at the start, so that the
// file is always about the last run. Thread-safe.
#pragma once

#include <cstdint>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"
#include "clientele/event/v1/event.pb.h"
#include "clientele/ingest/v1/ingest.pb.h"

namespace clientele::app {

class RejectedFile {
 public:
  // `input`: the path of the file that is read; "-" stands for "stdin" in the current folder.
  explicit RejectedFile(const std::string& input);

  void AddText(uint64_t line, std::string_view reason, std::string_view text);
  void AddEvent(uint64_t line, const event::v1::Event& event,
                const ingest::v1::EventResult& result);
  // Says on standard error where the refused ones are, if there are any, and how many of `what`.
  // UNAVAILABLE: they could not be written down.
  [[nodiscard]] base::Status Finish(std::string_view what);

 private:
  void Write(uint64_t line, std::string_view field, std::string_view reason, std::string_view key,
             std::string_view json);

  const std::string path_;
  std::mutex mutex_;
  std::ofstream file_;
  uint64_t count_ = 0;
};

}  // namespace clientele::app
