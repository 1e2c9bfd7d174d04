#include "engine/body.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

namespace clientele::engine {
namespace {

namespace http = boost::beast::http;
using base::Code;
using base::Fail;

constexpr size_t kCodedBytes = 256 << 10;
constexpr size_t kReadStep = 64 << 10;

tl::unexpected<base::Error> ReadFailure(const boost::system::error_code& error) {
  if (error == boost::asio::error::operation_aborted) return Fail(Code::kCancelled, "interrupted");
  if (error == boost::asio::error::timed_out) {
    return Fail(Code::kDeadlineExceeded, "the client sent nothing for too long");
  }
  if (error == boost::asio::error::eof || error == http::error::partial_message ||
      error == http::error::end_of_stream || error.category() == boost::system::system_category()) {
    return Fail(Code::kUnavailable, "the client is gone before the end of its body");
  }
  return Fail(Code::kInvalidArgument, "body: {}", error.message());
}

}  // namespace

Body::Body(Socket& socket, boost::beast::flat_buffer& buffer, RequestParser& parser, Coding coding)
    : socket_(socket), buffer_(buffer), parser_(parser), decoder_(MakeDecoder(coding)) {}

base::Result<size_t> Body::ReadRaw(char* out, size_t size) {
  size_t got = 0;
  while (got < size && !parser_.is_done()) {
    auto& body = parser_.get().body();
    body.data = out + got;
    body.size = size - got;
    boost::system::error_code error;
    http::read_some(socket_, buffer_, parser_, error);
    got = size - parser_.get().body().size;
    if (error == http::error::need_buffer) error = {};
    if (error) return ReadFailure(error);
  }
  return got;
}

base::Result<size_t> Body::ReadDecoded(char* out, size_t size) {
  if (coded_.empty()) coded_.resize(kCodedBytes);
  for (;;) {
    if (coded_begin_ == coded_end_ && !coded_finished_) {
      const auto got = ReadRaw(coded_.data(), coded_.size());
      if (!got) return got;
      coded_begin_ = 0;
      coded_end_ = *got;
      coded_finished_ = *got < coded_.size();
    }
    const std::string_view in(coded_.data() + coded_begin_, coded_end_ - coded_begin_);
    if (in.empty() && decoder_->AtEnd()) return 0;
    const auto step = decoder_->Decode(in, out, size);
    if (!step) return tl::unexpected(step.error());
    coded_begin_ += step->consumed;
    if (step->produced > 0) return step->produced;
    if (step->consumed == 0 && coded_finished_) {
      return Fail(Code::kInvalidArgument, "body: its compressed stream ends too early");
    }
  }
}

base::Result<size_t> Body::Read(char* out, size_t size) {
  if (decoder_ == nullptr) return ReadRaw(out, size);
  size_t got = 0;
  while (got < size) {
    const auto piece = ReadDecoded(out + got, size - got);
    if (!piece) return piece;
    if (*piece == 0) break;
    got += *piece;
  }
  return got;
}

base::Status Body::ReadAll(size_t limit, std::string& out) {
  for (;;) {
    const size_t before = out.size();
    out.resize(before + kReadStep);
    const auto got = Read(out.data() + before, kReadStep);
    out.resize(before + (got ? *got : 0));
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) return {};
    if (out.size() > limit) {
      return Fail(Code::kResourceExhausted, "body: more than {} bytes of SQL", limit);
    }
  }
}

bool Body::Discard(size_t limit) {
  std::vector<char> sink(std::min(limit + 1, kCodedBytes));
  size_t total = 0;
  while (total <= limit) {
    const auto got = ReadRaw(sink.data(), sink.size());
    if (!got) return false;
    total += *got;
    if (*got < sink.size()) return parser_.is_done();
  }
  return false;
}

}  // namespace clientele::engine
