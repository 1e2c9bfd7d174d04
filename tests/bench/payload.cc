// Events of the sample company as requests, so that a client has nothing to do but to send them.
#include <fmt/core.h>

#include "app/simulate/simulation.h"
#include "base/clock.h"
#include "clientele/ingest/v1/ingest.pb.h"
#include "tests/bench/frames.h"
#include "tests/bench/steps.h"

namespace clientele::bench {
namespace {

// Events of the sample company at scale 1 in 120 days, with some room.
constexpr double kEventsAtScaleOne = 1'000'000;
constexpr int kCustomersAtScaleOne = 20'000;

struct PayloadWanted {
  uint64_t events = 0;
  int batch = 500;
  std::string out;
};

// Ends the simulation when it has so many events: by an error, there is no other way.
class RequestSink final : public app::simulate::EventSink {
 public:
  RequestSink(FrameWriter& file, const PayloadWanted& wanted) : file_(file), wanted_(wanted) {}

  base::Status Take(event::v1::Event& event) override {
    request_.add_events()->Swap(&event);
    ++taken_;
    if (request_.events_size() == wanted_.batch || Enough()) Write();
    if (Enough()) return base::Fail(base::Code::kCancelled, "enough");
    return {};
  }
  [[nodiscard]] bool Enough() const { return taken_ >= wanted_.events; }
  void Write() {
    if (request_.events_size() == 0) return;
    const std::string bytes = request_.SerializeAsString();
    bytes_ += bytes.size();
    file_.Add(Request{static_cast<uint32_t>(request_.events_size()), bytes});
    request_.clear_events();
  }
  [[nodiscard]] uint64_t taken() const { return taken_; }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  FrameWriter& file_;
  const PayloadWanted& wanted_;
  ingest::v1::PublishStreamRequest request_;
  uint64_t taken_ = 0;
  uint64_t bytes_ = 0;
};

base::Status Make(const PayloadWanted& wanted) {
  app::simulate::Options options;
  options.scale = std::max(1.0, static_cast<double>(wanted.events) / kEventsAtScaleOne);
  options.customers = static_cast<int>(kCustomersAtScaleOne * options.scale);
  const auto today = app::simulate::Timeline::DayAt(base::SystemClock().NowMicros(), options.zone);
  if (!today) return tl::unexpected(today.error());
  options.end = *today;
  auto simulation = app::simulate::Simulation::Make(options);
  if (!simulation) return tl::unexpected(simulation.error());
  auto file = FrameWriter::Open(wanted.out);
  if (!file) return tl::unexpected(file.error());
  RequestSink sink(*file, wanted);
  const auto made = (*simulation)->Run(sink, [](int, int) {});
  if (!made && !sink.Enough()) return made;
  sink.Write();
  if (base::Status closed = file->Close(); !closed) return closed;
  fmt::print("{{\"events\":{},\"bytes\":{}}}\n", sink.taken(), sink.bytes());
  return {};
}

}  // namespace

void AddPayload(CLI::App& root, Step& chosen) {
  CLI::App* command = root.add_subcommand("payload", "The sample company's events as requests");
  const auto wanted = std::make_shared<PayloadWanted>();
  command->add_option("--events", wanted->events)->required()->check(CLI::PositiveNumber);
  command->add_option("--batch", wanted->batch)->check(CLI::Range(1, 1'000));
  command->add_option("--out", wanted->out)->required();
  command->callback([wanted, &chosen] { chosen = [wanted] { return Make(*wanted); }; });
}

}  // namespace clientele::bench
