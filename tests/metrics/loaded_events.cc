#include "tests/metrics/loaded_events.h"

#include <map>

#include "base/entity.h"
#include "base/hash.h"
#include "projections/projected.h"
#include "projections/registry.h"
#include "projections/retirement/rule.h"
#include "projections/runner/runner.h"

namespace clientele::testing {
namespace {

using clickhouse::BlockWriter;
using event::v1::Event;
using projections::Origin;
using projections::Projection;
using projections::RowSink;
using projections::retirement::Decision;
using projections::retirement::State;

constexpr int32_t kPartitions = 4;
constexpr int64_t kFirstRecordedMs = 1'800'000'000'000;  // 2027

std::string TableName(const Projection& projection, const projections::Table& table) {
  return fmt::format("clientele.{}_v{}", table.name, projection.version());
}

// A log of a few partitions and what the projections make of it.
class Log {
 public:
  explicit Log(const std::vector<std::unique_ptr<const Projection>>& projections)
      : projections_(projections), next_(kPartitions, 0) {
    for (const auto& projection : projections) {
      blocks_.push_back(projections::EmptyBlocks(*projection));
    }
  }

  void Append(const Event& event) {
    const uint32_t kind = base::EntityKindOf(event);
    std::string key;
    base::AppendKafkaKey({event.tenant(), kind, event.entity_id()}, key);
    const int32_t partition = base::PartitionOf(key, kPartitions);
    const uint64_t offset = next_[static_cast<size_t>(partition)]++;
    const std::string value = event.SerializeAsString();
    const bool retraction = event.has_retraction();
    const Decision decision =
        Decide(key, {.entity = {},
                     .partition = partition,
                     .offset = offset,
                     .revision = retraction ? event.retraction().revision() : event.revision(),
                     .retraction = retraction});
    const Origin origin{.src_partition = static_cast<uint16_t>(partition),
                        .src_offset = offset,
                        .recorded_at_ms = recorded_at_ms_++,
                        .cause = decision.cause};
    for (size_t i = 0; i < projections_.size(); ++i) {
      Write(i, {event, value, kind, decision.takes_back}, decision, origin);
    }
    tellings_.emplace(std::pair(partition, offset), event);
  }

  // By qualified table.
  [[nodiscard]] std::map<std::string, BlockWriter> Blocks() const {
    std::map<std::string, BlockWriter> blocks;
    for (size_t i = 0; i < projections_.size(); ++i) {
      const auto& tables = projections_[i]->tables();
      for (size_t table = 0; table < tables.size(); ++table) {
        blocks.emplace(TableName(*projections_[i], tables[table]), blocks_[i][table]);
      }
    }
    return blocks;
  }
  [[nodiscard]] const std::vector<uint64_t>& next() const { return next_; }
  [[nodiscard]] int64_t recorded_at_ms() const { return recorded_at_ms_; }

 private:
  Decision Decide(const std::string& key, const projections::retirement::Telling& telling) {
    State& state = states_[key];
    const auto step = projections::retirement::Apply(telling, state);
    if (step.next) state = *step.next;
    return step.decision;
  }

  void Write(size_t projection, const projections::Record& record, const Decision& decision,
             const Origin& origin) {
    const Projection& to = *projections_[projection];
    std::vector<BlockWriter>& blocks = blocks_[projection];
    if (decision.takes_back != 0) {
      Origin back = origin;
      back.retires = decision.takes_back;
      back.sign = -1;
      const Event& old = tellings_.at({origin.src_partition, decision.takes_back - 1});
      RowSink rows(to.tables(), blocks, old, back);
      to.Project(old, rows);
    }
    RowSink rows(to.tables(), blocks, record.event, origin);
    if (decision.counts()) to.Project(record.event, rows);
    RowSink journal(to.tables(), blocks, record.event, origin);
    to.Journal(record, journal);
  }

