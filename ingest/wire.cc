#include "ingest/wire.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "clientele/ingest/v1/ingest.pb.h"

namespace clientele::ingest {
namespace {

using base::Code;
using base::Fail;
using google::protobuf::internal::WireFormatLite;

constexpr int kNone = 0;

struct Fields {
  int events = kNone;
  int first_sequence = kNone;
};

bool ReadEvent(google::protobuf::io::CodedInputStream& in, std::string_view bytes,
               RawRequest& request) {
  uint32_t size = 0;
  if (!in.ReadVarint32(&size)) return false;
  const auto begin = static_cast<size_t>(in.CurrentPosition());
  if (size > bytes.size() - begin || !in.Skip(static_cast<int>(size))) return false;
  request.events.push_back(bytes.substr(begin, size));
  return true;
}

base::Result<RawRequest> Split(std::string_view bytes, Fields fields) {
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                                            static_cast<int>(bytes.size()));
  const uint32_t events =
      WireFormatLite::MakeTag(fields.events, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  const uint32_t sequence =
      fields.first_sequence == kNone
          ? 0
          : WireFormatLite::MakeTag(fields.first_sequence, WireFormatLite::WIRETYPE_VARINT);
  RawRequest request;
  while (in.CurrentPosition() < static_cast<int>(bytes.size())) {
    const uint32_t tag = in.ReadTag();
    bool good = tag != 0;
    if (tag == events) {
      good = ReadEvent(in, bytes, request);
    } else if (good && tag == sequence) {
      good = in.ReadVarint64(&request.first_sequence);
    } else if (good) {
      good = WireFormatLite::SkipField(&in, tag);
    }
    if (!good) {
      return Fail(Code::kInvalidArgument, "request: broken at byte {} of {}", in.CurrentPosition(),
                  bytes.size());
    }
    if (request.events.size() > kMostEvents) {
      return Fail(Code::kInvalidArgument,
                  "events: more than {} in one message; send them in several", kMostEvents);
    }
  }
  return request;
}

}  // namespace

base::Result<RawRequest> SplitRequest(std::string_view bytes) {
  return Split(bytes, {.events = v1::PublishRequest::kEventsFieldNumber});
}

base::Result<RawRequest> SplitStreamRequest(std::string_view bytes) {
  return Split(bytes, {.events = v1::PublishStreamRequest::kEventsFieldNumber,
                       .first_sequence = v1::PublishStreamRequest::kFirstSequenceFieldNumber});
}

}  // namespace clientele::ingest
