// The body of one request, decoded from its transfer and content codings as it is read. Lives as
// long as the request, used by the session's thread.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/compression.h"
#include "engine/socket.h"

namespace clientele::engine {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

class Body {
 public:
  Body(Socket& socket, boost::beast::flat_buffer& buffer, RequestParser& parser, Coding coding);

  // Fills up to `size` bytes; fewer only at the end, 0: there is no more. CANCELLED: interrupted;
  // UNAVAILABLE: the client is gone; DEADLINE_EXCEEDED: it sent nothing for too long;
  // INVALID_ARGUMENT: it is no HTTP body or no such coding.
  [[nodiscard]] base::Result<size_t> Read(char* out, size_t size);
  // Adds the rest to `out`. RESOURCE_EXHAUSTED beyond `limit` bytes.
  [[nodiscard]] base::Status ReadAll(size_t limit, std::string& out);
  // Reads what is left and throws it away; false: more than `limit` bytes, or the client stopped.
  [[nodiscard]] bool Discard(size_t limit);

 private:
  [[nodiscard]] base::Result<size_t> ReadRaw(char* out, size_t size);
  [[nodiscard]] base::Result<size_t> ReadDecoded(char* out, size_t size);

  Socket& socket_;
  boost::beast::flat_buffer& buffer_;
  RequestParser& parser_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<char> coded_;
  size_t coded_begin_ = 0;
  size_t coded_end_ = 0;
  bool coded_finished_ = false;
};

}  // namespace clientele::engine
