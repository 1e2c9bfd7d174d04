#include "tests/support/broker.h"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "kafka/topics.h"
#include "tests/support/broker_process.h"

namespace clientele::testing {
namespace {

using base::Code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kPartitions = 4;
// Ports are chosen, not reserved: another program may be quicker.
constexpr int kTries = 3;

}  // namespace

base::Result<std::unique_ptr<Broker>> Broker::Prepare() {
  std::unique_ptr<Broker> broker(new Broker);
  std::string folder = std::filesystem::temp_directory_path() / "clientele-broker-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    return base::Fail(Code::kUnavailable, "{}: cannot be made", folder);
  }
  broker->folder_ = folder;
  broker->port_ = FreePortPair();
  if (broker->port_ == 0) return base::Fail(Code::kUnavailable, "no free ports on loopback");
  broker->controller_port_ = broker->port_ + 1;
  broker->config_.brokers = fmt::format("127.0.0.1:{}", broker->port_);
  broker->config_.partitions = kPartitions;
  return broker;
}

std::unique_ptr<Broker> Broker::At(const std::string& addresses) {
  std::unique_ptr<Broker> broker(new Broker);
  broker->config_.brokers = addresses;
  return broker;
}

base::Result<std::unique_ptr<Broker>> Broker::Start() {
  for (int i = 1;; ++i) {
    auto broker = Prepare();
    if (!broker) return broker;
    const auto runs = (*broker)->Run();
    if (runs) return broker;
    if (i == kTries) return tl::unexpected(runs.error());
  }
}

Broker::~Broker() {
  if (running()) EndProcess(process_, SIGKILL);
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

base::Status Broker::Run() {
  if (running()) return {};
  process_ = Spawn({CLIENTELE_BROKER_SCRIPT, "run", "--data", folder_, "--port",
                    std::to_string(port_), "--controller-port", std::to_string(controller_port_),
                    "--heap", "256m", "--jvm", "-XX:TieredStopAtLevel=1"},
                   folder_ / "broker.log");
  if (process_ == 0) {
    return base::Fail(Code::kUnavailable, "{} cannot be started", CLIENTELE_BROKER_SCRIPT);
  }
  return AwaitAnswer();
}

base::Status Broker::AwaitAnswer() {
  constexpr milliseconds kPatience{90'000};
  constexpr milliseconds kTry{250};
  const auto until = steady_clock::now() + kPatience;
  for (;;) {
    // A try waits itself for its answer.
    if (kafka::Ping(config_, kTry)) return {};
    if (AwaitEnd(process_, 0)) {
      process_ = 0;
      return base::Fail(Code::kUnavailable, "the broker ended at its start:\n{}", LastWords());
    }
    if (steady_clock::now() > until) {
      EndProcess(process_, SIGKILL);
      process_ = 0;
      return base::Fail(Code::kUnavailable, "the broker did not answer within {} ms:\n{}",
                        kPatience.count(), LastWords());
    }
  }
}

std::string Broker::LastWords() const {
  constexpr size_t kMostBytes = 4'000;
  std::ifstream file(folder_ / "broker.log");
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  return all.size() > kMostBytes ? all.substr(all.size() - kMostBytes) : all;
}

base::Status Broker::End(int signal) {
  if (!running()) return base::Fail(Code::kFailedPrecondition, "the broker does not run");
  EndProcess(process_, signal);
  process_ = 0;
  return {};
}

base::Status Broker::Stop() { return End(SIGTERM); }
base::Status Broker::Kill9() { return End(SIGKILL); }
void Broker::Freeze() const { kill(process_, SIGSTOP); }
void Broker::Thaw() const { kill(process_, SIGCONT); }

Broker& SharedBroker() {
  static const std::unique_ptr<Broker> broker = [] {
    auto started = Broker::Start();
    if (!started) {
      fmt::print(stderr, "test broker: {}\n", started.error().message);
      std::_Exit(1);
    }
    return *std::move(started);
  }();
  return *broker;
}

}  // namespace clientele::testing
