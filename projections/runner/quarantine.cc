#include "projections/runner/quarantine.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "base/entity.h"
#include "base/hash.h"
#include "projections/runner/decode.h"
#include "projections/runner/genesis.h"
#include "projections/runner/sql.h"

namespace clientele::projections::runner {

namespace {

using base::Code;
using base::Fail;
using kafka::LogReader;

constexpr size_t kMostShownBytes = 1'024;

std::vector<std::string_view> ReasonNames() {
  std::vector<std::string_view> names;
  for (int i = 1; i <= static_cast<int>(Reason::kWrongPartition); ++i) {
    names.push_back(ReasonName(static_cast<Reason>(i)));
  }
  return names;
}

// 16 bytes a line: place, hexadecimal, printable ASCII.
std::string HexDump(std::string_view bytes) {
  constexpr size_t kPerLine = 16;
  std::string out;
  const std::string_view shown = bytes.substr(0, kMostShownBytes);
  for (size_t line = 0; line < shown.size(); line += kPerLine) {
    std::string hex;
    std::string text;
    for (const char byte : shown.substr(line, kPerLine)) {
      hex += fmt::format("{:02x} ", static_cast<uint8_t>(byte));
      text += byte >= ' ' && byte <= '~' ? byte : '.';
    }
    out += fmt::format("  {:06x}  {:<48} {}\n", line, hex, text);
  }
  if (bytes.size() > shown.size()) {
    out += fmt::format("  ... {} more bytes\n", bytes.size() - shown.size());
  }
  return out;
}

kafka::Record ViewOf(const LogReader::OwnedRecord& record) {
  return {record.partition, record.offset, record.recorded_at_ms, record.key, record.value};
}

// As JSON, whose printer escapes control characters; empty if the bytes are no event.
std::string JsonOf(const std::string& value) {
  event::v1::Event event;
  if (value.size() > kMostValueBytes || !event.ParseFromString(value)) return {};
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  if (!google::protobuf::util::MessageToJsonString(event, &json, options).ok()) return {};
  return json;
}

// The key of the entity that the bytes tell about; the record's own where they do not say.
std::string KeyOf(const std::string& value, const std::string& own) {
  event::v1::Event event;
  if (!event.ParseFromString(value) || event.tenant().size() > 255) return own;
  uint32_t kind = base::EntityKindOf(event);
  if (kind == 0) {
    // Of a kind that this program does not know: the key alone names it.
    const auto key = base::ParseKafkaKey(own);
    if (!key) return own;
    kind = key->kind;
  }
  std::string key;
  base::AppendKafkaKey({event.tenant(), kind, event.entity_id()}, key);
  return key;
}

}  // namespace

base::Result<std::vector<QuarantinedRecord>> ListQuarantine(clickhouse::Store& store,
                                                            const std::string& reason,
                                                            uint64_t limit) {
  const auto names = ReasonNames();
  if (!reason.empty() && std::ranges::find(names, reason) == names.end()) {
    return Fail(Code::kInvalidArgument, "reason {}: there is no such one, there are {}", reason,
                fmt::join(names, ", "));
  }
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsQuarantined;
  statement.parameters = {{"reason", reason}, {"limit", std::to_string(limit)}};
  std::vector<QuarantinedRecord> found;
  const auto read = store.Select(statement, [&](const clickhouse::Block& block) -> base::Status {
    for (size_t i = 0; i < block.rows; ++i) {
      found.push_back({static_cast<int32_t>(block.Get<uint64_t>("src_partition")[i]),
                       block.Get<uint64_t>("src_offset")[i], block.Get<int64_t>("recorded_ms")[i],
                       block.Get<std::string>("reason_name")[i],
                       block.Get<std::string>("reason_detail")[i],
                       block.Get<uint64_t>("bytes")[i]});
    }
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return found;
}

std::string DescribeRecord(const LogReader::OwnedRecord& record, int32_t partitions) {
  event::v1::Event event;
  const Verdict verdict = Decode(ViewOf(record), partitions, event);
  std::string out =
      fmt::format("partition {}, offset {}\n", record.partition.value, record.offset.value);
  if (ParseGenesis(record.key, record.value)) {
    out += "the genesis record of the log, not in quarantine\n";
  } else if (verdict.reason == Reason::kNone) {
    out += "a good event, not in quarantine\n";
  } else {
    out += fmt::format("reason: {}, {}\n", ReasonName(verdict.reason), verdict.detail);
  }
  out += fmt::format("key: {} bytes\n{}", record.key.size(), HexDump(record.key));
  if (const std::string json = JsonOf(record.value); !json.empty()) out += "event: " + json;
  out += fmt::format("value: {} bytes\n{}", record.value.size(), HexDump(record.value));
  return out;
}

base::Result<RepairedRecord> RepairRecord(const LogReader::OwnedRecord& record,
                                          const std::optional<std::string>& repaired,
                                          int32_t partitions) {
  event::v1::Event event;
  if (ParseGenesis(record.key, record.value) ||
      Decode(ViewOf(record), partitions, event).reason == Reason::kNone) {
    return Fail(Code::kFailedPrecondition, "partition {}, offset {}: is not in quarantine",
                record.partition.value, record.offset.value);
  }
  RepairedRecord result;
  result.value = repaired.value_or(record.value);
  result.key = KeyOf(result.value, record.key);
  result.partition = {base::PartitionOf(result.key, partitions)};
  const kafka::Record again{result.partition, {0}, 0, result.key, result.value};
  if (const Verdict verdict = Decode(again, partitions, event); verdict.reason != Reason::kNone) {
    return Fail(Code::kInvalidArgument, "{}: would go to quarantine again: {}, {}",
                repaired ? "the repaired bytes" : "the record as it is", ReasonName(verdict.reason),
                verdict.detail);
  }
  return result;
}

}  // namespace clientele::projections::runner
