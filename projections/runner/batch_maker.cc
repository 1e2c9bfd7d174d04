#include "projections/runner/batch_maker.h"

#include <algorithm>
#include <limits>

#include "base/hash.h"
#include "base/kill_point.h"
#include "base/log.h"
#include "base/patience.h"
#include "projections/runner/decode.h"

namespace clientele::projections::runner {

namespace {

using base::Code;
using base::Fail;

// Reused by every call of Add, so that parsing rarely asks for memory.
constexpr size_t kArenaBytes = size_t{8} << 20;
// What is taken back by one read is held in memory at once: 1 MiB each at most.
constexpr size_t kMostPlaces = 256;
constexpr size_t kMostKeyBytes = 1'024;

google::protobuf::ArenaOptions OptionsOf(char* block) {
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = kArenaBytes;
  return options;
}

}  // namespace

BatchMaker::BatchMaker(const std::vector<LiveVersion>& versions, const LogIdentity& log,
                       std::vector<PartitionLedgers> ledgers,
                       const std::map<int32_t, uint64_t>& begin, retirement::EntityIndex& index,
                       retirement::TellingSource& source, Probe& probe,
                       int64_t most_quarantined_percent)
    : versions_(versions),
      log_(log),
      ledgers_(std::move(ledgers)),
      index_(index),
      source_(source),
      probe_(probe),
      watch_(most_quarantined_percent),
      arena_block_(std::make_unique_for_overwrite<char[]>(kArenaBytes)),
      arena_(OptionsOf(arena_block_.get())) {
  partitions_.resize(static_cast<size_t>(log.partitions));
  for (const auto& [partition, offset] : begin) {
    PartitionState& state = StateOf({partition});
    state.batch_from = state.next = offset;
    state.least_start = std::numeric_limits<uint64_t>::max();
    for (size_t v = 0; v < versions_.size(); ++v) {
      state.starts.push_back(ledgers_[v].at(partition).next_offset);
      if (versions_[v].projection == nullptr) continue;
      state.least_start = std::min(state.least_start, state.starts.back());
    }
  }
}

base::Status BatchMaker::Add(std::span<const kafka::Record> records, Batch& batch,
                             std::stop_token stop) {
  told_.clear();
  tellings_.clear();
  arena_.Reset();
  if (auto decoded = DecodeAll(records, batch); !decoded) return decoded;
  const auto decisions = Decide(records, stop);
  if (!decisions) return tl::unexpected(decisions.error());
  return ProjectAll(*decisions, batch, stop);
}

base::Status BatchMaker::DecodeAll(std::span<const kafka::Record> records, Batch& batch) {
  const StepTimer timer(probe_, Step::kDecode);
  uint64_t unseen = 0;
  for (const kafka::Record& record : records) {
    const auto offset = static_cast<uint64_t>(record.offset.value);
    PartitionState& partition = StateOf(record.partition);
    if (offset > partition.next) {
      Count(Uncounted::kGap, record.partition, partition.next, offset);
    }
    partition.next = offset + 1;
    // The quarantine is the last of the versions.
    if (offset >= partition.starts.back()) ++unseen;
    ++batch.records;
    batch.bytes += record.value.size();
    if (record.key.empty()) {
      if (const auto genesis = ParseGenesis(record.key, record.value)) {
        if (auto taken = TakeGenesis(record, *genesis); !taken) return taken;
        continue;
      }
    }
    auto* event = google::protobuf::Arena::CreateMessage<event::v1::Event>(&arena_);
    const Verdict verdict = Decode(record, log_.partitions, *event);
    if (verdict.reason != Reason::kNone) {
      Quarantine(record, verdict, batch);
      continue;
    }
    const bool retraction = event->has_retraction();
    told_.push_back({&record, event, verdict.entity_kind, verdict.unknown_kind});
    tellings_.push_back({base::HashBytes(record.key), record.partition.value, offset,
                         retraction ? event->retraction().revision() : event->revision(),
                         retraction});
  }
  auto judged = watch_.Judge(unseen);
  probe_.QuarantinedShare(watch_.Share());
  return judged;
}

base::Status BatchMaker::TakeGenesis(const kafka::Record& record, const log::v1::Genesis& genesis) {
  const auto offset = static_cast<uint64_t>(record.offset.value);
  // Later ones are what a second process wrote that started at the same moment: they say nothing.
  if (offset == 0 && genesis.log_id() != log_.log_id.ToString()) {
    return Fail(Code::kFailedPrecondition,
                "partition {} of {} belongs to log {}, not {}: the topic was made anew",
                record.partition.value, kafka::kEventsTopic, genesis.log_id(),
                log_.log_id.ToString());
  }
  Count(Uncounted::kGenesis, record.partition, offset, offset + 1);
  return {};
}

void BatchMaker::Quarantine(const kafka::Record& record, const Verdict& verdict, Batch& batch) {
  if (base::Broken("drop-poison")) return;
  const auto offset = static_cast<uint64_t>(record.offset.value);
  Count(Uncounted::kQuarantined, record.partition, offset, offset + 1);
  // The quarantine is the last of the versions; a replay has none.
  if (versions_.back().projection != nullptr) return;
  if (offset < StateOf(record.partition).starts.back()) return;
  watch_.Quarantined(record, verdict);
  clickhouse::BlockWriter& block = batch.versions.back().blocks.front();
  block.column(0).Append(static_cast<uint16_t>(record.partition.value));
  block.column(1).Append(offset);
  block.column(2).Append(record.recorded_at_ms);
  block.column(3).Append(ReasonName(verdict.reason));
  block.column(4).Append(std::string_view(verdict.detail));
  block.column(5).Append(record.key.substr(0, kMostKeyBytes));
  block.column(6).Append(uint64_t{record.value.size()});
  block.EndRow();
  probe_.Quarantined(verdict.reason);
}

void BatchMaker::Count(Uncounted what, kafka::Partition partition, uint64_t from, uint64_t to) {
  const PartitionState& state = StateOf(partition);
  for (size_t v = 0; v < versions_.size(); ++v) {
    const uint64_t begin = std::max(from, state.starts[v]);
    if (begin >= to) continue;
    LedgerEntry& ledger = ledgers_[v].at(partition.value);
    uint64_t& count = what == Uncounted::kGap       ? ledger.gaps
                      : what == Uncounted::kGenesis ? ledger.genesis
                                                    : ledger.quarantined;
    count += to - begin;
  }
}

base::Result<std::vector<retirement::Decision>> BatchMaker::Decide(
    std::span<const kafka::Record> records, std::stop_token stop) {
  const StepTimer timer(probe_, Step::kRetire);
  std::map<int32_t, uint64_t> next_offsets;
  int32_t last = -1;
  for (const kafka::Record& record : records) {
    const int32_t partition = record.partition.value;
    if (partition == last) continue;
    next_offsets[partition] = StateOf(record.partition).next;
    last = partition;
  }
  base::Patience patience(base::kLongestOutage, std::move(stop));
  auto decisions = index_.Decide(tellings_, next_offsets);
  // A full disk, say. What was not written is decided again.
  while (!decisions && decisions.error().code == Code::kUnavailable && patience.Wait()) {
    base::LogWarning("entity index not written yet", {{"error", decisions.error().message}});
    decisions = index_.Decide(tellings_, next_offsets);
  }
  if (!decisions) return decisions;
  if (base::Broken("count-duplicates")) {
    for (retirement::Decision& decision : *decisions) {
      if (decision.cause == Cause::kDuplicate) decision.cause = Cause::kTold;
    }
  }
  for (size_t i = 0; i < told_.size(); ++i) {
    if (!(*decisions)[i].counts()) continue;
    source_.Keep({tellings_[i].partition, tellings_[i].offset}, told_[i].record->value);
  }
  return decisions;
}

base::Status BatchMaker::ProjectAll(const std::vector<retirement::Decision>& decisions,
                                    Batch& batch, const std::stop_token& stop) {
  size_t read_up_to = 0;
  size_t taken = 0;
  std::optional<StepTimer> timer;
  for (size_t i = 0; i < told_.size(); ++i) {
    if (i == read_up_to) {
      timer.reset();
      const auto read = ReadTakenBack(decisions, i, stop);
      if (!read) return tl::unexpected(read.error());
      read_up_to = *read;
      taken = 0;
      timer.emplace(probe_, Step::kProject);
    }
    if (!Wanted(*told_[i].record)) continue;
    std::optional<std::string_view> taken_back;
    if (decisions[i].takes_back != 0) taken_back = taken_back_[taken++];
    if (auto projected = Project(told_[i], decisions[i], taken_back, batch); !projected) {
      return projected;
    }
  }
  return {};
}

base::Result<size_t> BatchMaker::ReadTakenBack(const std::vector<retirement::Decision>& decisions,
                                               size_t first, std::stop_token stop) {
  const StepTimer timer(probe_, Step::kRetire);
  places_.clear();
  size_t i = first;
  for (; i < told_.size() && places_.size() < kMostPlaces; ++i) {
    if (decisions[i].takes_back == 0 || !Wanted(*told_[i].record)) continue;
    places_.push_back({tellings_[i].partition, decisions[i].takes_back - 1});
  }
  taken_back_.clear();
  if (places_.empty()) return i;
  base::Patience patience(base::kLongestOutage, stop);
  auto read = base::KeepTrying(patience, "tellings to be taken back not read yet",
                               [&] { return source_.Read(places_); });
  if (!read) return tl::unexpected(read.error());
  taken_back_ = *std::move(read);
  return i;
}

base::Status BatchMaker::Project(const Told& told, const retirement::Decision& decision,
                                 std::optional<std::string_view> taken_back, Batch& batch) {
  if (taken_back &&
      !old_event_.ParseFromArray(taken_back->data(), static_cast<int>(taken_back->size()))) {
    return Fail(Code::kDataLoss,
                "partition {}: the telling at offset {}, to be taken back, cannot be decoded: its "
                "bytes are not those that were told",
                told.record->partition.value, decision.takes_back - 1);
  }
  const auto offset = static_cast<uint64_t>(told.record->offset.value);
  const PartitionState& partition = StateOf(told.record->partition);
  Origin origin;
  origin.src_partition = static_cast<uint16_t>(told.record->partition.value);
  origin.src_offset = offset;
  origin.recorded_at_ms = told.record->recorded_at_ms;
  origin.cause = told.unknown_kind ? Cause::kUnknown : decision.cause;
  Origin retiring = origin;
  retiring.retires = decision.takes_back;
  retiring.sign = -1;
  retiring.cause = decision.cause;
  const Record record{*told.event, told.record->value, told.entity_kind, decision.takes_back};
  for (size_t v = 0; v < versions_.size(); ++v) {
    const Projection* const projection = versions_[v].projection;
    if (projection == nullptr || offset < partition.starts[v]) continue;
    auto& blocks = batch.versions[v].blocks;
    const auto wants = [&, &filter = versions_[v].filter](const event::v1::Event& telling) {
      return !filter || filter(origin, told.entity_kind, telling);
    };
    if (wants(*told.event)) {
      RowSink journal(projection->tables(), blocks, *told.event, origin);
      projection->Journal(record, journal);
    }
    // A kind that is not known here got no rows when it was told.
    if (taken_back && old_event_.payload_case() != event::v1::Event::PAYLOAD_NOT_SET &&
        wants(old_event_)) {
      RowSink rows(projection->tables(), blocks, old_event_, retiring);
      projection->Project(old_event_, rows);
    }
    if (decision.counts() && !told.unknown_kind && wants(*told.event)) {
      RowSink rows(projection->tables(), blocks, *told.event, origin);
      projection->Project(*told.event, rows);
    }
  }
  return {};
}

void BatchMaker::Finish(Batch& batch) {
  for (int32_t partition = 0; partition < log_.partitions; ++partition) {
    PartitionState& state = StateOf({partition});
    if (state.next == state.batch_from) continue;
    batch.next[kafka::Partition{partition}] = kafka::Offset{static_cast<int64_t>(state.next)};
    for (size_t v = 0; v < versions_.size(); ++v) {
      const uint64_t from = std::max(state.batch_from, state.starts[v]);
      if (from >= state.next) continue;
      batch.versions[v].ranges.push_back({partition, from, state.next});
      LedgerEntry& ledger = ledgers_[v].at(partition);
      ledger.next_offset = state.next;
      batch.ledgers[versions_[v].name][partition] = ledger;
    }
    state.batch_from = state.next;
  }
}

}  // namespace clientele::projections::runner
