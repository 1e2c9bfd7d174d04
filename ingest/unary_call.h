// One Publish call. Lives from the call's begin to OnDone; see service.h for its threads.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <mutex>

#include "ingest/backpressure.h"
#include "ingest/feed.h"

namespace clientele::ingest {

class Service;

class UnaryCall final : public grpc::ServerUnaryReactor,
                        public PublicationOwner,
                        public Parkable,
                        public std::enable_shared_from_this<UnaryCall> {
 public:
  // `response` is filled before the call ends.
  UnaryCall(Service& service, std::string tenant, std::string traceparent,
            grpc::ByteBuffer* response);
  // Keeps itself alive until OnDone.
  void Begin(const grpc::ByteBuffer& request);

 private:
  void OnCancel() override;
  void OnDone() override;
  void OnComplete(const Publication& publication) override;
  [[nodiscard]] bool Gone() const override;
  void Resume() override;
  void Go();
  // True for the one that may finish the call.
  bool FirstToFinish();

  Service& service_;
  Feed feed_;
  grpc::ByteBuffer* const response_;
  mutable std::mutex mutex_;
  // The call has its end, or is about to get it. After that the service may be gone at any time.
  bool finished_ = false;
  std::shared_ptr<UnaryCall> self_;
};

// A unary call that ends at once with `status`.
[[nodiscard]] grpc::ServerUnaryReactor* Refuse(grpc::CallbackServerContext& context,
                                               const grpc::Status& status);

}  // namespace clientele::ingest
