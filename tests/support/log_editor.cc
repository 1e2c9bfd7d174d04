// What a test in Python does to Kafka's topics behind the program's back:
//   log_editor BROKERS append TOPIC                       records as they are, from standard input:
//       partition, length of the key, key, length of the value, value; numbers of 4 bytes, little
//       endian. Prints PARTITION:OFFSET of each.
//   log_editor BROKERS remove-before TOPIC PARTITION OFFSET
//   log_editor BROKERS remove TOPIC
//   log_editor BROKERS make TOPIC PARTITIONS NAME=VALUE ..
//   log_editor BROKERS replicas TOPIC                     prints PARTITION LEADER IN-SYNC ..
//   log_editor BROKERS set TOPIC NAME=VALUE ..            the others go back to their defaults
#include <fmt/format.h>

#include <cstring>
#include <iostream>
#include <iterator>
#include <span>

#include "tests/support/broker.h"

namespace clientele::testing {
namespace {

using Arguments = std::span<char* const>;
using Settings = std::map<std::string, std::string>;

base::Status Misuse() {
  return base::Fail(base::Code::kInvalidArgument, "see the top of tests/support/log_editor.cc");
}

// The next length-prefixed or fixed part; the rest stays in `input`.
uint32_t TakeNumber(std::string_view& input) {
  uint32_t number = 0;
  std::memcpy(&number, input.data(), sizeof number);
  input.remove_prefix(sizeof number);
  return number;
}

std::string_view TakeBytes(std::string_view& input) {
  const uint32_t size = TakeNumber(input);
  const std::string_view bytes = input.substr(0, size);
  input.remove_prefix(size);
  return bytes;
}

base::Status Append(const Broker& broker, Arguments arguments) {
  if (arguments.size() != 1) return Misuse();
  const std::string all{std::istreambuf_iterator<char>(std::cin), {}};
  std::vector<Broker::RawRecord> records;
  for (std::string_view input = all; !input.empty();) {
    Broker::RawRecord& record = records.emplace_back();
    record.partition = {static_cast<int32_t>(TakeNumber(input))};
    record.key = TakeBytes(input);
    record.value = TakeBytes(input);
  }
  const auto offsets = broker.PutAll(arguments[0], records);
  if (!offsets) return tl::unexpected(offsets.error());
  for (size_t i = 0; i < records.size(); ++i) {
    fmt::print("{}:{}\n", records[i].partition.value, (*offsets)[i].value);
  }
  return {};
}

base::Status ShowReplicas(const Broker& broker, std::string_view topic) {
  const auto all = broker.ReplicasOf(topic);
  if (!all) return tl::unexpected(all.error());
  for (const auto& [partition, replicas] : *all) {
    fmt::print("{} {} {}\n", partition, replicas.leader, fmt::join(replicas.in_sync, " "));
  }
  return {};
}

Settings SettingsOf(Arguments arguments) {
  Settings settings;
  for (const std::string_view argument : arguments) {
    const size_t equals = argument.find('=');
    settings.emplace(argument.substr(0, equals), argument.substr(equals + 1));
  }
  return settings;
}

base::Status Run(Arguments arguments) {
  if (arguments.size() < 3) return Misuse();
  const auto broker = Broker::At(arguments[0]);
  const std::string_view action = arguments[1];
  const std::string_view topic = arguments[2];
  if (action == "append") return Append(*broker, arguments.subspan(2));
  if (action == "remove" && arguments.size() == 3) return broker->DeleteTopic(topic);
  if (action == "remove-before" && arguments.size() == 5) {
    return broker->DeleteBefore(topic, {std::stoi(arguments[3])}, {std::stoll(arguments[4])});
  }
  if (action == "make" && arguments.size() >= 4) {
    return broker->MakeTopic(topic, std::stoi(arguments[3]), SettingsOf(arguments.subspan(4)));
  }
  if (action == "replicas") return ShowReplicas(*broker, topic);
  if (action == "set") return broker->SetTopic(topic, SettingsOf(arguments.subspan(3)));
  return Misuse();
}

}  // namespace
}  // namespace clientele::testing

int main(int argc, char** argv) {
  const auto done =
      clientele::testing::Run(std::span<char* const>(argv, static_cast<size_t>(argc)).subspan(1));
  if (done) return 0;
  fmt::print(stderr, "log_editor: {}\n", done.error().message);
  return 1;
}
