// How long an acknowledged event takes to a query: single calls told at fixed moments, each in a
// queue of its own, and a query that asks again and again which queues it sees.
#include <fmt/core.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/uuid.h"
#include "clientele/ingest/v1/ingest.grpc.pb.h"
#include "clientele/query/v1/query.grpc.pb.h"
#include "tests/bench/steps.h"

namespace clientele::bench {
namespace {

using base::Code;
using base::Fail;
using std::chrono::milliseconds;

constexpr int64_t kMinuteMicros = 60'000'000;
constexpr const char* kTopic = "clientele-bench";

struct VisibleWanted {
  std::string address;
  int count = 100;
  int every_ms = 200;
  int poll_ms = 20;
};

event::v1::Event CallOf(const std::string& name) {
  event::v1::Event event;
  event.set_event_id(base::RandomUuid().ToString());
  event.set_occurred_at(base::SystemClock().NowMicros() - 2 * kMinuteMicros);
  event.mutable_source()->set_system("bench");
  auto& call = *event.mutable_call();
  call.set_call_id(name);
  call.set_direction(event::v1::Call::INBOUND);
  call.set_queue_id(name);
  call.set_topic(kTopic);
  call.set_queued_at(event.occurred_at());
  call.set_ended_at(event.occurred_at() + kMinuteMicros);
  call.set_end(event::v1::Call::ABANDONED);
  return event;
}

class Visibility {
 public:
  explicit Visibility(const VisibleWanted& wanted)
      : wanted_(wanted),
        channel_(grpc::CreateChannel(wanted.address, grpc::InsecureChannelCredentials())),
        run_(base::RandomUuid().ToString().substr(0, 8)) {}

  base::Status Run() {
    base::Status published;
    std::jthread publishing([&] { published = Publish(); });
    const base::Status seen = Watch();
    publishing.join();
    return published ? seen : published;
  }

  void Print() {
    std::ranges::sort(seconds_);
    const auto quantile = [&](double share) {
      const auto place = static_cast<size_t>(share * static_cast<double>(seconds_.size()));
      return seconds_[std::min(place, seconds_.size() - 1)] * 1e3;
    };
    fmt::print("{{\"events\":{},\"p50_ms\":{:.1f},\"p99_ms\":{:.1f},\"max_ms\":{:.1f}}}\n",
               seconds_.size(), quantile(0.5), quantile(0.99), quantile(1));
  }

 private:
  [[nodiscard]] std::string NameOf(int number) const {
    return fmt::format("bench-{}-{}", run_, number);
  }

  base::Status Publish() {
    const auto stub = ingest::v1::IngestService::NewStub(channel_);
    const auto begin = Clock::now();
    for (int i = 0; i < wanted_.count; ++i) {
      std::this_thread::sleep_until(begin + milliseconds(wanted_.every_ms) * i);
      ingest::v1::PublishRequest request;
      *request.add_events() = CallOf(NameOf(i));
      ingest::v1::PublishResponse response;
      grpc::ClientContext context;
      const grpc::Status status = stub->Publish(&context, request, &response);
      if (!status.ok() || response.results(0).code() != ingest::v1::ACCEPTED) {
        failed_ = true;
        return Fail(Code::kUnavailable, "a single event was not accepted: {} {}",
                    status.error_message(), response.ShortDebugString());
      }
      const std::lock_guard lock(mutex_);
      acknowledged_[NameOf(i)] = Clock::now();
    }
    return {};
  }

  base::Status Watch() {
    const auto stub = query::v1::MetricsService::NewStub(channel_);
    query::v1::QueryRequest request;
    request.add_metrics("calls_offered");
    request.add_group_by("queue");
    auto& filter = *request.add_filters();
    filter.set_dimension("topic");
    filter.add_values(kTopic);
    SetRange(request);
    const auto patience =
        Clock::now() + milliseconds(wanted_.every_ms) * wanted_.count + std::chrono::minutes(2);
    while (seconds_.size() < static_cast<size_t>(wanted_.count) && !failed_) {
      if (Clock::now() > patience) {
        return Fail(Code::kDeadlineExceeded, "{} of {} events became visible", seconds_.size(),
                    wanted_.count);
      }
      std::this_thread::sleep_for(milliseconds(wanted_.poll_ms));
      query::v1::QueryResponse response;
      grpc::ClientContext context;
      const grpc::Status status = stub->Query(&context, request, &response);
      // Before the first mark there is nothing to ask.
      if (status.error_code() == grpc::StatusCode::UNAVAILABLE) continue;
      if (!status.ok()) return Fail(Code::kUnavailable, "a query: {}", status.error_message());
      Take(response);
    }
    return {};
  }

  // An hour around now, in UTC.
  static void SetRange(query::v1::QueryRequest& request) {
    const auto text = [](int64_t seconds) {
      const auto time = static_cast<std::time_t>(seconds);
      std::tm parts{};
      gmtime_r(&time, &parts);
      std::array<char, 32> out{};
      std::strftime(out.data(), out.size(), "%Y-%m-%dT%H:%M", &parts);
      return std::string(out.data());
    };
    constexpr int64_t kHour = 3'600;
    const int64_t now = base::SystemClock().NowMicros() / 1'000'000;
    request.set_from(text(now - kHour));
    request.set_to(text(now + kHour));
  }

  void Take(const query::v1::QueryResponse& response) {
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    for (const auto& row : response.rows()) {
      const auto told = acknowledged_.find(row.dimensions(0));
      if (told == acknowledged_.end()) continue;
      seconds_.push_back(std::chrono::duration<double>(now - told->second).count());
      acknowledged_.erase(told);
    }
  }

  const VisibleWanted wanted_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::string run_;  // tells its calls from another run's
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::map<std::string, Clock::time_point> acknowledged_;  // not visible yet
  std::vector<double> seconds_;
};

}  // namespace

void AddVisible(CLI::App& root, Step& chosen) {
  CLI::App* command = root.add_subcommand("visible", "From acknowledged to visible to a query");
  const auto wanted = std::make_shared<VisibleWanted>();
  command->add_option("--address", wanted->address)->required();
  command->add_option("--count", wanted->count)->check(CLI::Range(1, 100'000));
  command->add_option("--every-ms", wanted->every_ms)->check(CLI::Range(1, 60'000));
  command->callback([wanted, &chosen] {
    chosen = [wanted]() -> base::Status {
      Visibility visibility(*wanted);
      if (base::Status run = visibility.Run(); !run) return run;
      visibility.Print();
      return {};
    };
  });
}

}  // namespace clientele::bench
