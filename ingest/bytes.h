// Between gRPC's byte buffers and messages. Pure functions, any thread.
#pragma once

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>
#include <grpcpp/support/status.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clientele::ingest {

// The buffer's bytes, in memory that is used again and again: a message of gRPC's lies in many
// slices, and one slice for all of them would be a large allocation each time.
inline void Gather(const grpc::ByteBuffer& buffer, std::string& bytes) {
  bytes.clear();
  bytes.reserve(buffer.Length());
  std::vector<grpc::Slice> slices;
  (void)buffer.Dump(&slices);
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
}

[[nodiscard]] inline grpc::ByteBuffer ToBuffer(const google::protobuf::MessageLite& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

[[nodiscard]] inline grpc::Status ToStatus(const base::Error& error) {
  return {static_cast<grpc::StatusCode>(error.code), error.message};
}

}  // namespace clientele::ingest
