#include "verify/ledger_check.h"

#include <algorithm>
#include <array>

#include "verify/sql.h"
#include "verify/telling_rows.h"

namespace clientele::verify {
namespace {

using clickhouse::Block;

// The tables that make up a projection.
std::vector<std::string> TablesOf(const std::string& projection) {
  if (projection == "events") return {"events"};
  std::vector<std::string> tables;
  for (const PartTable& of : kPartTables) {
    if (of.projection == projection) tables.emplace_back(of.table);
  }
  return tables;
}

struct Content {
  uint64_t rows = 0;
  uint64_t sum = 0;
  uint64_t mixed = 0;
  bool operator==(const Content&) const = default;
};
using Month = std::pair<uint64_t, uint64_t>;  // partition, YYYYMM
using Contents = std::map<Month, Content>;

base::Result<Contents> ReadContents(clickhouse::Store& store, const std::string& table,
                                    const Mark& mark) {
  Contents contents;
  const auto read = store.Select(
      LongSelect(sql::kStatementsContents,
                 {{"table", table}, {"next", clickhouse::ArrayParameter(mark.next)}}),
      [&](const Block& block) -> base::Status {
        for (size_t i = 0; i < block.rows; ++i) {
          contents[{block.Get<uint64_t>("src_partition")[i], block.Get<uint64_t>("month")[i]}] = {
              block.Get<uint64_t>("rows")[i], block.Get<uint64_t>("hashes")[i],
              block.Get<uint64_t>("mixed")[i]};
        }
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  return contents;
}

base::Status NameDifferent(clickhouse::Store& store, const std::string& one,
                           const std::string& other, const Month& month, const Mark& mark,
                           Report& report) {
  const uint64_t below = month.first < mark.next.size() ? mark.next[month.first] : 0;
  const auto read = store.Select(
      LongSelect(sql::kStatementsDifferentOffsets, {{"one", one},
                                                    {"other", other},
                                                    {"partition", std::to_string(month.first)},
                                                    {"month", std::to_string(month.second)},
                                                    {"below", std::to_string(below)},
                                                    {"most", std::to_string(report.most())}}),
      [&](const Block& block) -> base::Status {
        for (const uint64_t offset : block.Get<uint64_t>("src_offset")) {
          // The one that queries read is compared with the log itself (I1, I2).
          report.Add({"I4", other, static_cast<int64_t>(month.first), static_cast<int64_t>(offset),
                      fmt::format("month {}: other rows than in {}, which queries read",
                                  month.second, one)});
        }
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  return {};
}

// `one`: of the version that queries read.
base::Status CompareTables(clickhouse::Store& store, const Stored& stored, const std::string& one,
                           const std::string& other, const Mark& mark, Report& report) {
  const auto columns = stored.tables.find(one);
  const auto others = stored.tables.find(other);
  if (columns == stored.tables.end() || others == stored.tables.end() ||
      columns->second != others->second) {
    report.Note(fmt::format("{} and {} have other columns: not compared", one, other));
    return {};
  }
  const auto first = ReadContents(store, one, mark);
  if (!first) return tl::unexpected(first.error());
  const auto second = ReadContents(store, other, mark);
  if (!second) return tl::unexpected(second.error());
  std::set<Month> months;
  for (const auto& [month, content] : *first) months.insert(month);
  for (const auto& [month, content] : *second) months.insert(month);
  for (const Month& month : months) {
    const auto left = first->find(month);
    const auto right = second->find(month);
    if (left != first->end() && right != second->end() && left->second == right->second) continue;
    if (auto named = NameDifferent(store, one, other, month, mark, report); !named) return named;
  }
  return {};
}

void CheckLedger(const Version& version, int32_t partition, const Ledger& ledger, const Counts& log,
                 Report& report) {
  struct Number {
    const char* name;
    uint64_t told;
    uint64_t counted;
  };
  for (const auto& [name, told, counted] :
       {Number{"gaps", ledger.gaps, log.gaps}, Number{"genesis", ledger.genesis, log.genesis},
        Number{"quarantined", ledger.quarantined, log.quarantined}}) {
    if (told == counted) continue;
    report.Add({"I3", "ledger of " + version.Name(), partition,
                static_cast<int64_t>(ledger.next_offset),
                fmt::format("{} below it is {}, the log has {}", name, told, counted)});
  }
}

// The tables of two versions of one projection.
base::Status CompareWith(clickhouse::Store& store, const Stored& stored, const Version& active,
                         const Version& version, const Mark& mark, Report& report) {
  for (const std::string& table : TablesOf(version.projection)) {
    auto compared = CompareTables(store, stored, active.TableName(table), version.TableName(table),
                                  mark, report);
    if (!compared) return compared;
  }
  return {};
}

base::Status CheckCountsOf(clickhouse::Store& store, const Version& version, const Mark& mark,
                           Report& report) {
  std::vector<uint64_t> next(mark.next.size(), 0);
  for (const auto& [partition, ledger] : version.ledgers) {
    const auto p = static_cast<size_t>(partition);
    if (p < next.size()) next[p] = ledger.next_offset;
  }
  std::map<int32_t, uint64_t> rows;
  const auto read = store.Select(
      LongSelect(sql::kStatementsRowCounts, {{"table", version.TableName("events")},
                                             {"next", clickhouse::ArrayParameter(next)}}),
      [&](const Block& block) -> base::Status {
        for (size_t i = 0; i < block.rows; ++i) {
          rows[static_cast<int32_t>(block.Get<uint64_t>("src_partition")[i])] =
              block.Get<uint64_t>("rows")[i];
        }
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  for (const auto& [partition, ledger] : version.ledgers) {
    const uint64_t sum = rows[partition] + ledger.quarantined + ledger.gaps + ledger.genesis;
    if (sum == ledger.next_offset) continue;
    report.Add({"I3", version.TableName("events"), partition,
                static_cast<int64_t>(ledger.next_offset),
                fmt::format("{} projected + {} quarantined + {} gaps + {} genesis = {}, must be "
                            "the ledger's next offset {}",
                            rows[partition], ledger.quarantined, ledger.gaps, ledger.genesis, sum,
                            ledger.next_offset)});
  }
  return {};
}

// An error that comes of a version that was dropped meanwhile is none, but told.
base::Status UnlessDropped(clickhouse::Store& store, const Stored& stored, const Version& version,
                           const base::Error& error, Report& report) {
  if (error.code == base::Code::kNotFound) {
    const auto dropped = DroppedSince(store, stored);
    if (dropped && dropped->contains(version.Name())) {
      report.Note(version.Name() + " was dropped meanwhile: not checked to its end");
      return {};
    }
  }
  return tl::unexpected(error);
}

}  // namespace

void Accounts::Pass(uint64_t offset, const Counts& before) {
  while (!open_.empty() && *open_.begin() <= offset) {
    Counts counts = before;
    counts.gaps += *open_.begin() - counts.next;
    counts.next = *open_.begin();
    counts_[counts.next] = counts;
    open_.erase(open_.begin());
  }
}

std::set<uint64_t> LedgerOffsets(const Stored& stored, int32_t partition) {
  std::set<uint64_t> offsets;
  for (const Version& version : stored.versions) {
    const auto ledger = version.ledgers.find(partition);
    if (ledger != version.ledgers.end()) offsets.insert(ledger->second.next_offset);
  }
  return offsets;
}

void CheckLedgers(const Stored& stored, const Mark& mark, int32_t partition,
                  const std::map<uint64_t, Counts>& counts, Report& report) {
  const uint64_t next = mark.next[static_cast<size_t>(partition)];
  for (const Version& version : stored.versions) {
    const auto ledger = version.ledgers.find(partition);
    const bool active = stored.Active(version.projection) == &version;
    const uint64_t reached = ledger == version.ledgers.end() ? 0 : ledger->second.next_offset;
    if (active && reached < next) {
      const bool lost = ledger == version.ledgers.end();
      report.Add(
          {"I3", "ledger of " + version.Name(), partition,
           lost ? -1 : static_cast<int64_t>(reached),
           fmt::format("is {}, which is at {}",
                       lost ? "not there and must cover the mark" : "behind the mark", next)});
    }
    if (ledger == version.ledgers.end()) continue;
    const auto log = counts.find(reached);
    if (log == counts.end()) {
      report.Add({"I3", "ledger of " + version.Name(), partition, static_cast<int64_t>(reached),
                  "is beyond the end of the log"});
      continue;
    }
    CheckLedger(version, partition, ledger->second, log->second, report);
  }
}

base::Status CheckEventCounts(clickhouse::Store& store, const Stored& stored, const Mark& mark,
                              Report& report) {
  for (const Version& version : stored.versions) {
    if (version.projection != "events") continue;
    auto checked = CheckCountsOf(store, version, mark, report);
    if (!checked) checked = UnlessDropped(store, stored, version, checked.error(), report);
    if (!checked) return checked;
  }
  return {};
}

base::Status CheckBeyond(clickhouse::Store& store, const std::string& table,
                         const ReadEnds& read_ends, Report& report) {
  struct Beyond {
    uint64_t partition;
    uint64_t offset;
    uint64_t rows;
  };
  std::vector<Beyond> beyond;
  auto ends = read_ends();
  if (!ends) return tl::unexpected(ends.error());
  const auto read = store.Select(
      LongSelect(sql::kStatementsRowsBeyond, {{"table", table},
                                              {"ends", clickhouse::ArrayParameter(*ends)},
                                              {"most", std::to_string(report.most())}}),
      [&](const Block& block) -> base::Status {
        for (size_t i = 0; i < block.rows; ++i) {
          beyond.push_back({block.Get<uint64_t>("src_partition")[i],
                            block.Get<uint64_t>("src_offset")[i], block.Get<uint64_t>("rows")[i]});
        }
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  if (beyond.empty()) return {};
  ends = read_ends();
  if (!ends) return tl::unexpected(ends.error());
  for (const auto& [partition, offset, rows] : beyond) {
    if (partition < ends->size() && offset < (*ends)[partition]) continue;
    report.Add(
        {"I1", table, static_cast<int64_t>(partition), static_cast<int64_t>(offset),
         fmt::format("has {} of an offset that the log does not have", Counted(rows, "row"))});
  }
  return {};
}

base::Status CompareVersions(clickhouse::Store& store, const Stored& stored, const Mark& mark,
                             Report& report) {
  for (const Version& version : stored.versions) {
    const Version* const active = stored.Active(version.projection);
    if (active == nullptr || active == &version) continue;
    if (active->ledgers.empty()) {
      report.Note(fmt::format("{}, which queries read, has no ledger: {} is not compared with it",
                              active->Name(), version.Name()));
      continue;
    }
    if (!version.Covers(mark)) {
      report.Note(version.Name() + " has not come to the mark: not compared");
      continue;
    }
    // What other code made may differ from what the log says under the code that is read now: a
    // replay has shown the differences, and they were accepted.
    if (version.code_hash != active->code_hash) {
      report.Note(
          fmt::format("{} was made by other code than {}, which queries read: its rows may "
                      "differ and are not compared",
                      version.Name(), active->Name()));
      continue;
    }
    if (TablesOf(version.projection).empty()) {
      report.Note(version.Name() + ": verify does not know its tables: not compared");
    }
    auto compared = CompareWith(store, stored, *active, version, mark, report);
    if (!compared) compared = UnlessDropped(store, stored, version, compared.error(), report);
    if (!compared) return compared;
  }
  return {};
}

}  // namespace clientele::verify
