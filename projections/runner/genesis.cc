#include "projections/runner/genesis.h"

#include "base/kill_point.h"
#include "base/log.h"
#include "projections/runner/decode.h"

namespace clientele::projections::runner {

namespace {

using base::Code;
using base::Fail;

constexpr std::string_view kMagic = "clientele.genesis.v1";

base::Status WriteGenesis(kafka::Producer& producer, kafka::Partition partition,
                          const log::v1::Genesis& genesis) {
  auto delivery = producer.ProduceAndWait(kafka::kEventsTopic, partition, "",
                                          genesis.SerializeAsString(), kafka::kDeliveryTimeout);
  if (!delivery) return tl::unexpected(delivery.error());
  // Unknown: reading the offset back decides.
  if (delivery->outcome == kafka::Delivery::Outcome::kRefused) {
    return tl::unexpected(delivery->error);
  }
  return {};
}

base::Result<log::v1::Genesis> ReadGenesis(kafka::LogReader& reader, kafka::Partition partition) {
  auto record = reader.ReadAt(kafka::kEventsTopic, partition, kafka::Offset{0});
  if (!record) return tl::unexpected(record.error());
  auto genesis = ParseGenesis(record->key, record->value);
  if (!genesis) {
    return Fail(Code::kFailedPrecondition,
                "partition {} of {} does not begin with a genesis record: it is not a log of ours; "
                "use an empty topic",
                partition.value, kafka::kEventsTopic);
  }
  return *std::move(genesis);
}

// The partition's genesis record, written from `ours` if the partition is empty.
base::Result<log::v1::Genesis> GenesisOf(kafka::LogReader& reader, kafka::Producer& producer,
                                         kafka::Partition partition, const log::v1::Genesis& ours) {
  const auto bounds = reader.BoundsOf(kafka::kEventsTopic, partition);
  if (!bounds) return tl::unexpected(bounds.error());
  if (bounds->begin.value > 0) {
    return Fail(Code::kOutOfRange,
                "partition {} of {} begins at offset {}: its first records were removed; set "
                "retention.ms=-1 and restore the topic",
                partition.value, kafka::kEventsTopic, bounds->begin.value);
  }
  if (bounds->end.value == 0) {
    if (ours.key_fingerprint().empty()) {
      return Fail(Code::kFailedPrecondition,
                  "partition {} of {} is empty, and this process has no tenant keys to begin it "
                  "with: start a process that has them first",
                  partition.value, kafka::kEventsTopic);
    }
    if (auto written = WriteGenesis(producer, partition, ours); !written) {
      return tl::unexpected(written.error());
    }
    base::LogInfo("genesis written", {{"partition", partition.value}, {"log_id", ours.log_id()}});
  }
  return ReadGenesis(reader, partition);
}

base::Status CheckGenesis(const log::v1::Genesis& found, const log::v1::Genesis& wanted,
                          int32_t partition) {
  if (found.partitions() != wanted.partitions()) {
    return Fail(Code::kFailedPrecondition,
                "{} was begun with {} partitions and is set to {}: entities would move; set "
                "kafka.partitions back to {}",
                kafka::kEventsTopic, found.partitions(), wanted.partitions(), found.partitions());
  }
  if (!wanted.key_fingerprint().empty() && found.key_fingerprint() != wanted.key_fingerprint()) {
    return Fail(Code::kFailedPrecondition,
                "{} holds pseudonyms of the key set {}, this process has {}: use the key file "
                "that the log was begun with",
                kafka::kEventsTopic, found.key_fingerprint(), wanted.key_fingerprint());
  }
  if (found.log_id() != wanted.log_id()) {
    return Fail(Code::kFailedPrecondition,
                "partition {} of {} belongs to log {}, partition 0 to log {}: the topic was mixed "
                "from two",
                partition, kafka::kEventsTopic, found.log_id(), wanted.log_id());
  }
  if (found.envelope_version() != wanted.envelope_version()) {
    return Fail(Code::kFailedPrecondition,
                "partition {} of {} holds envelope version {}, this program reads {}: use a newer "
                "program",
                partition, kafka::kEventsTopic, found.envelope_version(),
                wanted.envelope_version());
  }
  return {};
}

}  // namespace

std::optional<log::v1::Genesis> ParseGenesis(std::string_view key, std::string_view value) {
  constexpr size_t kMostBytes = 4'096;
  if (!key.empty() || value.size() > kMostBytes) return std::nullopt;
  log::v1::Genesis genesis;
  if (!genesis.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
      genesis.magic() != kMagic) {
    return std::nullopt;
  }
  return genesis;
}

base::Status CheckSameLog(kafka::LogReader& reader, const LogIdentity& log) {
  if (base::Broken("any-log")) return {};
  auto found = ReadGenesis(reader, kafka::Partition{0});
  if (!found) {
    // As reading on would say, if it had met the gap first.
    if (found.error().code == Code::kNotFound) found.error().code = Code::kOutOfRange;
    found.error().message += "; it tells which log this is: restore the topic";
    return tl::unexpected(found.error());
  }
  const std::string log_id = log.log_id.ToString();
  if (found->log_id() == log_id) return {};
  return Fail(Code::kFailedPrecondition,
              "{} is log {} now, it was {} when this process began: the topic was made anew; what "
              "was read since is not written; give the old one back, or start with an empty store",
              kafka::kEventsTopic, found->log_id(), log_id);
}

base::Result<LogIdentity> EnsureGenesis(kafka::LogReader& reader, kafka::Producer& producer,
                                        const base::Clock& clock, int32_t partitions,
                                        std::string_view key_fingerprint) {
  log::v1::Genesis ours;
  ours.set_magic(std::string(kMagic));
  ours.set_log_id(base::RandomUuid().ToString());
  ours.set_key_fingerprint(std::string(key_fingerprint));
  ours.set_partitions(static_cast<uint32_t>(partitions));
  ours.set_envelope_version(kEnvelopeVersion);
  ours.set_created_at(clock.NowMicros());
  for (int32_t p = 0; p < partitions; ++p) {
    const auto found = GenesisOf(reader, producer, kafka::Partition{p}, ours);
    if (!found) return tl::unexpected(found.error());
    if (p == 0) ours.set_log_id(found->log_id());
    if (auto checked = CheckGenesis(*found, ours, p); !checked) {
      return tl::unexpected(checked.error());
    }
    if (p == 0) ours.set_key_fingerprint(found->key_fingerprint());
  }
  auto log_id = base::ParseUuid(ours.log_id());
  if (!log_id) return tl::unexpected(log_id.error());
  return LogIdentity{*log_id, ours.key_fingerprint(), partitions};
}

}  // namespace clientele::projections::runner
