#include "query/query_call.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>

#include "query/filter.h"
#include "query/query.h"
#include "query/service.h"

namespace clientele::query {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// Messages within each other, two for each level of a tree of conditions: far more than are
// allowed, so that who asks for too many is told where, and little enough for a thread's stack.
constexpr int kMostMessageLevels = 400;

bool ReadRequest(const grpc::ByteBuffer& bytes, v1::QueryRequest& request) {
  grpc::ByteBuffer shared = bytes;  // its pieces
  grpc::ProtoBufferReader reader(&shared);
  google::protobuf::io::CodedInputStream input(&reader);
  input.SetRecursionLimit(kMostMessageLevels);
  return request.ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

}  // namespace

QueryCall::QueryCall(Service& service, const grpc::CallbackServerContext& context,
                     const grpc::ByteBuffer& request, grpc::ByteBuffer& response)
    : service_(service),
      request_(request),
      response_(response),
      begun_(steady_clock::now()),
      until_(begun_ + service.limits().longest) {
  // A caller without a deadline has one far beyond what a clock can add up to.
  const auto left = context.deadline() - std::chrono::system_clock::now();
  if (left < service.limits().longest) {
    until_ = begun_ + std::chrono::duration_cast<steady_clock::duration>(left);
  }
}

void QueryCall::Run(const std::string& tenant) {
  if (stop_.stop_requested()) {
    End({grpc::StatusCode::CANCELLED, "the query was cancelled"});
    return;
  }
  if (steady_clock::now() >= until_) {
    End({grpc::StatusCode::DEADLINE_EXCEEDED, "the query's deadline passed before it began"});
    return;
  }
  v1::QueryRequest request;
  if (!ReadRequest(request_, request)) {
    End({grpc::StatusCode::INVALID_ARGUMENT,
         fmt::format(
             "the bytes of the request are no QueryRequest, or a text of it is not UTF-8, or its "
             "where is far deeper than it may be: it must lie at most {} levels deep",
             kMostFilterLevels)});
    return;
  }
  const auto answer = RunQuery(service_.catalogue(), service_.store(), service_.identities(),
                               request, {tenant, until_, stop_.get_token()});
  if (!answer) {
    End({static_cast<grpc::StatusCode>(answer.error().code), answer.error().message});
    return;
  }
  service_.probe().rows_read.Increment(static_cast<double>(answer->meta().rows_read()));
  bool owned = false;  // the bytes are the response's in any case
  End(grpc::SerializationTraits<v1::QueryResponse>::Serialize(*answer, &response_, &owned));
}

void QueryCall::End(const grpc::Status& status) {
  const std::chrono::duration<double> took = steady_clock::now() - begun_;
  service_.probe().seconds.Observe(took.count());
  service_.probe().CountResult(status.error_code());
  {
    // What was done with request and response is before what OnDone's thread does with them.
    const std::lock_guard lock(mutex_);
  }
  Finish(status);
}

void QueryCall::Begin() {
  const std::lock_guard lock(mutex_);
  self_ = shared_from_this();
}

void QueryCall::Cancel() {
  std::unique_lock lock(mutex_);
  std::stop_source stop = stop_;
  lock.unlock();
  stop.request_stop();  // calls what ends the statement
}

void QueryCall::OnDone() {
  std::unique_lock lock(mutex_);
  // The last use of this object may be the end of this function.
  const std::shared_ptr<QueryCall> self = std::move(self_);
  Service& service = service_;
  lock.unlock();
  service.Closed(this);
}

}  // namespace clientele::query
