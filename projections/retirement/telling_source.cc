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
  // Offset -> value, of one partition.
  using Values = std::map<uint64_t, std::string_view>;

  static prometheus::Counter& CounterOf(base::Metrics& metrics, const std::string& source) {
    return metrics.Counter("clientele_retirement_tellings_read_total",
                           "Tellings whose bytes were read to take them back",
                           {{"source", source}});
  }

  [[nodiscard]] base::Status ReadMissing(std::map<int32_t, Values>& missing);
  [[nodiscard]] base::Status ReadStore(int32_t partition, Values& values);
  [[nodiscard]] base::Status ReadStatement(int32_t partition, const std::vector<uint64_t>& offsets,
                                           Values& values);
  [[nodiscard]] base::Status ReadLog(int32_t partition, Values& values);

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
  std::map<int32_t, Values> missing;
  for (size_t i = 0; i < places.size(); ++i) {
    const auto kept = recent_.Find(places[i].partition, places[i].offset);
    if (kept) {
      found[i] = *kept;
      from_memory_.Increment();
    } else {
      missing[places[i].partition][places[i].offset] = {};
    }
  }
  if (missing.empty()) return found;
  const base::Status read = ReadMissing(missing);
  if (!read) return tl::unexpected(read.error());
  for (size_t i = 0; i < places.size(); ++i) {
    if (found[i].empty()) found[i] = missing[places[i].partition][places[i].offset];
  }
  return found;
}

base::Status LayeredSource::ReadMissing(std::map<int32_t, Values>& missing) {
  bool ask_store = true;
  for (auto& [partition, values] : missing) {
    if (ask_store) {
      const base::Status asked = ReadStore(partition, values);
      if (!asked) {
        base::LogWarning("tellings to be taken back are read from Kafka, the store does not answer",
                         {{"table", table_}, {"error", asked.error().message}});
        ask_store = false;
      }
    }
    const base::Status read = ReadLog(partition, values);
    if (!read) return read;
  }
  return {};
}

base::Status LayeredSource::ReadStore(int32_t partition, Values& values) {
  std::vector<uint64_t> offsets;
  for (auto value = values.begin(); value != values.end();) {
    offsets.push_back(value->first);
    if (++value != values.end() && offsets.size() < kPlacesPerStatement) continue;
    const base::Status read = ReadStatement(partition, offsets, values);
    if (!read) return read;
    offsets.clear();
  }
  return {};
}

base::Status LayeredSource::ReadStatement(int32_t partition, const std::vector<uint64_t>& offsets,
                                          Values& values) {
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsPayloads;
  statement.parameters = {{"database", database_},
                          {"table", table_},
                          {"partition", std::to_string(partition)},
                          {"places", clickhouse::ArrayParameter(offsets)}};
  // Taken over when the whole answer is there: a late error makes void what came before.
  std::vector<std::pair<uint64_t, std::string>> rows;
  const auto selected = store_.Select(statement, [&](const clickhouse::Block& block) {
    const auto& at = block.Get<uint64_t>("src_offset");
    const auto& payloads = block.Get<std::string>("payload");
    for (size_t i = 0; i < block.rows; ++i) rows.emplace_back(at[i], payloads[i]);
    return base::Status();
  });
  if (!selected) return tl::unexpected(selected.error());
  for (auto& [offset, payload] : rows) {
    const auto wanted = values.find(offset);
    // A second copy of a row, or a payload that was emptied.
    if (wanted == values.end() || !wanted->second.empty() || payload.empty()) continue;
    wanted->second = read_.emplace_back(std::move(payload));
    from_store_.Increment();
  }
  return {};
}

base::Status LayeredSource::ReadLog(int32_t partition, Values& values) {
  for (auto& [offset, value] : values) {
    if (!value.empty()) continue;
    auto record = log_.ReadAt(kafka::kEventsTopic, kafka::Partition{partition},
                              kafka::Offset{static_cast<int64_t>(offset)});
    if (!record && record.error().code == base::Code::kNotFound) {
      return base::Fail(base::Code::kDataLoss,
                        "telling at partition {} offset {}: is to be taken back, but neither {}.{} "
                        "nor Kafka has it: {}",
                        partition, offset, database_, table_, record.error().message);
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
