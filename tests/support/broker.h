// A real Kafka broker for the tests of one program: deploy/kafka/broker with a temporary data
// folder and ports of its own. It ends with the test program, also when that crashes. Used by one
// thread, the test program's main one (the broker dies with the thread that started it).
//
//   clientele::testing::Broker& broker = clientele::testing::SharedBroker();  // started once
//   kafka::CreateTopics(broker.config())
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "kafka/types.h"

namespace clientele::testing {

class Broker {
 public:
  // Starts one and waits until it answers. The error says what is missing (jars, Java) and ends
  // with the last lines of the broker's log.
  [[nodiscard]] static base::Result<std::unique_ptr<Broker>> Start();
  // A place for one, not started: a Kafka that is down.
  [[nodiscard]] static base::Result<std::unique_ptr<Broker>> Prepare();
  // One that somebody else started: for what is done to its topics.
  [[nodiscard]] static std::unique_ptr<Broker> At(const std::string& addresses);
  // Ends the broker by its process id and removes its folder.
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // kafka.brokers is this one; 4 partitions, one replica.
  [[nodiscard]] const base::KafkaConfig& config() const { return config_; }
  [[nodiscard]] const std::string& address() const { return config_.brokers; }
  [[nodiscard]] bool running() const { return process_ > 0; }

  // After Prepare, Stop or Kill9; at the same address, with the same data.
  [[nodiscard]] base::Status Run();
  // SIGTERM, waited for.
  [[nodiscard]] base::Status Stop();
  // SIGKILL, waited for.
  [[nodiscard]] base::Status Kill9();
  // SIGSTOP and SIGCONT: a broker that is there and does not answer.
  void Freeze() const;
  void Thaw() const;

  // A topic with settings of the test's own choice, e.g. {{"max.message.bytes", "33554432"}}.
  [[nodiscard]] base::Status MakeTopic(std::string_view topic, int partitions,
                                       const std::map<std::string, std::string>& settings) const;
  // Changes settings of a topic that is there; the others go back to the broker's defaults.
  [[nodiscard]] base::Status SetTopic(std::string_view topic,
                                      const std::map<std::string, std::string>& settings) const;
  [[nodiscard]] base::Status DeleteTopic(std::string_view topic) const;
  // Writes bytes as they are, up to 32 MiB if the topic allows them: poison. A key or value without
  // a pointer is null. Gives the record's offset.
  [[nodiscard]] base::Result<kafka::Offset> Put(std::string_view topic, kafka::Partition partition,
                                                std::string_view key, std::string_view value) const;
  struct RawRecord {
    kafka::Partition partition;
    std::string_view key;
    std::string_view value;
  };
  // The same for many; their offsets, in order.
  [[nodiscard]] base::Result<std::vector<kafka::Offset>> PutAll(
      std::string_view topic, const std::vector<RawRecord>& records) const;
  // Removes all records below this offset.
  [[nodiscard]] base::Status DeleteBefore(std::string_view topic, kafka::Partition partition,
                                          kafka::Offset offset) const;
  // Who leads a partition (-1: nobody) and who is in sync, by number of the node.
  struct Replicas {
    int32_t leader = -1;
    std::vector<int32_t> in_sync;
  };
  [[nodiscard]] base::Result<std::map<int32_t, Replicas>> ReplicasOf(std::string_view topic) const;
  // The headers of one record, in order.
  using Headers = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] base::Result<Headers> HeadersAt(std::string_view topic, kafka::Partition partition,
                                                kafka::Offset offset) const;

 private:
  Broker() = default;
  [[nodiscard]] base::Status AwaitAnswer();
  [[nodiscard]] base::Status End(int signal);
  [[nodiscard]] std::string LastWords() const;

  base::KafkaConfig config_;
  std::filesystem::path folder_;
  int port_ = 0;
  int controller_port_ = 0;
  pid_t process_ = 0;
};

// The one broker of this test program: started at the first call, ended with the program. A failed
// start ends the program with the reason.
[[nodiscard]] Broker& SharedBroker();

}  // namespace clientele::testing
