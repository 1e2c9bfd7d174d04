#include "projections/retirement/telling_source.h"

#include <deque>
#include <map>

#include "base/log.h"
#include "kafka/types.h"
#include "projections/retirement/recent_tellings.h"
#include "projections/retirement/sql.h"

namespace clientele::projections::retirement {

namespace {

// Of one statement: keeps its parameter near 100 KB.
constexpr size_t kPlacesPerStatement = 5'000;

class LayeredSource final : public TellingSource {
 public:
  LayeredSource(clickhouse::Store& store, kafka::LogReader& log, std::string_view events_table,
                size_t most_bytes, base::Metrics& metrics)
      : store_(store),
        log_(log),
        database_(events_table.substr(0, events_table.find('.'))),
        table_(events_table.substr(events_table.find('.') + 1)),
        recent_(most_bytes),
        from_memory_(CounterOf(metrics, "memory")),
        from_store_(CounterOf(metrics, "events")),
        from_log_(CounterOf(metrics, "kafka")) {}

  void Keep(const Place& place, std::string_view value) override {
    recent_.Keep(place.partition, place.offset, value);
  }

  base::Result<std::vector<std::string_view>> Read(const std::vector<Place>& places) override;

 private:
  using Values = std::map<Place, std::string_view>;

  static prometheus::Counter& CounterOf(base::Metrics& metrics, const std::string& source) {
    return metrics.Counter("clientele_retirement_tellings_read_total",
                           "Tellings whose bytes were read to take them back",
                           {{"source", source}});
  }

  [[nodiscard]] base::Status ReadStore(Values& values);
  [[nodiscard]] base::Status ReadStatement(const std::string& places, Values& values);
  [[nodiscard]] base::Status ReadLog(Values& values);

  clickhouse::Store& store_;
  kafka::LogReader& log_;
  const std::string database_;
  const std::string table_;
  RecentTellings recent_;
  prometheus::Counter& from_memory_;
  prometheus::Counter& from_store_;
  prometheus::Counter& from_log_;
  std::deque<std::string> read_;  // of the last Read, what was not in memory
};

base::Result<std::vector<std::string_view>> LayeredSource::Read(const std::vector<Place>& places) {
  read_.clear();
  std::vector<std::string_view> found(places.size());
  Values missing;
  for (size_t i = 0; i < places.size(); ++i) {
    const auto kept = recent_.Find(places[i].partition, places[i].offset);
    if (kept) {
      found[i] = *kept;
      from_memory_.Increment();
    } else {
      missing[places[i]] = {};
    }
  }
  if (missing.empty()) return found;
  if (const base::Status asked = ReadStore(missing); !asked) {
    base::LogWarning("tellings to be taken back are read from Kafka, the store does not answer",
                     {{"table", table_}, {"error", asked.error().message}});
  }
  const base::Status read = ReadLog(missing);
  if (!read) return tl::unexpected(read.error());
  for (size_t i = 0; i < places.size(); ++i) {
    if (found[i].empty()) found[i] = missing[places[i]];
  }
  return found;
}

base::Status LayeredSource::ReadStore(Values& values) {
  std::string places;
  size_t count = 0;
  for (auto value = values.begin(); value != values.end();) {
    const Place& place = value->first;
    places += fmt::format("{}({},{})", count == 0 ? "" : ",", place.partition, place.offset);
    if (++value != values.end() && ++count < kPlacesPerStatement) continue;
    if (const auto read = ReadStatement("[" + places + "]", values); !read) return read;
    places.clear();
    count = 0;
  }
  return {};
}

base::Status LayeredSource::ReadStatement(const std::string& places, Values& values) {
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsPayloads;
  statement.parameters = {{"database", database_}, {"table", table_}, {"places", places}};
  // Taken over when the whole answer is there: a late error makes void what came before.
  std::vector<std::pair<Place, std::string>> rows;
  const auto selected = store_.Select(statement, [&](const clickhouse::Block& block) {
    const auto& partitions = block.Get<uint64_t>("partition");
    const auto& offsets = block.Get<uint64_t>("src_offset");
    const auto& payloads = block.Get<std::string>("payload");
    for (size_t i = 0; i < block.rows; ++i) {
      rows.push_back({{static_cast<int32_t>(partitions[i]), offsets[i]}, payloads[i]});
    }
    return base::Status();
  });
  if (!selected) return tl::unexpected(selected.error());
  for (auto& [place, payload] : rows) {
    const auto wanted = values.find(place);
    // A second copy of a row, or a payload that was emptied.
    if (wanted == values.end() || !wanted->second.empty() || payload.empty()) continue;
    wanted->second = read_.emplace_back(std::move(payload));
    from_store_.Increment();
  }
  return {};
}

base::Status LayeredSource::ReadLog(Values& values) {
  for (auto& [place, value] : values) {
    if (!value.empty()) continue;
    auto record = log_.ReadAt(kafka::kEventsTopic, kafka::Partition{place.partition},
                              kafka::Offset{static_cast<int64_t>(place.offset)});
    if (!record && record.error().code == base::Code::kNotFound) {
      return base::Fail(base::Code::kDataLoss,
                        "telling at partition {} offset {}: is to be taken back, but neither {}.{} "
                        "nor Kafka has it: {}",
                        place.partition, place.offset, database_, table_, record.error().message);
    }
    if (!record) return tl::unexpected(record.error());
    value = read_.emplace_back(std::move(record->value));
    from_log_.Increment();
  }
  return {};
}

}  // namespace

std::unique_ptr<TellingSource> TellingSource::Make(clickhouse::Store& store, kafka::LogReader& log,
                                                   std::string events_table, size_t most_bytes,
                                                   base::Metrics& metrics) {
  return std::make_unique<LayeredSource>(store, log, events_table, most_bytes, metrics);
}

}  // namespace clientele::projections::retirement
