#include <set>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "clickhouse/sql.h"
#include "clickhouse/store.h"

namespace clientele::clickhouse {

namespace {

using base::Code;
using base::Fail;

constexpr std::chrono::milliseconds kStatementDeadline{120'000};

std::string ChecksumOf(std::string_view sql) {
  const base::Hash128 hash = base::HashBytes(sql);
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

base::Status Run(Store& store, std::string_view sql) {
  Statement statement;
  statement.sql = sql;
  statement.deadline = kStatementDeadline;
  const auto executed = store.Execute(statement);
  if (!executed) return tl::unexpected(executed.error());
  return {};
}

// Parts between lines of only ";".
std::vector<std::string_view> SplitStatements(std::string_view sql) {
  constexpr std::string_view kBlank = " \t\r\n";
  std::vector<std::string_view> statements;
  size_t begin = 0;
  const auto add = [&](size_t end) {
    const std::string_view text = sql.substr(begin, end - begin);
    if (text.find_first_not_of(kBlank) != std::string_view::npos) statements.push_back(text);
  };
  for (size_t line = 0; line < sql.size();) {
    const size_t end = std::min(sql.find('\n', line), sql.size());
    const std::string_view text = sql.substr(line, end - line);
    if (const size_t first = text.find_first_not_of(kBlank);
        first != std::string_view::npos && text[first] == ';' &&
        text.find_first_not_of(kBlank, first + 1) == std::string_view::npos) {
      add(line);
      begin = end;
    }
    line = end + 1;
  }
  add(sql.size());
  return statements;
}

using Applied = std::map<std::string, std::string>;  // name -> checksum

base::Result<Applied> ReadApplied(Store& store) {
  Applied applied;
  Statement statement;
  statement.sql = sql::kStatementsMigrations;
  const auto read = store.Select(statement, [&](const Block& block) -> base::Status {
    for (size_t i = 0; i < block.rows; ++i) {
      applied[block.Get<std::string>("name")[i]] = block.Get<std::string>("checksum")[i];
    }
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return applied;
}

base::Status Check(const Applied& applied, const std::vector<Migration>& migrations) {
  std::set<std::string_view> known;
  for (const Migration& migration : migrations) {
    known.insert(migration.name);
    const auto found = applied.find(std::string(migration.name));
    if (found == applied.end() || found->second == ChecksumOf(migration.sql)) continue;
    return Fail(Code::kFailedPrecondition,
                "migration {}: has run with another text (checksum {}, now {}): never change one "
                "that has run, add another",
                migration.name, found->second, ChecksumOf(migration.sql));
  }
  for (const auto& [name, checksum] : applied) {
    if (known.contains(name)) continue;
    return Fail(Code::kFailedPrecondition,
                "migration {}: has run and is not known to this program: the data are a newer "
                "version's; use that one",
                name);
  }
  return {};
}

base::Status Record(Store& store, const Migration& migration) {
  BlockWriter block(
      {{"name", "String"}, {"checksum", "String"}, {"applied_at", "DateTime64(6, 'UTC')"}});
  block.column(0).Append(migration.name);
  block.column(1).Append(ChecksumOf(migration.sql));
  block.column(2).Append(base::SystemClock().NowMicros());
  block.EndRow();
  const auto inserted = store.Insert("clientele.migrations", block, {});
  if (!inserted) return tl::unexpected(inserted.error());
  return {};
}

}  // namespace

base::Status ExecuteAll(Store& store, std::string_view sql) {
  for (const std::string_view statement : SplitStatements(sql)) {
    if (auto run = Run(store, statement); !run) return run;
  }
  return {};
}

base::Status Migrate(Store& store, const std::vector<Migration>& migrations) {
  if (auto made = Run(store, sql::kStatementsCreateDatabase); !made) return made;
  if (auto made = Run(store, sql::kStatementsCreateMigrations); !made) return made;
  const auto applied = ReadApplied(store);
  if (!applied) return tl::unexpected(applied.error());
  if (auto checked = Check(*applied, migrations); !checked) return checked;
  for (const Migration& migration : migrations) {
    if (applied->contains(std::string(migration.name))) continue;
    if (auto run = ExecuteAll(store, migration.sql); !run) {
      return Fail(run.error().code, "migration {}: {}", migration.name, run.error().message);
    }
    if (auto recorded = Record(store, migration); !recorded) return recorded;
    base::LogInfo("migration applied", {{"migration", migration.name}});
  }
  return {};
}

}  // namespace clientele::clickhouse
