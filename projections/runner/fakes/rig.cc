#include "projections/runner/fakes/rig.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <random>

#include "base/entity.h"
#include "projections/runner/decode.h"
#include "projections/runner/fakes/small_projections.h"

namespace clientele::projections::runner {

using event::v1::Event;

std::ostream& operator<<(std::ostream& out, const SeenRow& row) {
  return out << fmt::format("{} {}@{} retires {} row {} sign {} cause {} at {} '{}' {}", row.table,
                            row.src_partition, row.src_offset, row.retires, row.row, row.sign,
                            row.cause, row.occurred_at, row.text.size() < 40 ? row.text : "...",
                            row.number);
}

Rig::Rig(int32_t partition_count)
    : partitions(partition_count), log(faults, partition_count), store(faults) {
  config.flush_ms = 1;
  config.batch_rows = 40;
  // In memory where the system has a place for that: opening an index waits for fsyncs.
  index_folder =
      (access("/dev/shm", W_OK) == 0 ? "/dev/shm/" : testing::TempDir()) + "runner_XXXXXX";
  EXPECT_NE(mkdtemp(index_folder.data()), nullptr);
  projections = [] {
    std::vector<std::unique_ptr<const Projection>> all;
    all.push_back(MakeLog());
    all.push_back(MakeTellings());
    return all;
  };
  auto begun = EnsureGenesis(log, log, clock, partitions, "keys");
  EXPECT_TRUE(begun.has_value());
  if (begun) identity = *begun;
}

Rig::~Rig() {
  Stop();
  std::error_code ignored;
  std::filesystem::remove_all(index_folder, ignored);
}

Event Rig::Call(const std::string& entity, uint32_t revision, int64_t occurred_at, int legs) {
  Event event;
  event.set_tenant("main");
  event.set_entity_id(entity);
  event.set_revision(revision);
  event.set_occurred_at(occurred_at);
  event.mutable_call()->set_call_id(entity);
  for (int i = 0; i < legs; ++i) {
    event.mutable_call()->add_legs()->set_employee_id(fmt::format("{}-{}", revision, i));
  }
  return event;
}

Event Rig::Retraction(const std::string& entity, uint32_t revision) {
  Event event;
  event.set_tenant("main");
  event.set_entity_id(entity);
  event.set_occurred_at(1);
  event.mutable_retraction()->set_kind(Event::kCallFieldNumber);
  event.mutable_retraction()->set_entity_id(entity);
  event.mutable_retraction()->set_revision(revision);
  return event;
}

std::string Rig::KeyOf(const Event& event) {
  std::string key;
  base::AppendKafkaKey({event.tenant(), base::EntityKindOf(event), event.entity_id()}, key);
  return key;
}

kafka::Partition Rig::HomeOf(const Event& event) const {
  return {base::PartitionOf(KeyOf(event), partitions)};
}

int64_t Rig::Tell(const Event& event) {
  return Append(HomeOf(event).value, KeyOf(event), event.SerializeAsString());
}

void Rig::TellSomething(int count, uint64_t seed) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < count; ++i) {
    const std::string entity = fmt::format("call-{}", random() % 12);
    const auto revision = static_cast<uint32_t>(random() % 5);
    if (random() % 6 == 0) {
      Tell(Retraction(entity, revision));
    } else {
      const auto month = static_cast<int64_t>(random() % 5 + 1);
      Tell(Call(entity, revision, month * kMonth, static_cast<int>(random() % 3)));
    }
  }
}

int64_t Rig::Append(int32_t partition, std::string_view key, std::string_view value) {
  return log.Append(kafka::kEventsTopic, partition, key, value);
}

Parts Rig::PartsOf(base::Metrics& metrics, std::string folder) {
  return {*tables,
          log,
          log,
          [this]() -> base::Result<std::unique_ptr<kafka::EventLog>> { return log.OpenEventLog(); },
          clock,
          metrics,
          config,
          std::move(folder),
          identity,
          projections()};
}

bool Rig::Start() {
  Stop();
  {
    const std::scoped_lock lock(mutex_);
    failure_.reset();
    wanted_anew_ = false;
  }
  metrics_ = std::make_unique<base::Metrics>();
  Parts parts = PartsOf(*metrics_, index_folder);
  parts.join = join_;
  parts.on_versions_changed = [this](const std::set<VersionName>& join) {
    const std::scoped_lock lock(mutex_);
    wanted_anew_ = true;
    join_ = join;
  };
  auto started = Runner::Start(std::move(parts), [this](const base::Error& error) {
    const std::scoped_lock lock(mutex_);
    failure_ = error;
  });
  if (started) {
    runner_ = *std::move(started);
    return true;
  }
  const std::scoped_lock lock(mutex_);
  failure_ = started.error();
  return false;
}

void Rig::Stop() { runner_.reset(); }

