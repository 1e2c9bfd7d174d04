#include "projections/runner/ledger.h"

#include "base/kill_point.h"
#include "projections/runner/sql.h"

namespace clientele::projections::runner {

using base::Code;
using base::Fail;

std::string VersionName::ToString() const { return fmt::format("{}_v{}", projection, version); }

base::Result<Ledgers> ReadLedgers(clickhouse::Store& store) {
  Ledgers ledgers;
  clickhouse::Statement statement;
  statement.sql = sql::kStatementsLedgers;
  const auto read = store.Select(statement, [&](const clickhouse::Block& block) -> base::Status {
    const auto& names = block.Get<std::string>("name");
    const auto& versions = block.Get<uint64_t>("version");
    const auto& partitions = block.Get<uint64_t>("src_partition");
    const auto& next_offsets = block.Get<uint64_t>("latest_next_offset");
    const auto& gaps = block.Get<uint64_t>("latest_gaps");
    const auto& genesis = block.Get<uint64_t>("latest_genesis");
    const auto& quarantined = block.Get<uint64_t>("latest_quarantined");
    const auto& log_ids = block.Get<base::Uuid>("latest_log_id");
    const auto& hashes = block.Get<std::string>("latest_code_hash");
    for (size_t i = 0; i < block.rows; ++i) {
      const VersionName name{names[i], static_cast<uint32_t>(versions[i])};
      ledgers[name][static_cast<int32_t>(partitions[i])] =
          LedgerEntry{next_offsets[i], gaps[i], genesis[i], quarantined[i], log_ids[i], hashes[i]};
    }
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return ledgers;
}

bool Reaches(const Ledgers& ledgers, const VersionName& version,
             const std::vector<uint64_t>& next) {
  const auto found = ledgers.find(version);
  for (size_t p = 0; p < next.size(); ++p) {
    if (next[p] == 0) continue;
    if (found == ledgers.end()) return false;
    const auto entry = found->second.find(static_cast<int32_t>(p));
    if (entry == found->second.end() || entry->second.next_offset < next[p]) return false;
  }
  return true;
}

base::Status CheckLedgers(const Ledgers& ledgers, const base::Uuid& log_id,
                          const std::map<VersionName, std::string>& code_hashes) {
  for (const auto& [name, partitions] : ledgers) {
    const auto code_hash = code_hashes.find(name);
    if (code_hash == code_hashes.end()) continue;  // a version of an older or newer program
    for (const auto& [partition, entry] : partitions) {
      if (entry.log_id != log_id && !base::Broken("any-log")) {
        return Fail(Code::kFailedPrecondition,
                    "{}: partition {} was projected from log {}, the topic is log {}: the topic "
                    "was made anew or is another; give it back, or start with an empty store",
                    name.ToString(), partition, entry.log_id.ToString(), log_id.ToString());
      }
      if (entry.code_hash != code_hash->second) {
        return Fail(Code::kFailedPrecondition,
                    "{}: was projected by other code (hash {}, now {}): raise its version, or use "
                    "the program that wrote it",
                    name.ToString(), entry.code_hash, code_hash->second);
      }
    }
  }
  return {};
}

base::Status WriteLedgers(FencedStore& store, const base::Clock& clock, const Ledgers& entries) {
  clickhouse::BlockWriter block({{"projection", "String"},
                                 {"version", "UInt32"},
                                 {"src_partition", "UInt16"},
                                 {"next_offset", "UInt64"},
                                 {"gaps", "UInt64"},
                                 {"genesis", "UInt64"},
                                 {"quarantined", "UInt64"},
                                 {"epoch", "UInt64"},
                                 {"log_id", "UUID"},
                                 {"code_hash", "String"},
                                 {"written_at", "DateTime64(6, 'UTC')"}});
  const int64_t now = clock.NowMicros();
  for (const auto& [name, partitions] : entries) {
    for (const auto& [partition, entry] : partitions) {
      block.column(0).Append(std::string_view(name.projection));
      block.column(1).Append(name.version);
      block.column(2).Append(static_cast<uint16_t>(partition));
      block.column(3).Append(entry.next_offset);
      block.column(4).Append(entry.gaps);
      block.column(5).Append(entry.genesis);
      block.column(6).Append(entry.quarantined);
      block.column(7).Append(store.fence().epoch);
      block.column(8).Append(entry.log_id);
      block.column(9).Append(std::string_view(entry.code_hash));
      block.column(10).Append(now);
      block.EndRow();
    }
  }
  if (block.rows() == 0) return {};
  return store.Insert("ledger", "clientele.ledger", block).status;
}

}  // namespace clientele::projections::runner
