// A lean client of PublishStream: sends requests that are serialised already, over the public API.
// With a rate it sends by the clock, whatever the answers (open loop), and counts every latency
// from the moment at which the request was due, not from when it could be sent.
#include <fmt/core.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "clientele/ingest/v1/ingest.pb.h"
#include "tests/bench/frames.h"
#include "tests/bench/steps.h"

namespace clientele::bench {
namespace {

using base::Code;
using base::Fail;

constexpr const char* kMethod = "/clientele.ingest.v1.IngestService/PublishStream";
// So that a record in the log has two headers.
constexpr const char* kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
// One in so many requests, the first ones, tell of the start alone: their latency does not count.
constexpr size_t kWarmUpShare = 10;

struct StreamWanted {
  std::string address;
  std::string requests;
  size_t skip = 0;      // requests at the front of the file
  uint64_t window = 0;  // events without an answer, at most; 0: no bound
  double rate = 0;      // events a second; 0: as fast as the window allows
  double seconds = 0;   // of a paced run
  uint64_t events = 0;  // at most; 0: the whole file
};

class Client final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Client(std::vector<Request> requests, const StreamWanted& wanted)
      : requests_(std::move(requests)), wanted_(wanted), due_(requests_.size()) {
    uint64_t last = 0;
    for (const Request& request : requests_) last_sequence_.push_back(last += request.events);
    allowed_ = wanted.rate > 0 ? 0 : requests_.size();
  }

  base::Status Run() {
    const auto channel = grpc::CreateChannel(wanted_.address, grpc::InsecureChannelCredentials());
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10))) {
      return Fail(Code::kUnavailable, "{}: no connection within 10 s", wanted_.address);
    }
    grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub(channel);
    context_.AddMetadata("traceparent", kTrace);
    stub.PrepareBidiStreamingCall(&context_, kMethod, {}, this);
    AddHold();
    begin_ = Clock::now();
    StartCall();
    StartRead(&incoming_);
    if (wanted_.rate > 0) Pace();
    {
      const std::lock_guard lock(mutex_);
      WriteOn();
    }
    RemoveHold();
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return done_; });
    if (!status_.ok()) return Fail(Code::kUnavailable, "the stream: {}", status_.error_message());
    if (acknowledged_ != last_sequence_.back()) {
      return Fail(Code::kDataLoss, "{} of {} events answered", acknowledged_,
                  last_sequence_.back());
    }
    return {};
  }

  void Print(double cpu) {
    std::ranges::sort(latencies_);
    const auto quantile = [&](double share) {
      if (latencies_.empty()) return 0.0;
      const auto place = static_cast<size_t>(share * static_cast<double>(latencies_.size()));
      return latencies_[std::min(place, latencies_.size() - 1)] * 1e3;
    };
    fmt::print(
        "{{\"events\":{},\"failures\":{},\"seconds\":{:.6f},\"cpu_seconds\":{:.6f},"
        "\"p50_ms\":{:.3f},\"p99_ms\":{:.3f},\"max_ms\":{:.3f},\"requests\":{}}}\n",
        acknowledged_, failures_, seconds_, cpu, quantile(0.5), quantile(0.99), quantile(1),
        latencies_.size());
  }

 private:
  // Lets the requests go at their moments.
  void Pace() {
    double due_seconds = 0;
    for (size_t i = 0; i < requests_.size(); ++i) {
      const auto due = begin_ + std::chrono::duration_cast<Clock::duration>(
                                    std::chrono::duration<double>(due_seconds));
      due_seconds += requests_[i].events / wanted_.rate;
      std::this_thread::sleep_until(due);
      const std::lock_guard lock(mutex_);
      due_[i] = due;
      allowed_ = i + 1;
      WriteOn();
    }
  }

  // With the lock held.
  void WriteOn() {
    if (writing_ || closed_) return;
    if (next_ == requests_.size()) {
      closed_ = true;
      StartWritesDone();
      return;
    }
    const Request& request = requests_[next_];
    const uint64_t sent = last_sequence_[next_] - request.events;
    const bool room =
        wanted_.window == 0 || sent - acknowledged_ + request.events <= wanted_.window;
    if (next_ >= allowed_ || !room) return;
    if (wanted_.rate == 0) due_[next_] = Clock::now();
    std::string head = "\x08";  // first_sequence
    for (uint64_t rest = sent + 1;; rest >>= 7) {
      head += static_cast<char>(rest < 0x80 ? rest : (rest & 0x7f) | 0x80);
      if (rest < 0x80) break;
    }
    const grpc::Slice slices[] = {
        grpc::Slice(head),
        grpc::Slice(request.bytes.data(), request.bytes.size(), grpc::Slice::STATIC_SLICE)};
    outgoing_ = grpc::ByteBuffer(slices, 2);
    writing_ = true;
    ++next_;
    StartWrite(&outgoing_);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (ok) WriteOn();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    ingest::v1::PublishStreamResponse response;
    const auto now = Clock::now();
    grpc::Slice bytes;
    (void)incoming_.DumpToSingleSlice(&bytes);
    if (!response.ParseFromArray(bytes.begin(), static_cast<int>(bytes.size()))) return;
    {
      const std::lock_guard lock(mutex_);
      failures_ += static_cast<uint64_t>(response.failures_size());
      acknowledged_ = response.acknowledged_sequence();
      for (; answered_ < requests_.size() && last_sequence_[answered_] <= acknowledged_;
           ++answered_) {
        if (answered_ < requests_.size() / kWarmUpShare) continue;
        latencies_.push_back(std::chrono::duration<double>(now - due_[answered_]).count());
      }
      seconds_ = std::chrono::duration<double>(now - begin_).count();
      WriteOn();
    }
    StartRead(&incoming_);
  }

  void OnDone(const grpc::Status& status) override {
    const std::lock_guard lock(mutex_);
    status_ = status;
    done_ = true;
    ended_.notify_all();
  }

  const std::vector<Request> requests_;
  const StreamWanted wanted_;
  std::vector<uint64_t> last_sequence_;
  grpc::ClientContext context_;
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;

  std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<Clock::time_point> due_;
  std::vector<double> latencies_;  // seconds
  Clock::time_point begin_;
  double seconds_ = 0;
  size_t allowed_ = 0;
  size_t next_ = 0;
  size_t answered_ = 0;
  uint64_t acknowledged_ = 0;
  uint64_t failures_ = 0;
  bool writing_ = false;
  bool closed_ = false;
  bool done_ = false;
  grpc::Status status_;
};

