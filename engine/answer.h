// Writes one HTTP answer as ClickHouse's server does: a whole one with its length, or one in pieces
// that may still fail behind its status line. One request, the session's thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/compression.h"
#include "engine/connection.h"
#include "engine/error_text.h"
#include "engine/request.h"
#include "engine/socket.h"

namespace clientele::engine {

class Answer {
 public:
  struct Facts {
    std::string_view version;
    std::string_view timezone;
    std::string_view display_name;
    unsigned http_version = 11;
    bool keep_alive = true;
  };
  Answer(Socket& socket, const Request& request, Facts facts);

  // One call of these three. False: the client is gone or stalled.
  bool Whole(unsigned status, std::string_view content_type, std::string_view body);
  bool Result(std::string_view format, std::string_view body, const Outcome& outcome);
  bool Error(const EngineError& error);

  // Or in pieces: Begin, Piece .., then End or FailLate (which leaves the answer visibly
  // unfinished). What the statement cost is known at its end only: the summary is a trailer.
  bool Begin(std::string_view format);
  bool Piece(std::string_view bytes);
  bool End(const Outcome& outcome);
  bool FailLate(const EngineError& error);

  // The connection can take another request after this one.
  [[nodiscard]] bool keep_alive() const { return facts_.keep_alive; }
  void KeepAlive(bool keep) { facts_.keep_alive = keep; }

 private:
  [[nodiscard]] std::string Head(unsigned status, std::string_view content_type) const;
  [[nodiscard]] std::string ResultHeaders(std::string_view format) const;
  bool WriteWhole(std::string head, std::string_view body);
  bool WriteChunk(std::string_view bytes);

  Socket& socket_;
  const Request& request_;
  Facts facts_;
  std::string tag_;
  std::unique_ptr<Encoder> encoder_;
  std::string encoded_;
  size_t result_bytes_ = 0;  // of the pieces, as the engine gave them
};

}  // namespace clientele::engine
