#include "app/quarantine_command.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <charconv>
#include <fstream>

#include "app/store_address.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"
#include "projections/runner/genesis.h"
#include "projections/runner/quarantine.h"

namespace clientele::app {
namespace {

namespace runner = projections::runner;
using base::Code;

struct QuarantineWanted {
  std::string reason;
  uint64_t limit = 100;
  std::string place;  // PARTITION:OFFSET
  std::string file;
  bool raw = false;
};

// PARTITION:OFFSET, two decimal numbers.
base::Result<std::pair<kafka::Partition, kafka::Offset>> ParsePlace(const std::string& text) {
  kafka::Partition partition;
  kafka::Offset offset;
  const char* const end = text.data() + text.size();
  const auto [colon, bad_partition] = std::from_chars(text.data(), end, partition.value);
  const bool has_colon = bad_partition == std::errc() && colon != end && *colon == ':';
  const auto [rest, bad_offset] = std::from_chars(has_colon ? colon + 1 : end, end, offset.value);
  if (!has_colon || bad_offset != std::errc() || rest != end || partition.value < 0 ||
      offset.value < 0) {
    return base::Fail(Code::kInvalidArgument, "{}: must be PARTITION:OFFSET, e.g. 3:1042", text);
  }
  return std::pair{partition, offset};
}

struct FoundRecord {
  kafka::LogReader::OwnedRecord record;
  int32_t partitions = 0;  // of its log
};

base::Result<FoundRecord> ReadRecord(const base::Config& config, const std::string& place) {
  const auto wanted = ParsePlace(place);
  if (!wanted) return tl::unexpected(wanted.error());
  const auto reader = kafka::OpenLogReader(config.kafka);
  if (!reader) return tl::unexpected(reader.error());
  auto record = (*reader)->ReadAt(kafka::kEventsTopic, wanted->first, wanted->second);
  if (!record) return tl::unexpected(record.error());
  // The log says how many partitions it has; a configuration may be another's.
  const auto first = (*reader)->ReadAt(kafka::kEventsTopic, kafka::Partition{0}, kafka::Offset{0});
  if (!first) return tl::unexpected(first.error());
  const auto genesis = runner::ParseGenesis(first->key, first->value);
  if (!genesis) {
    return base::Fail(base::Code::kFailedPrecondition, "{} does not begin with a genesis record",
                      kafka::kEventsTopic);
  }
  return FoundRecord{*std::move(record), static_cast<int32_t>(genesis->partitions())};
}

int List(const base::Config& config, const QuarantineWanted& wanted) {
  const auto store = clickhouse::OpenHttpStore(StoreAddress(config));
  const auto records = runner::ListQuarantine(*store, wanted.reason, wanted.limit);
  if (!records) return PrintError(records.error());
  fmt::print("{:<16} {:<20} {:<19} {:>10}  {}\n", "partition:offset", "recorded at", "reason",
             "bytes", "detail");
  for (const auto& record : *records) {
    const std::chrono::sys_time<std::chrono::milliseconds> recorded{
        std::chrono::milliseconds(record.recorded_ms)};
    fmt::print("{:<16} {:%Y-%m-%dT%H:%M:%SZ} {:<19} {:>10}  {}\n",
               fmt::format("{}:{}", record.partition, record.offset),
               fmt::gmtime(std::chrono::floor<std::chrono::seconds>(recorded)), record.reason,
               record.value_bytes, record.detail);
  }
  if (records->size() == wanted.limit) {
    fmt::print(stderr, "note: the newest {} only, see --limit\n", wanted.limit);
  }
  return 0;
}

int Show(const base::Config& config, const QuarantineWanted& wanted) {
  const auto found = ReadRecord(config, wanted.place);
  if (!found) return PrintError(found.error());
  const std::string& value = found->record.value;
  if (wanted.raw) {
    fwrite(value.data(), 1, value.size(), stdout);
  } else {
    fmt::print("{}", runner::DescribeRecord(found->record, found->partitions));
  }
  return 0;
}

base::Result<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) return base::Fail(Code::kNotFound, "{}: cannot be read", path);
  return bytes;
}

