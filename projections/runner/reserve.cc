#include "projections/runner/reserve.h"

#include "projections/runner/sql.h"
#include "projections/runner/versions.h"

namespace clientele::projections::runner {

namespace {

constexpr std::chrono::milliseconds kReserveDeadline{60'000};

base::Status Execute(clickhouse::Store& store, std::string_view sql) {
  clickhouse::Statement statement;
  statement.sql = sql;
  statement.deadline = kReserveDeadline;
  const auto done = store.Execute(statement);
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace

base::Status FillReserve(clickhouse::Store& store) {
  uint64_t rows = 0;
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsReserveRows;
  const auto read = store.Select(statement, [&](const clickhouse::Block& block) -> base::Status {
    rows = block.Get<uint64_t>("rows").front();
    return {};
  });
  if (!read && read.error().code != base::Code::kNotFound) return tl::unexpected(read.error());
  if (rows > 0) return {};
  if (auto made = Execute(store, sql::kStatementsReserve); !made) return made;
  return Execute(store, sql::kStatementsReserveFill);
}

base::Status SpendReserve(clickhouse::Store& store) {
  return DropTable(store, "reserve", kReserveDeadline, true);
}

}  // namespace clientele::projections::runner