std::optional<base::Error> Rig::failure() {
  const std::scoped_lock lock(mutex_);
  return failure_;
}

bool Rig::wanted_anew() {
  const std::scoped_lock lock(mutex_);
  return wanted_anew_;
}

bool Rig::CaughtUp() {
  const Ledgers ledgers = ReadLedgers();
  // The projections and the quarantine.
  if (ledgers.size() < projections().size() + 1) return false;
  for (const auto& projection : projections()) {
    const auto found = ledgers.find({std::string(projection->name()), projection->version()});
    if (found == ledgers.end()) return false;
    for (int32_t p = 0; p < partitions; ++p) {
      const auto entry = found->second.find(p);
      const auto end = static_cast<uint64_t>(log.EndOf(kafka::kEventsTopic, p));
      if (entry == found->second.end() || entry->second.next_offset != end) return false;
    }
  }
  return true;
}

bool Rig::WaitCaughtUp() {
  bool caught_up = false;
  const bool waited = store.WaitFor([&] {
    if (failure() || faults.dead()) return true;
    caught_up = CaughtUp();
    return caught_up;
  });
  return waited && caught_up;
}

bool Rig::WaitFailed() {
  return store.WaitFor([&] { return failure().has_value(); });
}

void Rig::RunToEnd() {
  ASSERT_TRUE(Start()) << failure()->message;
  ASSERT_TRUE(WaitCaughtUp()) << (failure() ? failure()->message : "not caught up");
  Stop();
}

Ledgers Rig::ReadLedgers() {
  auto ledgers = runner::ReadLedgers(*tables);
  return ledgers ? *std::move(ledgers) : Ledgers{};
}

const SeenRow& Rig::Decoded(const std::string& table, const InMemoryStore::Row& stored) {
  const auto [found, added] = decoded_.try_emplace(table + stored.bytes);
  SeenRow& row = found->second;
  if (!added) return row;
  clickhouse::BlockReader reader;
  reader.Feed(stored.bytes);
  const auto block = reader.Next();
  EXPECT_TRUE(block && *block);
  if (!block || !*block) return row;
  const clickhouse::Block& one = **block;
  row.table = table;
  row.src_partition = stored.key.src_partition;
  row.src_offset = stored.key.src_offset;
  row.retires = stored.key.retires;
  row.row = stored.key.row;
  row.recorded_ms = stored.recorded_ms;
  row.cause = one.Get<int64_t>("cause").front();
  row.occurred_at = one.Get<int64_t>("occurred_at").front();
  if (table == "records_v1") {
    row.text = one.Get<std::string>("payload").front();
    row.number = one.Get<uint64_t>("takes_back").front();
  } else {
    const bool legs = table.starts_with("legs");
    row.sign = one.Get<int64_t>("sign").front();
    row.text = one.Get<std::string>(legs ? "employee_id" : "entity_id").front();
    row.number = one.Get<uint64_t>(legs ? "leg" : "revision").front();
  }
  return row;
}

std::vector<SeenRow> Rig::Rows() {
  std::vector<SeenRow> rows;
  for (const auto& projection : projections()) {
    for (const Table& table : projection->tables()) {
      const std::string name = fmt::format("{}_v{}", table.name, projection->version());
      for (const auto& stored : store.Rows("clientele." + name)) {
        rows.push_back(Decoded(name, stored));
      }
    }
  }
  std::ranges::sort(rows);
  return rows;
}

std::vector<std::string> Rig::QuarantineReasons() {
  std::map<std::pair<uint64_t, uint64_t>, std::string> reasons;
  for (const InMemoryStore::Row& stored : store.Rows("clientele.quarantine")) {
    clickhouse::BlockReader reader;
    reader.Feed(stored.bytes);
    const auto block = reader.Next();
    const std::pair<uint64_t, uint64_t> place{stored.key.src_partition, stored.key.src_offset};
    EXPECT_FALSE(reasons.contains(place)) << "twice in quarantine";
    reasons[place] = (*block)->Get<std::string>("reason").front();
  }
  std::vector<std::string> in_order;
  for (auto& [place, reason] : reasons) in_order.push_back(std::move(reason));
  return in_order;
}

void Rig::ExpectAllAccountedFor() {
  std::map<uint64_t, uint64_t> projected;
  for (const InMemoryStore::Row& row : store.Rows("clientele.records_v1")) {
    ++projected[row.key.src_partition];
  }
  for (const auto& [version, ledgers] : ReadLedgers()) {
    for (const auto& [partition, entry] : ledgers) {
      EXPECT_EQ(projected[static_cast<uint64_t>(partition)] + entry.quarantined + entry.gaps +
                    entry.genesis,
                entry.next_offset)
          << version.ToString() << " partition " << partition;
    }
  }
}

}  // namespace clientele::projections::runner
