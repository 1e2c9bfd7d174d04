// What the store in memory answers to the runner's statements.
#include <algorithm>
#include <charconv>
#include <set>

#include "projections/runner/fakes/in_memory_store.h"

namespace clientele::projections::runner {

namespace {

using clickhouse::Block;
using clickhouse::Column;

template <typename T>
void AddColumn(Block& block, std::string name, std::vector<T> values) {
  block.rows = values.size();
  block.columns.push_back(Column{std::move(name), "", std::move(values), {}});
}

uint64_t Number(const clickhouse::Parameters& parameters, const std::string& name) {
  return std::stoull(parameters.at(name));
}

// [1,2,3]
std::vector<uint64_t> Numbers(const std::string& text) {
  std::vector<uint64_t> numbers;
  const char* position = text.data() + 1;
  const char* const end = text.data() + text.size();
  while (position < end && *position != ']') {
    uint64_t number = 0;
    position = std::from_chars(position, end, number).ptr + 1;
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

Block InMemoryStore::Parts() {
  Block block;
  AddColumn<uint64_t>(block, "parts", {0});
  return block;
}

Block InMemoryStore::Ledgers() {
  struct Latest {
    uint64_t next_offset = 0, gaps = 0, genesis = 0, quarantined = 0;
    base::Uuid log_id;
    std::string hash;
  };
  std::map<std::tuple<std::string, uint64_t, uint64_t>, Latest> latest;
  for (const auto& block : blocks_["clientele.ledger"]) {
    for (size_t i = 0; i < block->rows; ++i) {
      const uint64_t next = block->Get<uint64_t>("next_offset")[i];
      Latest& entry =
          latest[{block->Get<std::string>("projection")[i], block->Get<uint64_t>("version")[i],
                  block->Get<uint64_t>("src_partition")[i]}];
      if (next < entry.next_offset) continue;
      entry = {next,
               block->Get<uint64_t>("gaps")[i],
               block->Get<uint64_t>("genesis")[i],
               block->Get<uint64_t>("quarantined")[i],
               block->Get<base::Uuid>("log_id")[i],
               block->Get<std::string>("code_hash")[i]};
    }
  }
  std::vector<std::string> names, hashes;
  std::vector<uint64_t> versions, partitions, nexts, gaps, genesis, quarantined;
  std::vector<base::Uuid> log_ids;
  for (const auto& [place, entry] : latest) {
    names.push_back(std::get<0>(place));
    versions.push_back(std::get<1>(place));
    partitions.push_back(std::get<2>(place));
    nexts.push_back(entry.next_offset);
    gaps.push_back(entry.gaps);
    genesis.push_back(entry.genesis);
    quarantined.push_back(entry.quarantined);
    log_ids.push_back(entry.log_id);
    hashes.push_back(entry.hash);
  }
  Block block;
  AddColumn(block, "name", names);
  AddColumn(block, "version", versions);
  AddColumn(block, "src_partition", partitions);
  AddColumn(block, "latest_next_offset", nexts);
  AddColumn(block, "latest_gaps", gaps);
  AddColumn(block, "latest_genesis", genesis);
  AddColumn(block, "latest_quarantined", quarantined);
  AddColumn(block, "latest_log_id", log_ids);
  AddColumn(block, "latest_code_hash", hashes);
  return block;
}

Block InMemoryStore::ActiveVersions() {
  std::map<std::string, std::pair<uint64_t, uint64_t>> latest;  // switch, version
  std::map<std::string, std::set<std::pair<uint64_t, uint64_t>>> all;
  for (const auto& block : blocks_["clientele.active_versions"]) {
    for (size_t i = 0; i < block->rows; ++i) {
      auto& entry = latest[block->Get<std::string>("projection")[i]];
      const std::pair one{block->Get<uint64_t>("switch")[i], block->Get<uint64_t>("version")[i]};
      entry = std::max(entry, one);
      all[block->Get<std::string>("projection")[i]].insert(one);
    }
  }
  std::vector<std::string> names;
  std::vector<uint64_t> versions, switches;
  std::vector<std::vector<uint64_t>> read;
  for (const auto& [name, entry] : latest) {
    names.push_back(name);
    std::vector<uint64_t>& latest_first = read.emplace_back();
    for (const auto& one : all[name]) latest_first.insert(latest_first.begin(), one.second);
    switches.push_back(entry.first);
    versions.push_back(entry.second);
  }
  Block block;
  AddColumn(block, "name", names);
  AddColumn(block, "active_version", versions);
  AddColumn(block, "latest_switch", switches);
  AddColumn(block, "read_versions", read);
  return block;
}

Block InMemoryStore::Versions() {
  using Place = std::pair<std::string, uint64_t>;
  std::map<Place, std::pair<const Block*, size_t>> latest;
  std::set<Place> joined;
  for (const auto& block : blocks_["clientele.versions"]) {
    for (size_t i = 0; i < block->rows; ++i) {
      const Place place{block->Get<std::string>("projection")[i],
                        block->Get<uint64_t>("version")[i]};
      if (block->Get<std::string>("state")[i] == "joined") joined.insert(place);
      auto& [held, row] = latest[place];
      if (held != nullptr &&
          held->Get<uint64_t>("change")[row] > block->Get<uint64_t>("change")[i]) {
        continue;
      }
      held = block.get();
      row = i;
    }
  }
  std::vector<std::string> names, states, hashes, restrictions;
  std::vector<uint64_t> versions, changes, rates, were_joined;
  std::vector<std::vector<std::string>> tables;
  for (const auto& [place, found] : latest) {
    const auto& [held, row] = found;
    names.push_back(place.first);
    versions.push_back(place.second);
    changes.push_back(held->Get<uint64_t>("change")[row]);
    states.push_back(held->Get<std::string>("state")[row]);
    hashes.push_back(held->Get<std::string>("code_hash")[row]);
    tables.push_back(held->Get<std::vector<std::string>>("tables")[row]);
    restrictions.push_back(held->Get<std::string>("restriction")[row]);
    rates.push_back(held->Get<uint64_t>("rate")[row]);
    were_joined.push_back(joined.contains(place) ? 1 : 0);
  }
  Block block;
  AddColumn(block, "name", names);
  AddColumn(block, "version", versions);
  AddColumn(block, "latest_change", changes);
  AddColumn(block, "latest_state", states);
  AddColumn(block, "latest_code_hash", hashes);
  AddColumn(block, "latest_tables", tables);
  AddColumn(block, "latest_restriction", restrictions);
  AddColumn(block, "latest_rate", rates);
  AddColumn(block, "was_joined", were_joined);
  return block;
}

Block InMemoryStore::LastMark() {
  int64_t last = -1;
  for (const auto& block : blocks_["clientele.marks"]) {
    for (const uint64_t id : block->Get<uint64_t>("id")) {
      last = std::max(last, static_cast<int64_t>(id));
    }
  }
  Block block;
  AddColumn<int64_t>(block, "last_id", {last});
  return block;
}

Block InMemoryStore::Furthest(const clickhouse::Parameters& parameters) {
  const std::vector<uint64_t> from = Numbers(parameters.at("from"));
  std::map<uint64_t, uint64_t> furthest;
  for (const Row& row : rows_["clientele." + parameters.at("table")]) {
    if (row.key.src_partition >= from.size()) continue;
    if (row.key.src_offset < from[row.key.src_partition]) continue;
    uint64_t& most = furthest[row.key.src_partition];
    most = std::max(most, row.key.src_offset);
  }
  std::vector<uint64_t> partitions, offsets;
  for (const auto& [partition, offset] : furthest) {
    partitions.push_back(partition);
    offsets.push_back(offset);
  }
  Block block;
  AddColumn(block, "src_partition", partitions);
  AddColumn(block, "furthest", offsets);
  return block;
}

Block InMemoryStore::LastRecord(const clickhouse::Parameters& parameters) {
  const Row* last = nullptr;
  for (const Row& row : rows_["clientele." + parameters.at("table")]) {
    if (row.key.src_partition != Number(parameters, "partition")) continue;
    if (row.key.src_offset >= Number(parameters, "below")) continue;
    if (last == nullptr || row.key.src_offset > last->key.src_offset) last = &row;
  }
  Block block;
  if (last == nullptr) return block;
  AddColumn<uint64_t>(block, "src_offset", {last->key.src_offset});
  AddColumn<int64_t>(block, "recorded_ms", {last->recorded_ms});
  return block;
}

Block InMemoryStore::Present(const clickhouse::Parameters& parameters) {
  std::vector<uint64_t> offsets, retires, numbers;
  std::vector<int64_t> recorded;
  for (const Row& row : rows_["clientele." + parameters.at("table")]) {
    if (row.key.src_partition != Number(parameters, "partition")) continue;
    if (row.key.src_offset < Number(parameters, "from")) continue;
    if (row.key.src_offset >= Number(parameters, "to")) continue;
    offsets.push_back(row.key.src_offset);
    retires.push_back(row.key.retires);
    numbers.push_back(row.key.row);
    recorded.push_back(row.recorded_ms);
  }
  Block block;
  AddColumn(block, "src_offset", offsets);
  AddColumn(block, "retires", retires);
  AddColumn(block, "row", numbers);
  AddColumn(block, "recorded_ms", recorded);
  return block;
}

}  // namespace clientele::projections::runner