base::Status Stream(const StreamWanted& wanted) {
  const auto file = FrameFile::Open(wanted.requests);
  if (!file) return tl::unexpected(file.error());
  auto requests = (*file)->Requests();
  requests.erase(requests.begin(),
                 requests.begin() + static_cast<ptrdiff_t>(std::min(wanted.skip, requests.size())));
  uint64_t most = wanted.events > 0 ? wanted.events : UINT64_MAX;
  if (wanted.rate > 0 && wanted.seconds > 0) {
    most = std::min(most, static_cast<uint64_t>(wanted.rate * wanted.seconds));
  }
  uint64_t events = 0;
  size_t count = 0;
  while (count < requests.size() && events < most) events += requests[count++].events;
  if (count == 0) return Fail(Code::kInvalidArgument, "{}: no request is left", wanted.requests);
  requests.resize(count);
  Client client(std::move(requests), wanted);
  const double cpu = CpuSeconds();
  if (base::Status done = client.Run(); !done) return done;
  client.Print(CpuSeconds() - cpu);
  return {};
}

}  // namespace

void AddStream(CLI::App& root, Step& chosen) {
  CLI::App* command = root.add_subcommand("stream", "Send requests through PublishStream");
  const auto wanted = std::make_shared<StreamWanted>();
  command->add_option("--address", wanted->address)->required();
  command->add_option("--requests", wanted->requests)->required();
  command->add_option("--skip", wanted->skip);
  command->add_option("--window", wanted->window);
  command->add_option("--rate", wanted->rate);
  command->add_option("--seconds", wanted->seconds);
  command->add_option("--events", wanted->events);
  command->callback([wanted, &chosen] { chosen = [wanted] { return Stream(*wanted); }; });
}

}  // namespace clientele::bench
