#include "clickhouse/answer.h"

#include <algorithm>

#include "clickhouse/server_error.h"

namespace clientele::clickhouse {

namespace {

using base::Code;
using base::Fail;

constexpr long kOk = 200;
constexpr size_t kMostErrorBody = 64 << 10;
constexpr size_t kMostTail = 32 << 10;

// Of a reply that is not ClickHouse's own (a proxy's, say).
Code CodeOfStatus(long status) {
  switch (status) {
    case 401:
      return Code::kUnauthenticated;
    case 403:
      return Code::kPermissionDenied;
    case 429:
      return Code::kResourceExhausted;
    // Behind a proxy the statement may have run.
    case 502:
    case 503:
    case 504:
      return Code::kUnknown;
    default:
      return Code::kInternal;
  }
}

}  // namespace

void Answer::KeepTail(std::string_view bytes) {
  if (bytes.size() >= kMostTail) {
    tail_ = bytes.substr(bytes.size() - kMostTail);
    return;
  }
  if (tail_.size() + bytes.size() > 2 * kMostTail) tail_.erase(0, tail_.size() - kMostTail);
  tail_ += bytes;
}

bool Answer::Take(const HttpHead& head, std::string_view bytes) {
  if (head.status != kOk) {
    error_body_ += bytes.substr(0, kMostErrorBody - std::min(kMostErrorBody, error_body_.size()));
    return true;
  }
  KeepTail(bytes);
  if (block_error_ || discarded_) return true;
  reader_.Feed(bytes);
  return TakeBlocks();
}

bool Answer::TakeBlocks() {
  for (;;) {
    auto block = reader_.Next();
    if (!block) {
      // What follows may say why: read on to its end.
      block_error_ = block.error();
      return true;
    }
    if (*block == nullptr) return true;
    if ((*block)->rows == 0) continue;
    if (auto taken = on_block_(**block); !taken) {
      caller_error_ = taken.error();
      return false;
    }
  }
}

base::Status Answer::FinishRefused(long status) const {
  if (const auto error = FindServerError(error_body_)) return tl::unexpected(ToError(*error));
  return Fail(CodeOfStatus(status), "HTTP status {}: {:.500}", status, error_body_);
}

base::Status Answer::Finish(const Exchange& exchange) const {
  if (caller_error_) return tl::unexpected(*caller_error_);
  if (exchange.ending() == Ending::kNotConnected) {
    return Fail(Code::kUnavailable, "the server cannot be reached: {}", exchange.reason());
  }
  const HttpHead& head = exchange.head();
  if (head.status != 0 && head.status != kOk) return FinishRefused(head.status);
  if (const auto error = FindTaggedError(tail_, head.exception_tag)) {
    return tl::unexpected(ToError(*error));
  }
  const bool whole = exchange.ending() == Ending::kWhole;
  if (whole && !block_error_ && (discarded_ || reader_.Drained())) return {};
  if (const auto error = FindServerError(tail_)) return tl::unexpected(ToError(*error));
  if (!whole) return Fail(Code::kUnknown, "no complete answer: {}", exchange.reason());
  if (block_error_) return Fail(Code::kInternal, "the answer: {}", block_error_->message);
  return Fail(Code::kUnknown, "the answer ends inside a block");
}

}  // namespace clientele::clickhouse
