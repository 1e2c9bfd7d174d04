// Marks: moments of knowledge, in the topic clientele.marks.v1 first and in the table
// clientele.marks after it. MarkLog reads the topic's rule (which records count); MarkWriter is the
// one writer, a thread of the runner. A mark is written only when something moved.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"
#include "projections/runner/fenced_store.h"

namespace clientele::projections::runner {

struct Mark {
  uint64_t id = 0;
  int64_t known_at = 0;
  std::vector<uint64_t> next;
  std::map<std::string, uint32_t> versions;
  uint64_t epoch = 0;
};

// Whether `next` is nowhere below `least`, by partition.
[[nodiscard]] bool Covers(const std::vector<uint64_t>& next, const std::vector<uint64_t>& least);

// The fold over the topic's records in order. A record counts only if its epoch is not below, its
// known_at above and its `next` nowhere below those of the last one that counts.
class MarkLog {
 public:
  // The mark, if the record counts.
  std::optional<Mark> Take(const kafka::LogReader::OwnedRecord& record);
  // The last that counts.
  [[nodiscard]] const std::optional<Mark>& last() const { return last_; }
  // Offset after the last record taken.
  [[nodiscard]] int64_t next_offset() const { return next_offset_; }

 private:
  std::optional<Mark> last_;
  int64_t next_offset_ = 0;
};

class MarkWriter {
 public:
  MarkWriter(FencedStore& store, kafka::Producer& producer, kafka::LogReader& reader,
             const base::Clock& clock, std::chrono::milliseconds patience);

  // Reads the last marks of topic and table. FAILED_PRECONDITION if the table knows marks that the
  // topic does not.
  [[nodiscard]] base::Status Start();
  // Fills the table with marks of the topic that `next` covers by now, then writes a mark for it if
  // it moved. Holds back while the tables are behind the topic's last mark (they are being
  // rebuilt).
  [[nodiscard]] base::Status Advance(const std::vector<uint64_t>& next,
                                     const std::map<std::string, uint32_t>& versions,
                                     std::stop_token stop);

  [[nodiscard]] const std::optional<Mark>& last() const { return log_.last(); }
  // Whether the table has reached every mark that the topic had at the start. Any thread.
  [[nodiscard]] bool restored() const { return restored_; }

 private:
  [[nodiscard]] base::Status ReadTopic();
  [[nodiscard]] base::Status FillTable(const std::vector<uint64_t>& next, std::stop_token stop);
  // In the topic, once; the mark is then log_.last() and the last of pending_.
  [[nodiscard]] base::Status Append(const std::vector<uint64_t>& next,
                                    const std::map<std::string, uint32_t>& versions,
                                    std::stop_token stop);
  [[nodiscard]] base::Status AppendOnce(const std::vector<uint64_t>& next,
                                        const std::map<std::string, uint32_t>& versions);

  FencedStore& store_;
  kafka::Producer& producer_;
  kafka::LogReader& reader_;
  const base::Clock& clock_;
  const std::chrono::milliseconds patience_;
  MarkLog log_;
  std::deque<Mark> pending_;  // in the topic, not in the table
  std::atomic<bool> restored_ = false;
};

}  // namespace clientele::projections::runner
