#include "projections/runner/crowded_parts.h"

#include "projections/runner/sql.h"

namespace clientele::projections::runner {

std::optional<uint64_t> CountCrowdedParts(clickhouse::Store& store) {
  uint64_t parts = 0;
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsCrowdedParts;
  const auto read = store.Select(statement, [&](const clickhouse::Block& block) -> base::Status {
    if (block.rows > 0) parts = block.Get<uint64_t>("parts").front();
    return {};
  });
  if (!read) return std::nullopt;
  return parts;
}

}  // namespace clientele::projections::runner
