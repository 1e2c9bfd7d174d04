// The service over a real gRPC connection, with a store that a test controls.
#include "query/service.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>

#include "query/fake_store.h"

namespace clientele::query {
namespace {

using clickhouse::Statement;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int64_t kKnownAt = 1'793'600'000'000'000;

// Statements that wait until they are cancelled or let go.
class Gate {
 public:
  // As a store does: CANCELLED when asked to, within its deadline.
  base::Result<clickhouse::Block> Wait(const Statement& statement) {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    const bool let_go =
        changed_.wait_for(lock, statement.cancel, statement.deadline, [&] { return open_; });
    --waiting_;
    ++ended_;
    changed_.notify_all();
    if (statement.cancel.stop_requested()) return base::Fail(base::Code::kCancelled, "killed");
    if (!let_go) return base::Fail(base::Code::kDeadlineExceeded, "too late");
    return clickhouse::Block{};
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool Await(size_t waiting) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(20), [&] { return waiting_ == waiting; });
  }
  bool AwaitEnded(size_t ended) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(20), [&] { return ended_ >= ended; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool open_ = false;
  size_t waiting_ = 0;
  size_t ended_ = 0;
};

base::Result<std::string> TenantFromMetadata(const grpc::CallbackServerContext& context) {
  const auto found = context.client_metadata().find("clientele-tenant");
  if (found == context.client_metadata().end()) return std::string("main");
  if (found->second == "bad") return base::Fail(base::Code::kPermissionDenied, "not you");
  return std::string(found->second.data(), found->second.size());
}

class ServiceTest : public testing::Test {
 protected:
  void Start(FakeStore::Answer answer, ServiceLimits limits = {}) {
    store_ = std::make_unique<FakeStore>(std::move(answer));
    service_ = std::make_unique<Service>(Catalogue::Embedded().value(), *store_, TenantFromMetadata,
                                         metrics_, limits);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    channel_ =
        grpc::CreateChannel(fmt::format("127.0.0.1:{}", port), grpc::InsecureChannelCredentials());
    stub_ = v1::MetricsService::NewStub(channel_);
  }

  void StartGated(ServiceLimits limits = {}) {
    Start(
        [this](const Statement& statement) -> base::Result<clickhouse::Block> {
          if (AsksForMark(statement)) return MarkBlock(3, kKnownAt);
          return gate_.Wait(statement);
        },
        limits);
  }

  void TearDown() override {
    gate_.Open();
    if (server_) server_->Shutdown(std::chrono::system_clock::now() + seconds(5));
  }

  static v1::QueryRequest Request() {
    v1::QueryRequest request;
    request.add_metrics("abandon_rate");
    request.set_from("2026-11-01");
    request.set_to("2026-11-03");
    return request;
  }

  grpc::Status Query(const v1::QueryRequest& request, grpc::ClientContext& context) {
    return stub_->Query(&context, request, &response_);
  }
  grpc::Status Query(const v1::QueryRequest& request) {
    grpc::ClientContext context;
    return Query(request, context);
  }

  // A call in a thread of its own.
  struct Pending {
    grpc::ClientContext context;
    v1::QueryResponse response;
    std::future<grpc::Status> status;
  };
  std::unique_ptr<Pending> Begin() {
    auto pending = std::make_unique<Pending>();
    pending->status = std::async(std::launch::async, [this, call = pending.get()] {
      return stub_->Query(&call->context, Request(), &call->response);
    });
    return pending;
  }

