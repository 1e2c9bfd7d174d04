// What must hold of every projection of this build, over events of every kind: a projection that is
// added is tested here by its line in registry.cc alone.
#include "projections/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "projections/projected.h"

namespace clientele::projections {
namespace {

using clickhouse::BlockWriter;
using event::v1::Event;

const std::vector<std::unique_ptr<const Projection>>& All() {
  static const auto all = AllProjections();
  return all;
}

std::vector<Event> EveryKind() {
  std::vector<Event> events;
  for (const std::string& line :
       LinesOf(CLIENTELE_PROJECTIONS_TESTDATA "/every_kind.events.ndjson")) {
    events.push_back(EventOf(line));
  }
  return events;
}

// And those that a projection meets in a log though no client may send them.
std::vector<Event> Strange() {
  std::vector<Event> events;
  events.emplace_back();
  Event later = EventOf(R"({"tenant":"main","entity_id":"x","occurred_at":"1"})");
  later.GetReflection()->MutableUnknownFields(&later)->AddLengthDelimited(99, "of a later schema");
  events.push_back(later);
  for (const Event& good : EveryKind()) {
    Event bare;  // the kind and nothing else
    const auto* field = Event::descriptor()->FindFieldByNumber(good.payload_case());
    bare.GetReflection()->MutableMessage(&bare, field);
    events.push_back(bare);
  }
  return events;
}

size_t NumberOf(const BlockWriter& block, std::string_view name) {
  const auto found = std::ranges::find(block.columns(), name, &clickhouse::ColumnWriter::name);
  return static_cast<size_t>(found - block.columns().begin());
}

using Columns = std::vector<std::pair<std::string, std::string>>;  // name, type

// From a line within a CREATE TABLE: "payload String CODEC(ZSTD(1)),".
void AddColumn(std::string line, Columns& columns) {
  if (line.starts_with("--") || line.starts_with("INDEX")) return;
  if (line.ends_with(",")) line.pop_back();
  const size_t space = line.find(' ');
  columns.emplace_back(line.substr(0, space), line.substr(space + 1));
  std::string& type = columns.back().second;
  type = type.substr(0, type.find(" CODEC("));
}

// Of a table, as its CREATE TABLE has them; `rest` is what follows them.
Columns SchemaOf(const Projection& projection, const std::string& table, std::string& rest) {
  Columns columns;
  std::istringstream lines{std::string(projection.schema())};
  bool inside = false;
  bool after = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("CREATE TABLE IF NOT EXISTS ")) {
      inside = line.ends_with(" clientele." + table);
    }
    if (line == ";") after = false;
    if (after) rest += line + "\n";
    if (inside && line == ")") {
      inside = false;
      after = true;
    }
    if (inside && line.starts_with("    ")) AddColumn(line.substr(4), columns);
  }
  return columns;
}

TEST(EveryProjection, TheFixtureHasEveryKind) {
  std::set<int> kinds;
  for (const Event& event : EveryKind()) kinds.insert(event.payload_case());
  const auto* payload = Event::descriptor()->FindOneofByName("payload");
  for (int i = 0; i < payload->field_count(); ++i) {
    EXPECT_TRUE(kinds.contains(payload->field(i)->number())) << payload->field(i)->name();
  }
}

// Two codes of one name are two versions of it.
TEST(EveryProjection, HasNameAndVersionAndHashOfItsOwn) {
  std::set<std::pair<std::string_view, uint32_t>> names;
  std::set<std::string_view> hashes;
  for (const auto& projection : All()) {
    EXPECT_TRUE(names.emplace(projection->name(), projection->version()).second)
        << projection->name();
    EXPECT_TRUE(hashes.insert(projection->code_hash()).second) << projection->name();
    EXPECT_GE(projection->version(), 1U);
    EXPECT_THAT(std::string(projection->code_hash()), testing::MatchesRegex("[0-9a-f]+"));
    EXPECT_EQ(projection->code_hash().size(), 64U);
    EXPECT_FALSE(projection->schema().empty());
  }
}