int Retry(const base::Config& config, const QuarantineWanted& wanted) {
  std::optional<std::string> bytes;
  if (!wanted.file.empty()) {
    auto read = ReadFile(wanted.file);
    if (!read) return PrintError(read.error());
    bytes = *std::move(read);
  }
  const auto found = ReadRecord(config, wanted.place);
  if (!found) return PrintError(found.error());
  const auto repaired = runner::RepairRecord(found->record, bytes, found->partitions);
  if (!repaired) return PrintError(repaired.error());
  base::Metrics metrics;
  const auto producer = kafka::OpenProducer(config.kafka, metrics);
  if (!producer) return PrintError(producer.error());
  const auto delivery =
      (*producer)->ProduceAndWait(kafka::kEventsTopic, repaired->partition, repaired->key,
                                  repaired->value, kafka::kDeliveryTimeout);
  if (!delivery) return PrintError(delivery.error());
  if (delivery->outcome != kafka::Delivery::Outcome::kPersisted) {
    // Twice the same event is one event: the second is a duplicate.
    return PrintError({delivery->error.code,
                       fmt::format("{}: not known to be in the log, retry: {}", wanted.place,
                                   delivery->error.message),
                       {}});
  }
  fmt::print("{}: told again at {}:{}; the old offset stays in quarantine\n", wanted.place,
             delivery->partition.value, delivery->offset.value);
  return 0;
}

using Action = int (*)(const base::Config&, const QuarantineWanted&);

CLI::App* AddOne(CLI::App& quarantine, CommandLine& line,
                 const std::shared_ptr<QuarantineWanted>& wanted, const char* name,
                 const char* text, Action action) {
  CLI::App* command = quarantine.add_subcommand(name, text);
  command->callback([&line, wanted, action] {
    line.run = [&line, wanted, action] {
      const auto config = line.Load();
      return config ? action(*config, *wanted) : PrintError(config.error());
    };
  });
  return command;
}

}  // namespace

void AddQuarantine(CLI::App& root, CommandLine& line) {
  CLI::App* quarantine =
      root.add_subcommand("quarantine", "Records of the log that could not be projected");
  quarantine->require_subcommand(1);
  const auto wanted = std::make_shared<QuarantineWanted>();
  CLI::App* list = AddOne(*quarantine, line, wanted, "list", "List them, newest first", List);
  list->add_option("--reason", wanted->reason, "Of this reason only, e.g. UNDECODABLE");
  list->add_option("--limit", wanted->limit, "At most so many")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  CLI::App* show = AddOne(*quarantine, line, wanted, "show",
                          "Show why a record is there, and its bytes as they are in the log", Show);
  show->add_option("place", wanted->place, "PARTITION:OFFSET")->required();
  show->add_flag("--raw", wanted->raw, "The bytes of its value and nothing else");
  CLI::App* retry =
      AddOne(*quarantine, line, wanted, "retry",
             "Append it to the log again, as a new event under its entity's key", Retry);
  retry->add_option("place", wanted->place, "PARTITION:OFFSET")->required();
  retry
      ->add_option("--file", wanted->file,
                   "Repaired bytes of the event (protobuf); without it the record's own, which is "
                   "enough where only its key or partition was wrong")
      ->check(CLI::ExistingFile);
  quarantine->footer(
      "clientele quarantine list --reason KEY_MISMATCH\n"
      "clientele quarantine show 3:1042\n"
      "clientele quarantine show 3:1042 --raw > event.bin\n"
      "clientele quarantine retry 3:1042 --file event.bin\n"
      "The old offset stays in quarantine: a late row there would change figures of the past.");
}

}  // namespace clientele::app