  const std::vector<std::unique_ptr<const Projection>>& projections_;
  std::vector<std::vector<BlockWriter>> blocks_;  // of every projection, by table
  std::vector<uint64_t> next_;                    // offset, by partition
  std::map<std::string, State> states_;           // by Kafka key
  std::map<std::pair<int32_t, uint64_t>, Event> tellings_;
  int64_t recorded_at_ms_ = kFirstRecordedMs;
};

BlockWriter NoMarks() {
  return BlockWriter({{"id", "UInt64"},
                      {"known_at", "DateTime64(6, 'UTC')"},
                      {"next", "Array(UInt64)"},
                      {"projections", "Array(String)"},
                      {"versions", "Array(UInt32)"}});
}

void AddMark(const Log& log, const std::vector<std::unique_ptr<const Projection>>& projections,
             BlockWriter& marks) {
  marks.column(0).Append(uint64_t{marks.rows()});
  marks.column(1).Append(log.recorded_at_ms() * 1'000);
  marks.column(2).AppendArraySize(log.next().size());
  for (const uint64_t offset : log.next()) marks.column(2).Append(offset);
  marks.column(3).AppendArraySize(projections.size());
  marks.column(4).AppendArraySize(projections.size());
  for (const auto& projection : projections) {
    marks.column(3).Append(projection->name());
    marks.column(4).Append(projection->version());
  }
  marks.EndRow();
}

}  // namespace

base::Result<std::unique_ptr<LoadedEvents>> LoadedEvents::Start() {
  std::unique_ptr<LoadedEvents> loaded(new LoadedEvents);
  auto engine = EngineProcess::Start();
  if (!engine) return tl::unexpected(engine.error());
  loaded->engine_ = std::move(*engine);
  loaded->store_ = clickhouse::OpenHttpStore({loaded->engine_->url(), "", ""});
  loaded->projections_ = projections::AllProjections();
  auto& store = *loaded->store_;
  if (auto made = clickhouse::Migrate(store, projections::runner::Migrations()); !made) {
    return tl::unexpected(made.error());
  }
  projections::runner::ActiveVersions active;
  for (const auto& projection : loaded->projections_) {
    const auto version = projections::runner::LiveVersionOf(*projection, projection->version());
    if (auto made = projections::runner::CreateTables(store, version); !made) {
      return tl::unexpected(made.error());
    }
    active[version.name.projection] = {version.name.version, 1};
  }
  const auto read = projections::runner::ActiveVersionsBlock(base::SystemClock(), active);
  if (auto inserted = loaded->Insert("clientele.active_versions", read); !inserted) {
    return tl::unexpected(inserted.error());
  }
  return loaded;
}

base::Status LoadedEvents::Load(const std::vector<std::string>& lines) {
  if (auto emptied = Empty(); !emptied) return emptied;
  Log log(projections_);
  BlockWriter marks = NoMarks();
  for (const std::string& line : lines) {
    if (line.empty()) {
      AddMark(log, projections_, marks);
    } else {
      log.Append(projections::EventOf(line));
    }
  }
  AddMark(log, projections_, marks);
  projected_ = log.Blocks();
  for (const auto& [table, block] : projected_) {
    if (auto inserted = Insert(table, block); !inserted) return inserted;
  }
  return Insert("clientele.marks", marks);
}

base::Status LoadedEvents::Empty() {
  std::vector<std::string> tables = {"clientele.marks"};
  for (const auto& projection : projections_) {
    for (const auto& table : projection->tables()) tables.push_back(TableName(*projection, table));
  }
  for (const std::string& table : tables) {
    const std::string sql = "TRUNCATE TABLE " + table;
    clickhouse::Statement statement;
    statement.sql = sql;
    if (auto done = store_->Execute(statement); !done) return tl::unexpected(done.error());
  }
  return {};
}

base::Status LoadedEvents::Insert(const std::string& table, const BlockWriter& block) {
  if (block.rows() == 0) return {};
  if (auto done = store_->Insert(table, block, {}); !done) return tl::unexpected(done.error());
  return {};
}

}  // namespace clientele::testing
