#include "verify/verify.h"

#include <condition_variable>
#include <mutex>

#include "kafka/consumer.h"
#include "kafka/topics.h"
#include "verify/acknowledged.h"
#include "verify/envelope.h"
#include "verify/figure_check.h"
#include "verify/ledger_check.h"
#include "verify/partition_check.h"

namespace clientele::verify {
namespace {

using base::Code;
using base::Fail;

class Check {
 public:
  Check(const base::KafkaConfig& kafka, clickhouse::Store& store, const Options& options,
        Report& report)
      : kafka_(kafka), store_(store), options_(options), report_(report) {}

  [[nodiscard]] base::Status Run();

 private:
  [[nodiscard]] base::Status CheckAll();
  [[nodiscard]] base::Status AskService();
  [[nodiscard]] base::Status OpenLog();
  [[nodiscard]] base::Result<std::vector<uint64_t>> ReadEnds();
  [[nodiscard]] base::Status ReadStore();
  [[nodiscard]] base::Result<Mark> AwaitMark(const std::vector<uint64_t>& ends);
  [[nodiscard]] base::Status CheckMark();
  [[nodiscard]] base::Status CheckGenesis();
  [[nodiscard]] base::Status OpenTables();
  [[nodiscard]] base::Status CheckPartition(kafka::Partition partition, Comparison& comparison);
  [[nodiscard]] base::Status LookBeyondMark();
  [[nodiscard]] base::Status CheckFiguresOrSay();
  // Of a query service: that none answers is no error where none was asked for.
  [[nodiscard]] bool MayBeAway(const base::Error& error) const {
    return !options_.address_given && error.code == Code::kUnavailable;
  }