  base::Metrics metrics_;
  std::mutex mutex_;  // of what a test's store notes down: TSan does not see gRPC's own order
  Gate gate_;
  std::unique_ptr<FakeStore> store_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::MetricsService::Stub> stub_;
  v1::QueryResponse response_;
};

TEST_F(ServiceTest, AnswersAtTheNewestMark) {
  std::vector<Statement> statements;
  Start([&](const Statement& statement) -> base::Result<clickhouse::Block> {
    const std::lock_guard lock(mutex_);
    statements.push_back(statement);
    if (AsksForMark(statement)) return MarkBlock(3, kKnownAt);
    return clickhouse::Block{
        .rows = 1,
        .columns = {ColumnOf<int64_t>("value_0", {10}), ColumnOf<int64_t>("value_1", {40})}};
  });
  const grpc::Status status = Query(Request());
  ASSERT_TRUE(status.ok()) << status.error_message();
  const std::lock_guard lock(mutex_);
  EXPECT_EQ(response_.rows(0).figures(0).value(), .25);
  EXPECT_EQ(response_.meta().mark_id(), 3);
  EXPECT_EQ(response_.meta().known_at(), kKnownAt);
  EXPECT_EQ(response_.meta().rows_read(), 100U);
  EXPECT_EQ(response_.meta().elapsed_ms(), 1.5);
  EXPECT_EQ(response_.meta().time_zone(), "UTC");
  ASSERT_EQ(statements.size(), 2U);
  for (const Statement& statement : statements) {
    EXPECT_THAT(statement.query_id, StartsWith(response_.meta().query_id()));
  }
  EXPECT_THAT(std::string(statements[0].sql), HasSubstr("ORDER BY id DESC"));
  EXPECT_EQ(statements[1].parameters.at("table"), "calls_v2");
  EXPECT_EQ(statements[1].parameters.at("next"), "[100,200]");
  EXPECT_EQ(statements[1].parameters.at("tenant"), "main");
  EXPECT_THAT(metrics_.Text(), HasSubstr("clientele_query_calls_total{code=\"OK\"} 1"));
  EXPECT_THAT(metrics_.Text(), HasSubstr("clientele_query_rows_read_total 100"));
}

TEST_F(ServiceTest, AsksForTheMarkThatIsWanted) {
  clickhouse::Parameters parameters;
  Start([&](const Statement& statement) -> base::Result<clickhouse::Block> {
    if (!AsksForMark(statement)) return clickhouse::Block{};
    const std::lock_guard lock(mutex_);
    parameters = statement.parameters;
    return MarkBlock(3, kKnownAt);
  });
  v1::QueryRequest request = Request();
  request.set_mark_id(3);
  EXPECT_TRUE(Query(request).ok());
  {
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(parameters.at("least_id"), "3");
    EXPECT_EQ(parameters.at("most_id"), "3");
  }
  request.set_known_at(kKnownAt);
  EXPECT_TRUE(Query(request).ok());
  const std::lock_guard lock(mutex_);
  EXPECT_EQ(parameters.at("least_id"), "0");
  EXPECT_EQ(parameters.at("known_at"), std::to_string(kKnownAt));
}

TEST_F(ServiceTest, SaysThatAMarkIsNotThere) {
  Start([](const Statement&) { return clickhouse::Block{}; });
  v1::QueryRequest request = Request();
  EXPECT_EQ(Query(request).error_code(), grpc::StatusCode::UNAVAILABLE);
  request.set_mark_id(99);
  const grpc::Status missing = Query(request);
  EXPECT_EQ(missing.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(missing.error_message(), "mark_id = 99: there is no such mark");
  request.set_known_at(1);
  EXPECT_EQ(Query(request).error_code(), grpc::StatusCode::NOT_FOUND);
  request.set_known_at(-1);
  EXPECT_EQ(Query(request).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  request.set_mark_id(-1);
  EXPECT_EQ(Query(request).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ServiceTest, TakesTheTenantFromTheResolver) {
  std::string tenant;
  Start([&](const Statement& statement) -> base::Result<clickhouse::Block> {
    if (AsksForMark(statement)) return MarkBlock(3, kKnownAt);
    const std::lock_guard lock(mutex_);
    tenant = statement.parameters.at("tenant");
    return clickhouse::Block{};
  });
  grpc::ClientContext good;
  good.AddMetadata("clientele-tenant", "other");
  EXPECT_TRUE(Query(Request(), good).ok());
  {
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(tenant, "other");
  }
  grpc::ClientContext bad;
  bad.AddMetadata("clientele-tenant", "bad");
  EXPECT_EQ(Query(Request(), bad).error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(ServiceTest, NamesWhatIsWrongWithoutAskingTheStore) {
  Start([](const Statement&) -> base::Result<clickhouse::Block> {
    ADD_FAILURE() << "the store was asked";
    return clickhouse::Block{};
  });
  v1::QueryRequest request = Request();
  request.set_metrics(0, "abandonrate");
  const grpc::Status status = Query(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("did you mean abandon_rate?"));
  EXPECT_THAT(metrics_.Text(), HasSubstr("{code=\"INVALID_ARGUMENT\"} 1"));
}

// Deeper than gRPC itself reads, and deeper than is read here.
TEST_F(ServiceTest, NamesTheGreatestDepthOfAFilter) {
  Start([](const Statement&) -> base::Result<clickhouse::Block> {
    ADD_FAILURE() << "the store was asked";
    return clickhouse::Block{};
  });
  for (const int levels : {17, 50, 100, 1'000}) {
    v1::QueryRequest request = Request();
    v1::Condition* condition = request.mutable_where();
    for (int i = 1; i < levels; ++i) condition = condition->mutable_all()->add_conditions();
    condition->set_set("queue");
    const grpc::Status status = Query(request);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << levels;
    EXPECT_THAT(status.error_message(), HasSubstr("must lie at most 16 levels deep")) << levels;
    const bool with_path = status.error_message().starts_with("where.all.conditions[0].all.");
    EXPECT_EQ(with_path, levels <= 100) << status.error_message();
  }
}

TEST_F(ServiceTest, RefusesBytesThatAreNoRequest) {
  StartGated();
  grpc::GenericStub stub(channel_);
  const grpc::Slice slice(std::string("\x0a\x05") + "ab");  // a text of 5 bytes that has 2
  const grpc::ByteBuffer bytes(&slice, 1);
  grpc::ByteBuffer answer;
  grpc::ClientContext context;
  const auto ended = std::make_shared<std::promise<grpc::Status>>();
  stub.UnaryCall(&context, "/clientele.query.v1.MetricsService/Query", {}, &bytes, &answer,
                 [ended](grpc::Status status) { ended->set_value(std::move(status)); });
  const grpc::Status status = ended->get_future().get();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("the bytes of the request are no QueryRequest"));
}

TEST_F(ServiceTest, TranslatesTheStoresErrors) {
  std::atomic<base::Code> code = base::Code::kUnknown;
  Start([&](const Statement& statement) -> base::Result<clickhouse::Block> {
    if (AsksForMark(statement)) return MarkBlock(3, kKnownAt);
    return base::Fail(code, "Code: 1. DB::Exception: SELECT secret FROM clientele.calls_v2");
  });
  const std::map<base::Code, grpc::StatusCode> expected = {
      {base::Code::kUnknown, grpc::StatusCode::UNAVAILABLE},
      {base::Code::kUnavailable, grpc::StatusCode::UNAVAILABLE},
      {base::Code::kNotFound, grpc::StatusCode::FAILED_PRECONDITION},
      {base::Code::kInvalidArgument, grpc::StatusCode::INTERNAL},
      {base::Code::kResourceExhausted, grpc::StatusCode::RESOURCE_EXHAUSTED},
      {base::Code::kDeadlineExceeded, grpc::StatusCode::DEADLINE_EXCEEDED},
      {base::Code::kInternal, grpc::StatusCode::INTERNAL}};
  for (const auto& [from, to] : expected) {
    code = from;
    const grpc::Status status = Query(Request());
    EXPECT_EQ(status.error_code(), to) << static_cast<int>(from);
    EXPECT_THAT(status.error_message(), testing::Not(HasSubstr("secret")));
  }
}

TEST_F(ServiceTest, ACancelledCallEndsItsStatement) {
  StartGated();
  const auto call = Begin();
  ASSERT_TRUE(gate_.Await(1));
  const auto cancelled = std::chrono::steady_clock::now();
  call->context.TryCancel();
  ASSERT_TRUE(gate_.AwaitEnded(1));
  EXPECT_LT(std::chrono::steady_clock::now() - cancelled, milliseconds(250));
  EXPECT_EQ(call->status.get().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(ServiceTest, APassedDeadlineEndsItsStatement) {
  StartGated();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + milliseconds(200));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(Query(Request(), context).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  ASSERT_TRUE(gate_.AwaitEnded(1));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds(200 + 250));
}

TEST_F(ServiceTest, NoQueryTakesLongerThanTheLongest) {
  StartGated({.longest = milliseconds(50)});
  const grpc::Status status = Query(Request());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(ServiceTest, RefusesWhatItCannotHold) {
  StartGated({.workers = 2, .waiting = 1});
  const auto first = Begin();
  const auto second = Begin();
  ASSERT_TRUE(gate_.Await(2));
  const auto third = Begin();  // one of the two that follow waits, the other is refused
  const auto fourth = Begin();
  std::array<Pending*, 2> late = {third.get(), fourth.get()};
  const auto refused = [](Pending* call) {
    return call->status.wait_for(milliseconds(10)) == std::future_status::ready;
  };
  const auto until = std::chrono::steady_clock::now() + seconds(20);
  while (!refused(late[0]) && !refused(late[1]) && std::chrono::steady_clock::now() < until) {
  }
  if (refused(late[1])) std::swap(late[0], late[1]);
  const grpc::Status status = late[0]->status.get();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "2 queries run and 1 wait; try again later");
  gate_.Open();
  EXPECT_TRUE(first->status.get().ok());
  EXPECT_TRUE(second->status.get().ok());
  EXPECT_TRUE(late[1]->status.get().ok());
}

TEST_F(ServiceTest, ACallThatIsCancelledWhileItWaitsNeverReachesTheStore) {
  StartGated({.workers = 1, .waiting = 4});
  const auto running = Begin();
  ASSERT_TRUE(gate_.Await(1));
  const auto waiting = Begin();
  waiting->context.TryCancel();
  EXPECT_EQ(waiting->status.get().error_code(), grpc::StatusCode::CANCELLED);
  gate_.Open();
  EXPECT_TRUE(running->status.get().ok());
}

TEST_F(ServiceTest, DrainWaitsThenCancels) {
  StartGated();
  EXPECT_TRUE(service_->Serving());
  const auto call = Begin();
  ASSERT_TRUE(gate_.Await(1));
  EXPECT_FALSE(service_->Drain(milliseconds(20)));
  EXPECT_EQ(call->status.get().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_FALSE(service_->Serving());
  EXPECT_EQ(Query(Request()).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServiceTest, DrainWithoutCallsIsQuick) {
  StartGated();
  EXPECT_TRUE(service_->Drain(seconds(20)));
}

TEST_F(ServiceTest, ManyCallsAtOnceAllEnd) {
  Start([](const Statement& statement) -> base::Result<clickhouse::Block> {
    if (AsksForMark(statement)) return MarkBlock(3, kKnownAt);
    return clickhouse::Block{};
  });
  std::vector<std::unique_ptr<Pending>> calls;
  for (int i = 0; i < 60; ++i) calls.push_back(Begin());
  for (size_t i = 0; i < calls.size(); i += 3) calls[i]->context.TryCancel();
  for (const auto& call : calls) {
    const grpc::StatusCode code = call->status.get().error_code();
    EXPECT_TRUE(code == grpc::StatusCode::OK || code == grpc::StatusCode::CANCELLED) << code;
  }
  EXPECT_TRUE(service_->Drain(seconds(20)));
}

TEST_F(ServiceTest, ListsTheMetrics) {
  StartGated();
  grpc::ClientContext context;
  v1::ListMetricsResponse list;
  ASSERT_TRUE(stub_->ListMetrics(&context, {}, &list).ok());
  const auto level = std::ranges::find_if(
      list.metrics(), [](const auto& metric) { return metric.id() == "service_level"; });
  ASSERT_NE(level, list.metrics().end());
  EXPECT_EQ(level->variants_size(), 4);
  EXPECT_EQ(level->parameters_size(), 2);
  EXPECT_EQ(level->kind(), "ratio");
  EXPECT_EQ(level->direction(), v1::Column::UP_GOOD);
  EXPECT_THAT(level->dimensions(), testing::Contains("queue"));
  EXPECT_EQ(level->points(), "");
  const auto curve = std::ranges::find_if(
      list.metrics(), [](const auto& metric) { return metric.id() == "service_level_curve"; });
  ASSERT_NE(curve, list.metrics().end());
  EXPECT_EQ(curve->kind(), "distribution");
  EXPECT_EQ(curve->points(), "threshold_s");
}

}  // namespace
}  // namespace clientele::query
