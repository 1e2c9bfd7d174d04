#include "projections/replay/proof.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

#include "clickhouse/places.h"
#include "projections/replay/sql.h"

namespace clientele::projections::replay {

namespace {

using clickhouse::Block;
using ColumnType = clickhouse::BlockWriter::ColumnType;

constexpr uint64_t kMostKeys = 10;              // of one group
constexpr size_t kMostGroups = 10;              // whose keys are looked at
constexpr uint64_t kStretchOfKind = 2'000'000;  // offsets; a statement keeps those of the kind

struct Place {
  uint64_t partition = 0;
  uint64_t month = 0;
  auto operator<=>(const Place&) const = default;
};
struct Group {
  uint64_t rows = 0;
  uint64_t sum = 0;
  uint64_t bits = 0;
  bool operator==(const Group&) const = default;
};
using Groups = std::map<Place, Group>;

// What one statement reads. Both ends of `partitions` belong to it.
struct Stretch {
  std::pair<uint64_t, uint64_t> partitions;
  uint64_t from = 0;
  uint64_t to = 0;

  void AddTo(clickhouse::Parameters& parameters) const {
    parameters["first_partition"] = std::to_string(partitions.first);
    parameters["last_partition"] = std::to_string(partitions.second);
    parameters["from"] = std::to_string(from);
    parameters["to"] = std::to_string(to);
  }
};
constexpr std::pair<uint64_t, uint64_t> kAllPartitions{0, std::numeric_limits<uint16_t>::max()};

struct Key {
  uint64_t offset = 0;
  uint64_t retires = 0;
  uint64_t row = 0;
  uint64_t one_rows = 0;
  uint64_t other_rows = 0;
};

// One table in both versions.
class TableProof {
 public:
  TableProof(clickhouse::Store& store, const ProofWanted& wanted, size_t table,
             const std::stop_token& stop);

  [[nodiscard]] base::Status Compare(Verdict& verdict);
  // Whether the replayed one holds any row of the part.
  [[nodiscard]] base::Result<bool> HoldsAny();

 private:
  [[nodiscard]] base::Result<clickhouse::Summary> Ask(
      std::string_view text, clickhouse::Parameters parameters,
      const std::function<base::Status(const Block&)>& on_block);
  // What the kind of an event is asked of is read by partition and piece by piece: a statement has
  // the offsets of the kind in memory.
  [[nodiscard]] std::vector<Stretch> Stretches(const Restriction& restriction,
                                               std::pair<uint64_t, uint64_t> partitions) const;
  [[nodiscard]] base::Result<Groups> ReadGroups(const std::string& table,
                                                const Restriction& restriction);
  void CompareColumns(Verdict& verdict) const;
  [[nodiscard]] base::Status CompareKeys(const Place& place, Verdict& verdict);
  [[nodiscard]] base::Status CompareCells(const Place& place, const Key& key, Verdict& verdict);
  [[nodiscard]] base::Result<std::vector<std::string>> ReadCells(const std::string& table,
                                                                 const Place& place,
                                                                 const Key& key);

