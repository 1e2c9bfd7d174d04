// The bytes of tellings to be taken back: a bounded store of recent ones in memory, else the table
// `events`, else Kafka at that offset. (The archive will be the last.) None of them: an error, the
// worker stops; it never skips. One worker's, one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "clickhouse/store.h"
#include "kafka/consumer.h"

namespace clientele::projections::retirement {

struct Place {
  int32_t partition = 0;
  uint64_t offset = 0;
  auto operator<=>(const Place&) const = default;
};

class TellingSource {
 public:
  // `most_bytes` of recent tellings are kept, and about 30 bytes for each beside them.
  // `events_table`: clientele.events_v1. Store and log must outlive it.
  [[nodiscard]] static std::unique_ptr<TellingSource> Make(clickhouse::Store& store,
                                                           kafka::LogReader& log,
                                                           std::string events_table,
                                                           size_t most_bytes,
                                                           base::Metrics& metrics);
  virtual ~TellingSource() = default;

  // Keeps a telling that counts; the oldest go. Of each partition in rising offsets; one that does
  // not rise is not kept (it is there already, or will be read from elsewhere).
  virtual void Keep(const Place& place, std::string_view value) = 0;
  // The values at these places, in their order; the views hold until the next call of either. All
  // of them are in memory then: the caller bounds their number. DATA_LOSS names the place that no
  // source has. A store that cannot answer is logged, and Kafka is asked; Kafka's own errors
  // (UNAVAILABLE) are returned.
  [[nodiscard]] virtual base::Result<std::vector<std::string_view>> Read(
      const std::vector<Place>& places) = 0;
};

}  // namespace clientele::projections::retirement