// What it writes is what its tables have, and the tables keep what the guarantees rest on.
TEST(EveryProjection, TablesAreAsTheirSchemaSays) {
  for (const auto& projection : All()) {
    for (const Table& table : projection->tables()) {
      const std::string name = table.name + "_v{version}";
      std::string rest;
      const auto schema = SchemaOf(*projection, name, rest);
      Columns written;
      for (const auto& column : ColumnsOf(table)) written.emplace_back(column.name, column.type);
      EXPECT_EQ(schema, written) << name;
      EXPECT_THAT(rest, testing::HasSubstr("ENGINE = ReplacingMergeTree\nPARTITION BY toYYYYMM("))
          << name;
      const char* order = table.lineage == Lineage::kTelling
                              ? ", src_partition, src_offset, retires, row)\n"
                              : "ORDER BY (src_partition, src_offset)\n";
      EXPECT_THAT(rest, testing::HasSubstr(order)) << name;
      for (const char* setting : {"fsync_after_insert = 1", "fsync_part_directory = 1",
                                  "non_replicated_deduplication_window = 0"}) {
        EXPECT_THAT(rest, testing::HasSubstr(setting)) << name;
      }
    }
  }
}

TEST(EveryProjection, GivesWholeRowsOfAnyEvent) {
  std::vector<Event> events = EveryKind();
  for (Event& event : Strange()) events.push_back(std::move(event));
  for (const auto& projection : All()) {
    size_t rows = 0;
    for (const Event& event : events) {
      for (const BlockWriter& block : BlocksOf(*projection, event)) {
        const auto read = ReadBack(block);
        EXPECT_EQ(read.rows, block.rows()) << projection->name() << event.ShortDebugString();
        rows += read.rows;
      }
    }
    EXPECT_GT(rows, 0U) << projection->name() << " reads no kind at all";
  }
}

TEST(EveryProjection, GivesTheSameRowsAgain) {
  for (const auto& projection : All()) {
    const auto again = AllProjections();
    const auto other = std::ranges::find(again, projection->code_hash(),
                                         [](const auto& one) { return one->code_hash(); });
    for (const Event& event : EveryKind()) {
      // Protobuf keeps no order of maps: another copy of the event may have another.
      Event copy;
      ASSERT_TRUE(copy.ParseFromString(event.SerializeAsString()));
      std::vector<BlockWriter> first = EmptyBlocks(*projection);
      std::vector<BlockWriter> second = EmptyBlocks(*projection);
      RowSink one(projection->tables(), first, event, {});
      RowSink two(projection->tables(), second, copy, {});
      projection->Project(event, one);
      (*other)->Project(copy, two);
      for (size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].Encode(), second[i].Encode());
    }
  }
}

// A telling that is taken back gives the rows that it gave, under another source and sign.
TEST(EveryProjection, TakesBackTheRowsThatItGave) {
  const Origin told{.src_partition = 3, .src_offset = 7, .recorded_at_ms = 1'000};
  const Origin taken{.src_partition = 3,
                     .src_offset = 12,
                     .recorded_at_ms = 2'000,
                     .retires = 8,
                     .sign = -1,
                     .cause = Cause::kCorrection};
  const std::set<std::string> differ = {"src_offset", "recorded_at", "retires", "sign", "cause"};
  for (const auto& projection : All()) {
    for (const Event& event : EveryKind()) {
      std::vector<BlockWriter> plus = EmptyBlocks(*projection);
      std::vector<BlockWriter> minus = EmptyBlocks(*projection);
      RowSink there(projection->tables(), plus, event, told);
      RowSink back(projection->tables(), minus, event, taken);
      projection->Project(event, there);
      projection->Project(event, back);
      for (size_t i = 0; i < plus.size(); ++i) {
        ASSERT_EQ(plus[i].rows(), minus[i].rows());
        if (plus[i].rows() == 0) continue;
        for (size_t column = 0; column < plus[i].columns().size(); ++column) {
          const std::string& name = plus[i].columns()[column].name();
          EXPECT_EQ(plus[i].columns()[column].bytes() != minus[i].columns()[column].bytes(),
                    differ.contains(name))
              << projection->tables()[i].name << '.' << name;
        }
        const std::string_view signs = minus[i].columns()[NumberOf(minus[i], "sign")].bytes();
        EXPECT_EQ(signs, std::string(minus[i].rows(), '\xff'));
      }
    }
  }
}

// The readable log has one row an offset, whatever it tells; the others have none.
TEST(EveryProjection, OnlyEventsKeepsAJournal) {
  for (const auto& projection : All()) {
    for (const Event& event : EveryKind()) {
      std::vector<BlockWriter> blocks = EmptyBlocks(*projection);
      RowSink rows(projection->tables(), blocks, event, {});
      projection->Journal({event, "value", base::EntityKindOf(event), 0}, rows);
      size_t written = 0;
      for (const BlockWriter& block : blocks) written += block.rows();
      EXPECT_EQ(written, projection->name() == "events" ? 1U : 0U);
    }
  }
}

}  // namespace
}  // namespace clientele::projections