  clickhouse::Store& store_;
  const ProofWanted& wanted_;
  const std::stop_token& stop_;
  const runner::LiveTable& one_;
  const runner::LiveTable& other_;
  std::vector<std::string> columns_;  // that both have
  std::map<std::string, std::string> texts_;
};

TableProof::TableProof(clickhouse::Store& store, const ProofWanted& wanted, size_t table,
                       const std::stop_token& stop)
    : store_(store),
      wanted_(wanted),
      stop_(stop),
      one_(wanted.live.tables[table]),
      other_(wanted.replayed.tables[table]) {
  std::string names;
  std::string cells;
  for (const ColumnType& column : other_.columns) {
    const bool both = std::ranges::any_of(one_.columns, [&](const ColumnType& own) {
      return own.name == column.name && own.type == column.type;
    });
    if (!both) continue;
    const char* const comma = columns_.empty() ? "" : ", ";
    columns_.push_back(column.name);
    names += fmt::format("{}`{}`", comma, column.name);
    cells += fmt::format("{}toString(`{}`)", comma, column.name);
  }
  const bool record = wanted.replayed.projection->tables()[table].lineage == Lineage::kRecord;
  texts_ = {{"columns", names},
            {"cells", cells},
            // As the tables are partitioned.
            {"month", record ? "recorded_at" : "occurred_at"},
            {"keys", record ? "toUInt64(0) AS retires, toUInt32(0) AS row" : "retires, row"},
            {"key", record ? "(0, 0)" : "(retires, row)"},
            {"part", std::string(sql::kStatementsPart)}};
}

base::Result<clickhouse::Summary> TableProof::Ask(
    std::string_view text, clickhouse::Parameters parameters,
    const std::function<base::Status(const Block&)>& on_block) {
  const std::string sql = clickhouse::FillPlaces(text, texts_);
  clickhouse::Statement statement;
  statement.sql = sql;
  parameters["next"] = clickhouse::ArrayParameter(wanted_.mark.next);
  parameters["events"] = wanted_.events_table;
  // Only those that the text names.
  std::erase_if(parameters, [&](const auto& parameter) {
    return sql.find("{" + parameter.first + ":") == std::string::npos;
  });
  statement.parameters = std::move(parameters);
  statement.deadline = clickhouse::kWholeTableDeadline;
  statement.cancel = stop_;
  return store_.Select(statement, on_block);
}

std::vector<Stretch> TableProof::Stretches(const Restriction& restriction,
                                           std::pair<uint64_t, uint64_t> partitions) const {
  if (restriction.entity_kind == 0) {
    return {{partitions, 0, std::numeric_limits<uint64_t>::max()}};
  }
  const std::vector<uint64_t>& next = wanted_.mark.next;
  std::vector<Stretch> stretches;
  for (uint64_t p = partitions.first; p <= partitions.second && p < next.size(); ++p) {
    for (uint64_t from = 0; from < next[p]; from += kStretchOfKind) {
      stretches.push_back({{p, p}, from, std::min(from + kStretchOfKind, next[p])});
    }
  }
  return stretches;
}

base::Result<Groups> TableProof::ReadGroups(const std::string& table,
                                            const Restriction& restriction) {
  Groups groups;
  const auto add = [&](const Block& block) -> base::Status {
    for (size_t i = 0; i < block.rows; ++i) {
      Group& group =
          groups[{block.Get<uint64_t>("src_partition")[i], block.Get<uint64_t>("month")[i]}];
      group.rows += block.Get<uint64_t>("rows")[i];
      group.sum += block.Get<uint64_t>("sum_of_hashes")[i];
      group.bits ^= block.Get<uint64_t>("xor_of_hashes")[i];
    }
    return {};
  };
  for (const Stretch& stretch : Stretches(restriction, kAllPartitions)) {
    clickhouse::Parameters parameters = {{"table", table}};
    restriction.AddTo(parameters);
    stretch.AddTo(parameters);
    const auto read = Ask(sql::kStatementsGroups, std::move(parameters), add);
    if (!read) return tl::unexpected(read.error());
  }
  return groups;
}

void TableProof::CompareColumns(Verdict& verdict) const {
  const auto tell = [&](const runner::LiveTable& table, const runner::LiveTable& there) {
    for (const ColumnType& column : table.columns) {
      if (std::ranges::find(columns_, column.name) != columns_.end()) continue;
      verdict.differences.push_back(fmt::format("{}: column {} {} is not in {}", table.name,
                                                column.name, column.type, there.name));
    }
  };
  tell(one_, other_);
  tell(other_, one_);
}

base::Status TableProof::Compare(Verdict& verdict) {
  CompareColumns(verdict);
  const auto one = ReadGroups(one_.name, wanted_.restriction);
  if (!one) return tl::unexpected(one.error());
  // All that was built: a row of another part of the log is a difference.
  const auto other = ReadGroups(other_.name, {});
  if (!other) return tl::unexpected(other.error());
  Groups both = *other;
  both.insert(one->begin(), one->end());
  size_t looked_at = 0;
  for (const auto& [place, any] : both) {
    const auto mine = one->find(place);
    const auto theirs = other->find(place);
    const Group left = mine == one->end() ? Group{} : mine->second;
    const Group right = theirs == other->end() ? Group{} : theirs->second;
    verdict.rows += right.rows;
    if (left == right) continue;
    verdict.differences.push_back(
        fmt::format("partition {}, month {}: {} has {} rows, {} has {}{}", place.partition,
                    place.month, one_.name, left.rows, other_.name, right.rows,
                    left.rows == right.rows ? ", and their values differ" : ""));
    if (looked_at++ >= kMostGroups) continue;
    if (auto compared = CompareKeys(place, verdict); !compared) return compared;
  }
  return {};
}

base::Result<bool> TableProof::HoldsAny() {
  bool any = false;
  for (const Stretch& stretch : Stretches(wanted_.restriction, kAllPartitions)) {
    clickhouse::Parameters parameters = {{"table", other_.name}};
    wanted_.restriction.AddTo(parameters);
    stretch.AddTo(parameters);
    const auto read = Ask(sql::kStatementsAnyOfPart, std::move(parameters),
                          [&](const Block& block) -> base::Status {
                            any = any || block.rows > 0;
                            return {};
                          });
    if (!read) return tl::unexpected(read.error());
    if (any) break;
  }
  return any;
}

base::Status TableProof::CompareKeys(const Place& place, Verdict& verdict) {
  std::vector<Key> keys;
  const auto add = [&](const Block& block) -> base::Status {
    for (size_t i = 0; i < block.rows; ++i) {
      keys.push_back({block.Get<uint64_t>("src_offset")[i], block.Get<uint64_t>("retires")[i],
                      block.Get<uint64_t>("row")[i], block.Get<uint64_t>("one_rows")[i],
                      block.Get<uint64_t>("other_rows")[i]});
    }
    return {};
  };
  for (const Stretch& stretch :
       Stretches(wanted_.restriction, {place.partition, place.partition})) {
    if (keys.size() >= kMostKeys) break;
    clickhouse::Parameters parameters = {{"one", one_.name},
                                         {"other", other_.name},
                                         {"month", std::to_string(place.month)},
                                         {"most", std::to_string(kMostKeys - keys.size())}};
    wanted_.restriction.AddTo(parameters);
    stretch.AddTo(parameters);
    const auto read = Ask(sql::kStatementsDifferingKeys, std::move(parameters), add);
    if (!read) return tl::unexpected(read.error());
  }
  for (const Key& key : keys) {
    if (auto compared = CompareCells(place, key, verdict); !compared) return compared;
  }
  return {};
}

base::Status TableProof::CompareCells(const Place& place, const Key& key, Verdict& verdict) {
  const std::string where = fmt::format("partition {}, offset {}, retires {}, row {}",
                                        place.partition, key.offset, key.retires, key.row);
  if (key.one_rows != key.other_rows) {
    verdict.differences.push_back(fmt::format("{}: {} times in {}, {} times in {}", where,
                                              key.one_rows, one_.name, key.other_rows,
                                              other_.name));
    return {};
  }
  const auto one = ReadCells(one_.name, place, key);
  if (!one) return tl::unexpected(one.error());
  const auto other = ReadCells(other_.name, place, key);
  if (!other) return tl::unexpected(other.error());
  for (size_t i = 0; i < std::min(one->size(), other->size()); ++i) {
    if ((*one)[i] == (*other)[i]) continue;
    verdict.differences.push_back(fmt::format("{}: {} is {} in {}, {} in {}", where, columns_[i],
                                              (*one)[i], one_.name, (*other)[i], other_.name));
  }
  return {};
}

base::Result<std::vector<std::string>> TableProof::ReadCells(const std::string& table,
                                                             const Place& place, const Key& key) {
  std::vector<std::string> cells;
  const auto read = Ask(sql::kStatementsCells,
                        {{"table", table},
                         {"partition", std::to_string(place.partition)},
                         {"offset", std::to_string(key.offset)},
                         {"retires", std::to_string(key.retires)},
                         {"row", std::to_string(key.row)}},
                        [&](const Block& block) -> base::Status {
                          if (block.rows > 0) {
                            cells = block.Get<std::vector<std::string>>("cells").front();
                          }
                          return {};
                        });
  if (!read) return tl::unexpected(read.error());
  return cells;
}

}  // namespace

base::Result<ProofMark> ReadNewestMark(clickhouse::Store& store) {
  std::optional<ProofMark> mark;
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsNewestMark;
  const auto read = store.Select(statement, [&](const Block& block) -> base::Status {
    if (block.rows > 0) {
      mark = {block.Get<uint64_t>("id").front(), block.Get<std::vector<uint64_t>>("next").front()};
    }
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  if (!mark) return base::Fail(base::Code::kNotFound, "there is no mark yet");
  return *std::move(mark);
}

base::Result<bool> HoldsAny(clickhouse::Store& store, const runner::LiveVersion& version,
                            const Restriction& restriction, const ProofMark& mark,
                            const std::string& events_table) {
  const ProofWanted wanted{version, version, restriction, mark, events_table};
  const std::stop_token never;
  for (size_t i = 0; i < version.tables.size(); ++i) {
    const auto any = TableProof(store, wanted, i, never).HoldsAny();
    if (!any || *any) return any;
  }
  return false;
}

base::Result<Verdict> Prove(clickhouse::Store& store, const ProofWanted& wanted,
                            const std::stop_token& stop, const OnStep& on_step) {
  Verdict verdict;
  const auto& live = wanted.live.projection->tables();
  const auto& replayed = wanted.replayed.projection->tables();
  for (size_t i = 0; i < std::max(live.size(), replayed.size()); ++i) {
    if (i >= live.size() || i >= replayed.size() || live[i].name != replayed[i].name) {
      verdict.differences.push_back(fmt::format("{} and {} do not have the same tables",
                                                wanted.live.name.ToString(),
                                                wanted.replayed.name.ToString()));
      return verdict;
    }
  }
  for (size_t i = 0; i < replayed.size(); ++i) {
    on_step(
        fmt::format("proof {}/{}", i + 1, replayed.size()),
        fmt::format("{} against {}", wanted.replayed.tables[i].name, wanted.live.tables[i].name));
    TableProof proof(store, wanted, i, stop);
    if (auto compared = proof.Compare(verdict); !compared) {
      return tl::unexpected(compared.error());
    }
  }
  if (verdict.differences.size() > kMostDifferences) {
    const size_t more = verdict.differences.size() - kMostDifferences;
    verdict.differences.resize(kMostDifferences);
    verdict.differences.push_back(fmt::format("and {} more", more));
  }
  return verdict;
}

}  // namespace clientele::projections::replay
