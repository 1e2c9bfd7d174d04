// `clientele import`: bad files, bad rows, bad mappings; importing twice.
#include "app/publish/command_fixture.h"

namespace clientele::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kMapping = R"(
time_format = "%Y-%m-%d %H:%M:%S"
[[event]]
[event.fields]
"source.system" = "test"
"source.external_id" = { column = "id" }
"occurred_at" = { column = "at", required = true }
"call.call_id" = { column = "id" }
"call.direction" = "OUTBOUND"
"call.end" = "NO_ANSWER"
"call.topic" = { column = "topic" }
"call.ivr_ms" = { column = "menu", unit = "s" }
)";

class ImportTest : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    Write("m.toml", kMapping);
  }
  Outcome Import(const std::string& file) { return Run({"import", "--mapping", "m.toml", file}); }
  static std::string Rows(int first, int last) {
    std::string text = "id,at,topic,menu\n";
    for (int i = first; i <= last; ++i) text += fmt::format("{},2026-09-01 10:00:00,t,5\n", i);
    return text;
  }
};

TEST_F(ImportTest, GoodRowsLandAndBrokenOnesAreTold) {
  Write("a.csv",
        "id,at,topic,menu\n"
        "1,2026-09-01 10:00:00,delivery,5\n"
        "2,01.09.2026,delivery,5\n"
        "3,2026-09-01 10:00:00,\"open,5\n"
        "4,2026-09-01 10:00:00,x,5,6\n"
        "5,2026-09-01 10:00:00,\xe4,5\n"
        "6,2026-09-01 10:00:00,\"two\nlines\",100000\n"
        "7,2026-09-01 10:00:00,returns,\n");
  const Outcome outcome = Import("a.csv");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.LastLine(),
            R"({"rows":7,"broken_rows":4,"accepted":2,"unknown":0,"rejected":1})");
  EXPECT_THAT(outcome.err, HasSubstr("5 rows or events were rejected: see a.csv.rejected.ndjson"));
  EXPECT_THAT(StoredCalls(), ElementsAre("1", "7"));
  const std::string rejected = Read("a.csv.rejected.ndjson");
  EXPECT_THAT(rejected, HasSubstr(R"({"line":3,"field":"","reason":"occurred_at: \"01.09.2026\": )"
                                  R"(must be a time as %Y-%m-%d %H:%M:%S",)"
                                  R"("text":"2,01.09.2026,delivery,5"})"));
  EXPECT_THAT(rejected,
              HasSubstr(R"({"line":4,"field":"","reason":"column 3: text after the closing)"));
  EXPECT_THAT(rejected, HasSubstr(R"({"line":5,"field":"","reason":"5 columns, must be 4")"));
  EXPECT_THAT(rejected, HasSubstr(R"({"line":6,"field":"","reason":"is not UTF-8)"));
  // By the server: a day in the menu is the most.
  EXPECT_THAT(rejected, HasSubstr(R"({"line":7,"field":"call.ivr_ms","reason":"100000000: must)"));
}

TEST_F(ImportTest, CompressedAndStandardInput) {
  Write("a.csv.gz", Gzip(Rows(1, 2)));
  Write("b.csv.zst", Zstd(Rows(3, 4)));
  Write("c.csv", Rows(5, 6));
  EXPECT_EQ(Run({"import", "--mapping", "m.toml", "a.csv.gz", "b.csv.zst"}).LastLine(),
            R"({"rows":4,"broken_rows":0,"accepted":4,"unknown":0,"rejected":0})");
  EXPECT_EQ(RunWithInput("c.csv", {"import", "--mapping", "m.toml", "-"}).status, 0);
  EXPECT_THAT(StoredCalls(), ElementsAre("1", "2", "3", "4", "5", "6"));
}

TEST_F(ImportTest, ImportingAgainMakesTheSameIds) {
  Write("a.csv", Rows(1, 50));
  EXPECT_EQ(Import("a.csv").status, 0);
  EXPECT_EQ(Import("a.csv").status, 0);
  const auto stored = Stored();
  ASSERT_EQ(stored.size(), 100U);
  std::set<std::string> ids;
  for (size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(stored[i].event_id(), stored[i + 50].event_id());
    ids.insert(stored[i].event_id());
  }
  EXPECT_EQ(ids.size(), 50U);
}

TEST_F(ImportTest, FilesThatAreNone) {
  const auto error = [this](const std::string& file) {
    const Outcome outcome = Import(file);
    EXPECT_EQ(outcome.status, 1) << file;
    EXPECT_EQ(outcome.LastLine(),
              R"({"rows":0,"broken_rows":0,"accepted":0,"unknown":0,"rejected":0})");
    return outcome.err;
  };
  Write("empty.csv", "");
  Write("other.csv", "id;at;topic;menu\n1;2;3;4\n");
  Write("twice.csv", "id,at,topic,menu,at\n1,2,3,4,5\n");
  Write("cyrillic.csv", "\xed\xee\xec\xe5\xf0,at,topic,menu\n");
  Write("book.xlsx", "PK");
  EXPECT_EQ(error("none.csv"), "clientele: none.csv: No such file or directory\n");
  EXPECT_EQ(error("empty.csv"), "clientele: empty.csv: the file has no header line\n");
  EXPECT_THAT(error("other.csv"),
              HasSubstr("clientele: m.toml: call.call_id: the file has no column "
                        "\"id\"; it has: id;at;topic;menu\n"));
  EXPECT_THAT(error("twice.csv"), HasSubstr("the file has the column \"at\" more than once"));
  EXPECT_EQ(error("cyrillic.csv"),
            "clientele: cyrillic.csv: header line: is not UTF-8: name the file's encoding in the "
            "mapping\n");
  EXPECT_EQ(error("book.xlsx"),
            "clientele: book.xlsx: is a workbook: save its sheet as CSV (UTF-8) first\n");
  EXPECT_EQ(error("none.parquet"), "clientele: none.parquet: No such file or directory\n");
}

TEST_F(ImportTest, AHeaderAloneIsNothing) {
  Write("a.csv", "id,at,topic,menu\n");
  const Outcome outcome = Import("a.csv");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.LastLine(),
            R"({"rows":0,"broken_rows":0,"accepted":0,"unknown":0,"rejected":0})");
}

TEST_F(ImportTest, OfACutFileTheWholeRowsLand) {
  const std::string gzip = Gzip(Rows(1, 5'000));
  Write("a.csv.gz", gzip.substr(0, gzip.size() - 12));
  const Outcome outcome = Import("a.csv.gz");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("clientele: a.csv.gz: unexpected end of file"));
  EXPECT_GT(Stored().size(), 4'000U);
  EXPECT_THAT(outcome.LastLine(), HasSubstr(fmt::format("\"accepted\":{},", Stored().size())));
}

TEST_F(ImportTest, AWrongMappingIsToldBeforeAnythingIsSent) {
  Write("a.csv", Rows(1, 2));
  Write("m.toml", "colour = 1\n");
  EXPECT_EQ(Import("a.csv").err, "clientele: m.toml: colour: there is no such key\n");
  Write("m.toml", "name = \n");
  EXPECT_THAT(Import("a.csv").err, HasSubstr("clientele: m.toml: line 1: "));
  Write("m.toml", std::string("encoding = \"KOI-99\"\n") + kMapping);
  EXPECT_EQ(Import("a.csv").err,
            "clientele: a.csv: encoding KOI-99: there is no such character set\n");
  EXPECT_THAT(StoredCalls(), ElementsAre());
}

TEST_F(ImportTest, AServerThatIsAwayIsToldOf) {
  Write("a.csv", Rows(1, 2));
  const Outcome outcome = Run(
      {"import", "--mapping", "m.toml", "a.csv", "--address", "127.0.0.1:1", "--patience", "0"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("127.0.0.1:1: no answer for 0 s: "));
  EXPECT_EQ(outcome.LastLine(),
            R"({"rows":2,"broken_rows":0,"accepted":0,"unknown":2,"rejected":0})");
}

TEST_F(ImportTest, ADryRunPrintsTheEventsAlone) {
  Write("a.csv", Rows(1, 2));
  const Outcome outcome = Run({"import", "--dry-run", "--mapping", "m.toml", "a.csv"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.LastLine(), HasSubstr(R"("call_id":"2")"));
  EXPECT_THAT(outcome.err, HasSubstr(R"({"rows":2,)"));
  EXPECT_THAT(StoredCalls(), ElementsAre());
  // And they can be published as they are.
  Write("events.ndjson", outcome.out);
  EXPECT_EQ(Run({"publish", "events.ndjson"}).LastLine(),
            R"({"accepted":2,"unknown":0,"rejected":0})");
}

}  // namespace
}  // namespace clientele::app
