// The body of one answer as it comes in: blocks go on to the caller, an error is found wherever the
// server put it. Private to this folder; one exchange, its thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "clickhouse/http_connection.h"
#include "clickhouse/native_block.h"

namespace clientele::clickhouse {

class Answer {
 public:
  using OnBlock = std::function<base::Status(const Block&)>;
  explicit Answer(OnBlock on_block) : on_block_(std::move(on_block)) {}

  // False: no more is wanted, the caller's function has failed.
  [[nodiscard]] bool Take(const HttpHead& head, std::string_view bytes);
  // No block goes to the caller any more.
  void Discard() { discarded_ = true; }
  // How the statement went, after the exchange has ended.
  [[nodiscard]] base::Status Finish(const Exchange& exchange) const;

 private:
  [[nodiscard]] bool TakeBlocks();
  void KeepTail(std::string_view bytes);
  [[nodiscard]] base::Status FinishRefused(long status) const;

  const OnBlock on_block_;
  BlockReader reader_;
  bool discarded_ = false;
  std::optional<base::Error> block_error_;   // the bytes are no blocks
  std::optional<base::Error> caller_error_;  // what on_block said
  std::string error_body_;                   // of a status other than 200
  std::string tail_;                         // the end of the body: an error comes last
};

}  // namespace clientele::clickhouse
