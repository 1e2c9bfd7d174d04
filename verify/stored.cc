#include "verify/stored.h"

#include <algorithm>

#include "verify/sql.h"

namespace clientele::verify {
namespace {

using base::Code;
using base::Fail;
using clickhouse::Block;

// A store without our tables says so.
base::Error Explained(base::Error error) {
  if (error.code != Code::kNotFound) return error;
  error.code = Code::kFailedPrecondition;
  error.message =
      "the store has no tables of Clientele, nothing was ever projected into it: " + error.message;
  return error;
}

base::Status ReadActive(clickhouse::Store& store, Stored& stored) {
  const auto read = store.Select(LongSelect(sql::kStatementsActiveVersions),
                                 [&](const Block& block) -> base::Status {
                                   for (size_t i = 0; i < block.rows; ++i) {
                                     stored.active[block.Get<std::string>("name")[i]] =
                                         static_cast<uint32_t>(block.Get<uint64_t>("active")[i]);
                                   }
                                   return {};
                                 });
  if (!read) return tl::unexpected(Explained(read.error()));
  return {};
}

void TakeLedger(const Block& block, size_t i, std::vector<Version>& versions) {
  const std::string& projection = block.Get<std::string>("name")[i];
  const auto number = static_cast<uint32_t>(block.Get<uint64_t>("version")[i]);
  if (versions.empty() || versions.back().projection != projection ||
      versions.back().number != number) {
    versions.push_back({projection, number, block.Get<std::string>("told_code_hash")[i], {}});
  }
  versions.back().ledgers[static_cast<int32_t>(block.Get<uint64_t>("src_partition")[i])] = {
      block.Get<uint64_t>("reached")[i], block.Get<uint64_t>("told_gaps")[i],
      block.Get<uint64_t>("told_genesis")[i], block.Get<uint64_t>("told_quarantined")[i],
      block.Get<base::Uuid>("told_log_id")[i]};
}

base::Status ReadLedgers(clickhouse::Store& store, Stored& stored) {
  const auto read =
      store.Select(LongSelect(sql::kStatementsLedgers), [&](const Block& block) -> base::Status {
        for (size_t i = 0; i < block.rows; ++i) TakeLedger(block, i, stored.versions);
        return {};
      });
  if (!read) return tl::unexpected(Explained(read.error()));
  // What queries read is checked without its ledger, too.
  for (const auto& [projection, number] : stored.active) {
    if (stored.Active(projection) == nullptr) {
      stored.versions.push_back({projection, number, {}, {}});
    }
  }
  return {};
}

base::Status ReadTables(clickhouse::Store& store, Stored& stored) {
  const auto read =
      store.Select(LongSelect(sql::kStatementsTables), [&](const Block& block) -> base::Status {
        for (size_t i = 0; i < block.rows; ++i) {
          stored.tables[block.Get<std::string>("name")[i]] = block.Get<std::string>("columns")[i];
        }
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  return {};
}

// What queries read must hold all of the log, whatever is said of it.
base::Status LeaveOut(clickhouse::Store& store, Stored& stored) {
  if (!stored.tables.contains("versions")) return {};
  const auto read = store.Select(
      LongSelect(sql::kStatementsLeftOutVersions), [&](const Block& block) -> base::Status {
        for (size_t i = 0; i < block.rows; ++i) {
          const Version named{block.Get<std::string>("name")[i],
                              static_cast<uint32_t>(block.Get<uint64_t>("version")[i]),
                              {},
                              {}};
          const auto active = stored.active.find(named.projection);
          if (active != stored.active.end() && active->second == named.number) continue;
          const auto left_out = std::erase_if(stored.versions, [&](const Version& version) {
            return version.Name() == named.Name();
          });
          if (left_out > 0) stored.left_out.push_back(named.Name());
        }
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  return {};
}

}  // namespace

std::string Version::Name() const { return TableName(projection); }

std::string Version::TableName(std::string_view table) const {
  return fmt::format("{}_v{}", table, number);
}

bool Version::Covers(const Mark& mark) const {
  for (size_t p = 0; p < mark.next.size(); ++p) {
    const auto ledger = ledgers.find(static_cast<int32_t>(p));
    const uint64_t reached = ledger == ledgers.end() ? 0 : ledger->second.next_offset;
    if (reached < mark.next[p]) return false;
  }
  return true;
}

const Version* Stored::Active(const std::string& projection) const {
  const auto number = active.find(projection);
  if (number == active.end()) return nullptr;
  const auto found = std::ranges::find_if(versions, [&](const Version& version) {
    return version.projection == projection && version.number == number->second;
  });
  return found == versions.end() ? nullptr : &*found;
}

base::Result<Mark> ReadMark(clickhouse::Store& store, std::optional<uint64_t> id) {
  std::optional<Mark> mark;
  const auto read = store.Select(
      LongSelect(sql::kStatementsMarks, {{"id", id ? std::to_string(*id) : "-1"}}),
      [&](const Block& block) -> base::Status {
        mark = Mark{block.Get<uint64_t>("id")[0], block.Get<int64_t>("known_at_micros")[0],
                    block.Get<std::vector<uint64_t>>("next")[0]};
        return {};
      });
  if (!read) return tl::unexpected(Explained(read.error()));
  if (mark) return *std::move(mark);
  if (id) return Fail(Code::kNotFound, "mark {}: the store has no such mark", *id);
  return Fail(Code::kNotFound,
              "the store has no mark yet: nothing is projected, or the log is empty");
}

base::Result<Stored> ReadStored(clickhouse::Store& store) {
  Stored stored;
  if (auto read = ReadActive(store, stored); !read) return tl::unexpected(read.error());
  if (auto read = ReadLedgers(store, stored); !read) return tl::unexpected(read.error());
  if (auto read = ReadTables(store, stored); !read) return tl::unexpected(read.error());
  if (auto read = LeaveOut(store, stored); !read) return tl::unexpected(read.error());
  if (stored.Active("events") == nullptr) {
    return Fail(Code::kFailedPrecondition,
                "the store names no active version of events: nothing was ever projected into it");
  }
  return stored;
}

base::Result<std::set<std::string>> DroppedSince(clickhouse::Store& store, const Stored& stored) {
  std::set<std::string> dropped;
  for (const Version& version : stored.versions) dropped.insert(version.Name());
  const auto now = ReadStored(store);
  if (!now) return tl::unexpected(now.error());
  for (const Version& version : now->versions) dropped.erase(version.Name());
  return dropped;
}

clickhouse::Statement LongSelect(std::string_view sql, clickhouse::Parameters parameters) {
  clickhouse::Statement statement;
  statement.sql = sql;
  statement.parameters = std::move(parameters);
  statement.deadline = clickhouse::kWholeTableDeadline;
  return statement;
}

}  // namespace clientele::verify
