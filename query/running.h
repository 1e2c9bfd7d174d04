// How the statements of one query are run, and what their failures mean to the caller. Values; the
// query's thread.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "clickhouse/store.h"

namespace clientele::query {

struct Running {
  std::string query_id;
  std::chrono::steady_clock::time_point until;
  std::stop_token cancel;

  // The statement of this part of the work: its id begins with the query's, its deadline is what is
  // left of the time, at least a millisecond.
  [[nodiscard]] clickhouse::Statement Make(std::string_view sql, clickhouse::Parameters parameters,
                                           std::string_view part) const;
  // A store's error as the caller sees it: a read that got no clear answer can be tried again
  // (UNAVAILABLE); a table that is not there is the mark's or the start's (FAILED_PRECONDITION); a
  // statement that the store does not understand is ours (INTERNAL), its text goes to the log
  // alone.
  [[nodiscard]] base::Error Translate(const base::Error& error) const;
};

}  // namespace clientele::query
