#include "engine/answer.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/beast/http/status.hpp>
#include <ctime>

#include "base/uuid.h"

namespace clientele::engine {
namespace {

constexpr std::string_view kExposed =
    "X-ClickHouse-Query-Id,X-ClickHouse-Summary,X-ClickHouse-Server-Display-Name,"
    "X-ClickHouse-Format,X-ClickHouse-Timezone,X-ClickHouse-Exception-Code,"
    "X-ClickHouse-Exception-Tag";
constexpr size_t kTagLetters = 16;

// Random, so that no row can look like it.
std::string MakeTag() {
  std::string tag;
  for (const uint8_t byte : base::RandomUuid().bytes) tag += static_cast<char>('a' + byte % 26);
  tag.resize(kTagLetters);
  return tag;
}

std::string SummaryHeader(const Outcome& outcome, size_t result_bytes) {
  return fmt::format(
      "X-ClickHouse-Summary: {{\"read_rows\":\"{}\",\"read_bytes\":\"{}\",\"written_rows\":\"{}\","
      "\"written_bytes\":\"{}\",\"total_rows_to_read\":\"0\",\"result_rows\":\"{}\","
      "\"result_bytes\":\"{}\",\"elapsed_ns\":\"{}\"}}\r\n",
      outcome.rows_read, outcome.bytes_read, outcome.rows_written, outcome.bytes_written,
      outcome.rows_written > 0 ? outcome.rows_written : outcome.result_rows, result_bytes,
      static_cast<uint64_t>(outcome.elapsed_s * 1e9));
}

}  // namespace

Answer::Answer(Socket& socket, const Request& request, Facts facts)
    : socket_(socket), request_(request), facts_(facts), tag_(MakeTag()) {}

std::string Answer::Head(unsigned status, std::string_view content_type) const {
  const auto reason =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  std::string head = fmt::format(
      "HTTP/1.{} {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\nConnection: {}\r\n"
      "Content-Type: {}\r\nAccess-Control-Expose-Headers: {}\r\n"
      "X-ClickHouse-Server-Display-Name: {}\r\n",
      facts_.http_version >= 11 ? 1 : 0, status, std::string_view(reason.data(), reason.size()),
      fmt::gmtime(std::time(nullptr)), facts_.keep_alive ? "Keep-Alive" : "Close", content_type,
      kExposed, facts_.display_name);
  if (!request_.query_id.empty()) {
    head += fmt::format("X-ClickHouse-Query-Id: {}\r\n", request_.query_id);
  }
  return head;
}

std::string Answer::ResultHeaders(std::string_view format) const {
  std::string head = Head(200, ContentType(format));
  head += fmt::format(
      "X-ClickHouse-Format: {}\r\nX-ClickHouse-Timezone: {}\r\nX-ClickHouse-Exception-Tag: {}\r\n",
      format, facts_.timezone, tag_);
  if (request_.answer_coding != Coding::kIdentity && request_.answer_coding != Coding::kBlocks) {
    head += fmt::format("Content-Encoding: {}\r\n", CodingName(request_.answer_coding));
  }
  return head;
}

bool Answer::WriteWhole(std::string head, std::string_view body) {
  head += fmt::format("Content-Length: {}\r\n\r\n", body.size());
  if (request_.head_only) body = {};
  constexpr size_t kJoinBelow = 64 << 10;
  if (body.size() > kJoinBelow) return socket_.WriteAll(head) && socket_.WriteAll(body);
  head += body;
  return socket_.WriteAll(head);
}

bool Answer::Whole(unsigned status, std::string_view content_type, std::string_view body) {
  return WriteWhole(Head(status, content_type), body);
}

bool Answer::Result(std::string_view format, std::string_view body, const Outcome& outcome) {
  std::string head = ResultHeaders(format) + SummaryHeader(outcome, body.size());
  if (request_.answer_coding == Coding::kIdentity) return WriteWhole(std::move(head), body);
  encoded_.clear();
  if (!MakeEncoder(request_.answer_coding)->Encode(body, true, encoded_)) return false;
  return WriteWhole(std::move(head), encoded_);
}

bool Answer::Error(const EngineError& error) {
  const unsigned status = StatusOf(error.code);
  std::string head = Head(status, "text/plain; charset=UTF-8");
  head += fmt::format("X-ClickHouse-Exception-Code: {}\r\nX-ClickHouse-Exception-Tag: {}\r\n",
                      error.code, tag_);
  if (status == 401 || error.code == error_code::kAuthenticationFailed) {
    head += "WWW-Authenticate: Basic realm=\"ClickHouse server HTTP API\"\r\n";
  }
  return WriteWhole(std::move(head), ErrorBody(error, facts_.version));
}

bool Answer::Begin(std::string_view format) {
  encoder_ = MakeEncoder(request_.answer_coding);
  // Before HTTP/1.1 the end of the connection is the end of the body.
  if (facts_.http_version < 11) facts_.keep_alive = false;
  std::string head = ResultHeaders(format);
  head += facts_.http_version < 11
              ? "\r\n"
              : "Transfer-Encoding: chunked\r\nTrailer: X-ClickHouse-Summary\r\n\r\n";
  return socket_.WriteAll(head);
}

bool Answer::WriteChunk(std::string_view bytes) {
  if (bytes.empty() || request_.head_only) return true;
  if (facts_.http_version < 11) return socket_.WriteAll(bytes);
  return socket_.WriteAll(fmt::format("{:x}\r\n", bytes.size())) && socket_.WriteAll(bytes) &&
         socket_.WriteAll("\r\n");
}

bool Answer::Piece(std::string_view bytes) {
  result_bytes_ += bytes.size();
  if (encoder_ == nullptr) return WriteChunk(bytes);
  encoded_.clear();
  return encoder_->Encode(bytes, false, encoded_).has_value() && WriteChunk(encoded_);
}

bool Answer::End(const Outcome& outcome) {
  if (encoder_ != nullptr) {
    encoded_.clear();
    if (!encoder_->Encode({}, true, encoded_) || !WriteChunk(encoded_)) return false;
  }
  if (facts_.http_version < 11 || request_.head_only) return true;
  return socket_.WriteAll("0\r\n" + SummaryHeader(outcome, result_bytes_) + "\r\n");
}

bool Answer::FailLate(const EngineError& error) {
  facts_.keep_alive = false;
  const std::string body = LateErrorBody(error, facts_.version, tag_);
  if (encoder_ == nullptr) return WriteChunk(body);
  encoded_.clear();
  return encoder_->Encode(body, true, encoded_).has_value() && WriteChunk(encoded_);
}

}  // namespace clientele::engine
