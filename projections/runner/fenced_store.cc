#include "projections/runner/fenced_store.h"

#include "base/hash.h"
#include "base/kill_point.h"

namespace clientele::projections::runner {

namespace {

constexpr std::chrono::milliseconds kInsertDeadline{120'000};
constexpr std::chrono::milliseconds kEndDeadline{30'000};

// ClickHouse's own way to an insert once: it loses rows when the server is killed.
clickhouse::Settings InsertToken(std::string_view table, const clickhouse::BlockWriter& block) {
  const clickhouse::BlockWriter::Encoded encoded = block.EncodeInPieces();
  std::string token(table);
  for (const std::string_view piece : encoded.pieces) {
    token += fmt::format("-{:x}", base::HashBytes(piece).low);
  }
  return {{"deduplicate_insert", "enable"},
          {"insert_deduplicate", "1"},
          {"insert_deduplication_token", std::move(token)}};
}

}  // namespace

FencedStore::Outcome FencedStore::Insert(std::string_view writer, std::string_view table,
                                         const clickhouse::BlockWriter& block) {
  clickhouse::Statement how;
  how.query_id = fence_.QueryId(writer, statements_.fetch_add(1) + 1);
  how.deadline = kInsertDeadline;
  // Row keys differ, so there is nothing to collapse within a block; looking for it costs a quarter
  // of an insert.
  how.settings = {{"optimize_on_insert", "0"}};
  if (base::Broken("insert-tokens")) how.settings.merge(InsertToken(table, block));
  Outcome outcome;
  outcome.query_id = how.query_id;
  if (auto inserted = store_.Insert(table, block, how); !inserted) {
    outcome.status = tl::unexpected(inserted.error());
  }
  return outcome;
}

base::Status FencedStore::End(const std::string& query_id) {
  return store_.Kill(query_id, kEndDeadline);
}

}  // namespace clientele::projections::runner