  const base::KafkaConfig& kafka_;
  clickhouse::Store& store_;
  const Options& options_;
  Report& report_;
  std::unique_ptr<kafka::LogReader> log_;
  std::unique_ptr<kafka::LogReader> places_;  // single records, while log_ is in use
  std::vector<kafka::Partition> partitions_;
  std::vector<uint64_t> ends_;  // of the log, by partition
  Mark mark_;
  Stored stored_;
  std::optional<Acknowledged> acknowledged_;
  std::vector<TableCheck> tables_;
  bool all_active_ = true;  // every projection that is checked
  Figures figures_;
  uint64_t done_ = 0;  // records, for the progress
  uint64_t total_ = 0;
};

base::Status Check::Run() {
  auto checked = CheckAll();
  report_.complete = checked && all_active_;
  if (checked || checked.error().code != Code::kNotFound || tables_.empty()) return checked;
  const auto dropped = DroppedSince(store_, stored_);
  if (!dropped || dropped->empty()) return checked;
  return Fail(Code::kFailedPrecondition, "{}: dropped meanwhile, start verify again; {}",
              fmt::join(*dropped, ", "), checked.error().message);
}

base::Status Check::CheckAll() {
  if (!options_.acknowledged_file.empty()) {
    auto read = Acknowledged::Read(options_.acknowledged_file);
    if (!read) return tl::unexpected(read.error());
    acknowledged_ = *std::move(read);
  }
  for (const auto step : {&Check::AskService, &Check::OpenLog, &Check::ReadStore,
                          &Check::CheckGenesis, &Check::OpenTables}) {
    if (auto good = (this->*step)(); !good) return good;
  }
  Comparison comparison(tables_);
  for (const kafka::Partition partition : partitions_) {
    if (auto checked = CheckPartition(partition, comparison); !checked) return checked;
  }
  if (auto compared = comparison.Finish(); !compared) return compared;
  if (auto looked = LookBeyondMark(); !looked) return looked;
  if (acknowledged_) acknowledged_->Finish(report_);
  for (const TableCheck& table : tables_) {
    report_.tables.push_back(table.count());
    auto checked = CheckBeyond(store_, table.count().table, [this] { return ReadEnds(); }, report_);
    if (!checked) return checked;
  }
  if (auto good = CheckEventCounts(store_, stored_, mark_, report_); !good) return good;
  if (auto good = CompareVersions(store_, stored_, mark_, report_); !good) return good;
  if (auto good = CheckFiguresOrSay(); !good) return good;
  return acknowledged_ ? acknowledged_->CheckCovered(mark_.next) : base::Status();
}

// Before the log is read, which takes long.
base::Status Check::AskService() {
  if (!options_.figures) return {};
  auto asked = verify::AskService(options_.address);
  // It may come meanwhile.
  if (!asked && MayBeAway(asked.error())) return {};
  return asked;
}

base::Status Check::OpenLog() {
  for (auto* const reader : {&log_, &places_}) {
    auto opened = kafka::OpenLogReader(kafka_);
    if (!opened) return tl::unexpected(opened.error());
    *reader = *std::move(opened);
  }
  const auto topics = kafka::DescribeTopics(kafka_);
  if (!topics) return tl::unexpected(topics.error());
  for (const kafka::TopicState& topic : *topics) {
    if (topic.name != kafka::kEventsTopic) continue;
    partitions_ = kafka::PartitionsOf(topic.partitions);
  }
  if (!partitions_.empty()) return {};
  return Fail(Code::kNotFound, "{}: there is no such topic at {}", kafka::kEventsTopic,
              kafka_.brokers);
}

base::Result<std::vector<uint64_t>> Check::ReadEnds() {
  const auto bounds = log_->BoundsOfAll(kafka::kEventsTopic, partitions_);
  if (!bounds) return tl::unexpected(bounds.error());
  std::vector<uint64_t> ends;
  for (const auto& [partition, bound] : *bounds) {
    if (bound.begin.value > 0) {
      return Fail(Code::kOutOfRange,
                  "{} partition {} begins at offset {}: the log has lost its beginning, so nothing "
                  "can be proved from it; restore the topic",
                  kafka::kEventsTopic, partition.value, bound.begin.value);
    }
    ends.push_back(static_cast<uint64_t>(bound.end.value));
  }
  return ends;
}

base::Status Check::ReadStore() {
  const auto ends = ReadEnds();
  if (!ends) return tl::unexpected(ends.error());
  auto mark = AwaitMark(*ends);
  if (!mark) return tl::unexpected(mark.error());
  mark_ = *std::move(mark);
  auto stored = ReadStored(store_);
  if (!stored) return tl::unexpected(stored.error());
  stored_ = *std::move(stored);
  report_.mark_id = mark_.id;
  report_.known_at = mark_.known_at;
  report_.partitions = static_cast<int64_t>(partitions_.size());
  for (const Version& version : stored_.versions) report_.versions.push_back(version.Name());
  for (const std::string& name : stored_.left_out) {
    report_.Note(name + " holds a part of the log only, or is given up: not checked");
  }
  for (const uint64_t next : mark_.next) total_ += next;
  // Read again: mark and ledgers may be newer than the ends.
  auto now = ReadEnds();
  if (!now) return tl::unexpected(now.error());
  ends_ = *std::move(now);
  return CheckMark();
}

base::Result<Mark> Check::AwaitMark(const std::vector<uint64_t>& ends) {
  constexpr std::chrono::milliseconds kPause{200};
  const auto until = std::chrono::steady_clock::now() + options_.wait;
  std::mutex mutex;
  std::condition_variable never;
  for (;;) {
    auto mark = ReadMark(store_, options_.mark);
    const bool waits = options_.wait.count() > 0 && !options_.mark;
    if (!waits || (!mark && mark.error().code != Code::kNotFound)) return mark;
    if (mark && mark->next.size() == ends.size()) {
      bool covered = true;
      for (size_t p = 0; p < ends.size(); ++p) covered = covered && mark->next[p] >= ends[p];
      if (covered) return mark;
    }
    if (std::chrono::steady_clock::now() >= until) {
      return Fail(Code::kDeadlineExceeded,
                  "no mark covers what the log held at the start, within {} s",
                  options_.wait.count());
    }
    std::unique_lock lock(mutex);
    never.wait_for(lock, kPause);
  }
}

base::Status Check::CheckMark() {
  if (mark_.next.size() != ends_.size()) {
    return Fail(Code::kFailedPrecondition,
                "mark {} is of {} partitions, {} at {} has {}: they do not belong together",
                mark_.id, mark_.next.size(), kafka::kEventsTopic, kafka_.brokers, ends_.size());
  }
  for (size_t p = 0; p < ends_.size(); ++p) {
    if (mark_.next[p] <= ends_[p]) continue;
    return Fail(
        Code::kFailedPrecondition,
        "{} partition {} ends at offset {}, mark {} says {}: the log has lost its end, or is "
        "another one",
        kafka::kEventsTopic, p, ends_[p], mark_.id, mark_.next[p]);
  }
  if (!acknowledged_) return {};
  return acknowledged_->CheckCovered(mark_.next);
}

base::Status Check::CheckGenesis() {
  for (const kafka::Partition partition : partitions_) {
    if (mark_.next[static_cast<size_t>(partition.value)] == 0) continue;
    const auto record = log_->ReadAt(kafka::kEventsTopic, partition, kafka::Offset{0});
    if (!record) return tl::unexpected(record.error());
    const auto genesis = ReadGenesis(record->key, record->value);
    const auto log_id = base::ParseUuid(genesis ? genesis->log_id() : "");
    if (!log_id || genesis->partitions() != partitions_.size()) {
      return Fail(Code::kFailedPrecondition,
                  "{} partition {} does not begin with a genesis record of {} partitions: it is no "
                  "log of Clientele, or its partitions were changed",
                  kafka::kEventsTopic, partition.value, partitions_.size());
    }
    if (report_.log_id.IsZero()) report_.log_id = *log_id;
    for (const Version& version : stored_.versions) {
      const auto ledger = version.ledgers.find(partition.value);
      const bool foreign =
          ledger != version.ledgers.end() && ledger->second.log_id != report_.log_id;
      if (*log_id == report_.log_id && !foreign) continue;
      return Fail(
          Code::kFailedPrecondition,
          "{} partition {} is of log {}, the ledger of {} of log {}: the topic was made anew "
          "or the store belongs to another log",
          kafka::kEventsTopic, partition.value, log_id->ToString(), version.Name(),
          foreign ? ledger->second.log_id.ToString() : report_.log_id.ToString());
    }
  }
  return {};
}

base::Status Check::OpenTables() {
  const auto add = [&](Part part, const std::string& table) -> base::Status {
    if (!stored_.tables.contains(table)) {
      return Fail(Code::kFailedPrecondition, "the store has no table {}", table);
    }
    tables_.emplace_back(part, table, store_, *places_, static_cast<int32_t>(partitions_.size()),
                         report_);
    return {};
  };
  const Version* const events = stored_.Active("events");
  if (auto added = add(Part::kEvents, events->TableName("events")); !added) return added;
  if (auto added = add(Part::kQuarantine, "quarantine"); !added) return added;
  for (const PartTable& of : kPartTables) {
    const Version* const version = stored_.Active(std::string(of.projection));
    if (version == nullptr) {
      report_.Note(fmt::format("no version of {} is active: {} and figures are not checked",
                               of.projection, of.table));
      all_active_ = false;
      continue;
    }
    if (auto added = add(of.part, version->TableName(of.table)); !added) return added;
  }
  return {};
}

base::Status Check::CheckPartition(kafka::Partition partition, Comparison& comparison) {
  PartitionCheck check(partition.value, ends_[static_cast<size_t>(partition.value)], mark_, stored_,
                       comparison, acknowledged_ ? &*acknowledged_ : nullptr, figures_, report_);
  bool enough = check.end() == 0;
  const auto take = [&](const kafka::LogReader::OwnedRecord& record) -> base::Status {
    enough = static_cast<uint64_t>(record.offset.value) >= check.end();
    if (enough) return Fail(Code::kCancelled, "the rest is not needed");
    // What lies beyond the mark is read for ledgers that are ahead of it.
    const bool below = static_cast<uint64_t>(record.offset.value) <
                       mark_.next[static_cast<size_t>(partition.value)];
    if (below && options_.on_progress) options_.on_progress(++done_, total_);
    return check.Take(
        {record.partition, record.offset, record.recorded_at_ms, record.key, record.value});
  };
  if (!enough) {
    const auto read = log_->VisitToEnd(kafka::kEventsTopic, partition, kafka::Offset{0}, take);
    if (!read && !enough) return read;
  }
  return check.Finish();
}

base::Status Check::LookBeyondMark() {
  if (!acknowledged_ || !acknowledged_->Missing()) return {};
  event::v1::Event event;
  for (const kafka::Partition partition : partitions_) {
    const auto take = [&](const kafka::LogReader::OwnedRecord& record) -> base::Status {
      const Reading reading = ReadEvent(
          {record.partition, record.offset, record.recorded_at_ms, record.key, record.value},
          static_cast<int32_t>(partitions_.size()), event);
      const auto id = base::ParseUuid(event.event_id());
      if (reading.reason.empty() && id) {
        acknowledged_->TakeBeyond(*id, partition.value, static_cast<uint64_t>(record.offset.value));
      }
      return {};
    };
    const kafka::Offset from{
        static_cast<int64_t>(mark_.next[static_cast<size_t>(partition.value)])};
    auto read = log_->VisitToEnd(kafka::kEventsTopic, partition, from, take);
    if (!read) return read;
  }
  return {};
}

base::Status Check::CheckFiguresOrSay() {
  if (!all_active_ || !options_.figures) return {};
  figures_.ResolveCustomers();
  auto checked = CheckFigures(options_.address, figures_, report_);
  report_.figures_checked = checked.has_value();
  if (checked || !MayBeAway(checked.error())) return checked;
  report_.Note(fmt::format("figures are not checked, no query service answers: {}",
                           checked.error().message));
  return {};
}

}  // namespace

base::Status Verify(const base::KafkaConfig& kafka, clickhouse::Store& store,
                    const Options& options, Report& report) {
  return Check(kafka, store, options, report).Run();
}

}  // namespace clientele::verify
