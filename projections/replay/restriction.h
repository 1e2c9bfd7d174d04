// Which part of the log a replay keeps: events recorded in a range of time, of one tenant, of one
// kind of entity, of one purpose. The same condition is a filter of rows while they are made
// (Filter) and parameters of the proof's statements (AddTo). A plain value; any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "clickhouse/store.h"
#include "projections/runner/live_version.h"

namespace clientele::projections::replay {

// 2026-11-01T00:00:00.000Z
[[nodiscard]] std::string FormatMoment(int64_t ms);

struct Restriction {
  std::optional<int64_t> from_ms;  // recorded_at, milliseconds since the epoch
  std::optional<int64_t> to_ms;    // exclusive
  std::string tenant;
  uint32_t entity_kind = 0;  // 0: any
  int8_t purpose = 0;        // of the rows' tellings; 0: any

  [[nodiscard]] bool none() const;
  // The same text for the same restriction; empty for none: what clientele.versions keeps.
  [[nodiscard]] std::string ToString() const;
  // None for no restriction.
  [[nodiscard]] runner::RowFilter Filter() const;
  // Parameters from_ms, to_ms, tenant, kind, purpose.
  void AddTo(clickhouse::Parameters& parameters) const;
};

// `where`: tenant=NAME, kind=NAME, purpose=NAME, each at most once. INVALID_ARGUMENT names the
// option, its value and the rule.
[[nodiscard]] base::Result<Restriction> MakeRestriction(std::optional<int64_t> from_ms,
                                                        std::optional<int64_t> to_ms,
                                                        const std::vector<std::string>& where);

}  // namespace clientele::projections::replay
