// `clientele publish`: what lands, what is told of the rest, and how it ends.
#include <google/protobuf/util/json_util.h>

#include "app/publish/client.h"
#include "app/publish/command_fixture.h"
#include "app/publish/line_reader.h"

namespace clientele::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class PublishTest : public CommandTest {
 protected:
  static std::string Line(uint64_t number) {
    std::string json;
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(ingest::MakeEvent(number), &json).ok());
    return json + "\n";
  }
  static std::string Lines(uint64_t first, uint64_t last) {
    std::string text;
    for (uint64_t i = first; i <= last; ++i) text += Line(i);
    return text;
  }
};

TEST_F(PublishTest, PlainCompressedAndStandardInput) {
  Write("a.ndjson", Lines(1, 3));
  Write("b.ndjson.gz", Gzip(Lines(4, 5)));
  Write("c.ndjson.zst", Zstd(Lines(6, 7)));
  const Outcome files = Run({"publish", "a.ndjson", "b.ndjson.gz", "c.ndjson.zst"});
  EXPECT_EQ(files.status, 0) << files.err;
  EXPECT_EQ(files.LastLine(), R"({"accepted":7,"unknown":0,"rejected":0})");
  // The last line needs no end, empty ones and \r\n do no harm.
  Write("d.ndjson", "\r\n" + Line(8) + "\n\r\n" + Line(9).substr(0, Line(9).size() - 1));
  const Outcome input = RunWithInput("d.ndjson", {"publish", "-"});
  EXPECT_EQ(input.status, 0) << input.err;
  EXPECT_EQ(input.LastLine(), R"({"accepted":2,"unknown":0,"rejected":0})");
  EXPECT_THAT(StoredCalls(), ElementsAre("call-1", "call-2", "call-3", "call-4", "call-5", "call-6",
                                         "call-7", "call-8", "call-9"));
  EXPECT_FALSE(std::filesystem::exists("a.ndjson.rejected.ndjson"));
}

TEST_F(PublishTest, WritesDownWhatWasAcknowledged) {
  event::v1::Event derived = ingest::MakeEvent(2);
  derived.clear_event_id();
  derived.mutable_source()->set_external_id("record-2");
  std::string line;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(derived, &line).ok());
  Write("a.ndjson", Line(1) + line + "\n{\"source\":{}}\n");
  const Outcome outcome = Run({"publish", "a.ndjson", "--acknowledged", "ids.txt"});
  EXPECT_EQ(outcome.LastLine(), R"({"accepted":2,"unknown":0,"rejected":1})") << outcome.err;
  std::string wanted;
  for (const auto& stored : Stored()) wanted += stored.event_id() + "\n";
  EXPECT_EQ(Read("ids.txt"), wanted);
  // What it holds stays, also if nothing can be sent.
  EXPECT_NE(Run({"publish", "none.ndjson", "--acknowledged", "ids.txt"}).status, 0);
  EXPECT_EQ(Read("ids.txt"), wanted);
  const size_t stored = Stored().size();
  const Outcome nowhere = Run({"publish", "a.ndjson", "--acknowledged", "no/such/folder"});
  EXPECT_THAT(nowhere.err, HasSubstr("--acknowledged no/such/folder: cannot be written: No such"));
  EXPECT_EQ(Stored().size(), stored) << "nothing is sent";
}

TEST_F(PublishTest, AByteOrderMarkIsNoPartOfTheFirstLine) {
  Write("a.ndjson", "\xef\xbb\xbf" + Lines(1, 2));
  Write("b.ndjson", "\xef\xbb\xbf");
  const Outcome outcome = Run({"publish", "a.ndjson", "b.ndjson"});
  EXPECT_EQ(outcome.LastLine(), R"({"accepted":2,"unknown":0,"rejected":0})") << outcome.err;
}

TEST_F(PublishTest, AnEndlessLineHarmsNoOther) {
  const std::string endless(LineReader::kMostLineBytes + 1'000'000, 'x');
  Write("a.ndjson.gz", Gzip(Line(1) + endless + "\n" + Line(2) + endless));
  const Outcome outcome = Run({"publish", "a.ndjson.gz"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.LastLine(), R"({"accepted":2,"unknown":0,"rejected":2})") << outcome.err;
  EXPECT_THAT(StoredCalls(), ElementsAre("call-1", "call-2"));
  const auto refusal = [](int line) {
    return fmt::format(
               R"({{"line":{},"field":"","reason":"longer than 33554432 bytes; the text is )"
               R"(its beginning","text":"{}"}})",
               line, std::string(1'000, 'x')) +
           "\n";
  };
  EXPECT_EQ(Read("a.ndjson.gz.rejected.ndjson"), refusal(2) + refusal(4));
}

TEST_F(PublishTest, AnEmptyFileIsNothing) {
  Write("a.ndjson", "");
  const Outcome outcome = Run({"publish", "a.ndjson"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.LastLine(), R"({"accepted":0,"unknown":0,"rejected":0})");
}

TEST_F(PublishTest, ALineThatIsNoEventHarmsNoOther) {
  Write("a.ndjson", Line(1) + "{\"call\": {\n" + Line(2) + "{\"nonsense\":1}\n" +
                        "{\"source\":{\"system\":\"\xff\"}}\n" + Line(3));
  const Outcome outcome = Run({"publish", "a.ndjson"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.LastLine(), R"({"accepted":3,"unknown":0,"rejected":3})");
  EXPECT_THAT(outcome.err, HasSubstr("3 lines were rejected: see a.ndjson.rejected.ndjson"));
  EXPECT_THAT(StoredCalls(), ElementsAre("call-1", "call-2", "call-3"));
  const std::string rejected = Read("a.ndjson.rejected.ndjson");
  EXPECT_THAT(rejected, HasSubstr(R"({"line":2,"field":"","reason":"not an event: )"));
  EXPECT_THAT(rejected, HasSubstr(R"("text":"{\"call\": {"})"));
  EXPECT_THAT(rejected, HasSubstr("nonsense: Cannot find field"));
  EXPECT_THAT(rejected, HasSubstr(R"({"line":5,)"));
  // Told as text, whatever the bytes were.
  EXPECT_THAT(rejected, Not(HasSubstr("\xff")));
}

TEST_F(PublishTest, WhatTheServerRefusesIsToldWithFieldAndReason) {
  event::v1::Event bad = ingest::MakeEvent(2);
  bad.mutable_call()->set_ivr_ms(-1);
  std::string json;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(bad, &json).ok());
  Write("a.ndjson", Line(1) + json + "\n" + Line(3));
  const Outcome outcome = Run({"publish", "a.ndjson"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.LastLine(), R"({"accepted":2,"unknown":0,"rejected":1})");
  EXPECT_THAT(Read("a.ndjson.rejected.ndjson"),
              HasSubstr(R"({"line":2,"field":"call.ivr_ms","reason":"-1: must be)"));
  EXPECT_THAT(Read("a.ndjson.rejected.ndjson"), HasSubstr(R"("call_id":"call-2")"));
}

// 17 of a size just allowed are more than a message may hold; one larger than allowed is not sent.
TEST_F(PublishTest, LargeEventsBreakNoMessage) {
  const auto line = [](uint64_t number, size_t bytes) {
    event::v1::Event event = ingest::MakeEvent(number);
    event.mutable_call()->set_topic(std::string(bytes, 't'));
    std::string json;
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(event, &json).ok());
    return json + "\n";
  };
  std::string text;
  for (uint64_t i = 1; i <= 40; ++i) text += line(i, 1'040'000);
  Write("a.ndjson", text + line(41, 20'000'000) + line(42, 10));
  const Outcome outcome = Run({"publish", "a.ndjson"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.LastLine(), R"({"accepted":1,"unknown":0,"rejected":41})") << outcome.err;
  EXPECT_THAT(StoredCalls(), ElementsAre("call-42"));
  const std::string rejected = Read("a.ndjson.rejected.ndjson");
  // Megabytes: not to be printed.
  const auto told = [&](const char* part) { return rejected.find(part) != std::string::npos; };
  EXPECT_TRUE(told(R"({"line":40,"field":"call.topic","reason":")"));
  EXPECT_TRUE(told("1040000 characters, must have at most 256"));
  EXPECT_TRUE(told(R"({"line":41,"field":"event","reason":"200000)"));
  EXPECT_TRUE(told(R"( bytes: must be at most 1048576",)"));
}

TEST_F(PublishTest, TheRejectedFileIsAboutTheLastRun) {
  Write("a.ndjson", "nothing\n");
  EXPECT_EQ(Run({"publish", "a.ndjson"}).status, 1);
  EXPECT_TRUE(std::filesystem::exists("a.ndjson.rejected.ndjson"));
  Write("a.ndjson", Line(1));
  EXPECT_EQ(Run({"publish", "a.ndjson"}).status, 0);
  EXPECT_FALSE(std::filesystem::exists("a.ndjson.rejected.ndjson"));
}

TEST_F(PublishTest, ARejectedFileThatCannotBeWrittenIsTold) {
  Write("a.ndjson", "nothing\n" + Line(1));
  std::filesystem::create_directories("a.ndjson.rejected.ndjson/full");
  const Outcome outcome = Run({"publish", "a.ndjson"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.LastLine(), R"({"accepted":1,"unknown":0,"rejected":1})");
  EXPECT_THAT(outcome.err, HasSubstr("a.ndjson.rejected.ndjson: cannot be written; 1 lines were "
                                     "rejected and are not kept"));
}

TEST_F(PublishTest, OfACutFileTheWholeLinesLand) {
  const std::string text = Lines(1, 2'000);
  const std::string gzip = Gzip(text);
  Write("a.ndjson.gz", gzip.substr(0, gzip.size() - 20));
  const Outcome gz = Run({"publish", "a.ndjson.gz"});
  EXPECT_EQ(gz.status, 1);
  EXPECT_THAT(gz.err, HasSubstr("clientele: a.ndjson.gz: unexpected end of file"));
  const size_t landed = Stored().size();
  EXPECT_GT(landed, 1'000U);
  EXPECT_EQ(gz.LastLine(), fmt::format(R"({{"accepted":{},"unknown":0,"rejected":0}})", landed));
  const std::string zstd = Zstd(text);
  Write("b.ndjson.zst", zstd.substr(0, zstd.size() - 2));
  const Outcome zst = Run({"publish", "b.ndjson.zst"});
  EXPECT_EQ(zst.status, 1);
  EXPECT_THAT(zst.err, HasSubstr("clientele: b.ndjson.zst: the last frame is cut"));
  Write("c.ndjson.zst", "no zstd at all");
  EXPECT_THAT(Run({"publish", "c.ndjson.zst"}).err, HasSubstr("clientele: c.ndjson.zst: "));
}

TEST_F(PublishTest, AFileThatIsNotThereStopsNoOther) {
  Write("b.ndjson", Line(1));
  const Outcome outcome = Run({"publish", "a.ndjson", ".", "b.ndjson"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("clientele: a.ndjson: No such file or directory"));
  EXPECT_THAT(outcome.err, HasSubstr("clientele: .: Is a directory"));
  EXPECT_EQ(outcome.LastLine(), R"({"accepted":1,"unknown":0,"rejected":0})");
}

TEST_F(PublishTest, AServerThatIsAwayIsTriedAndThenToldOf) {
  Write("a.ndjson", Lines(1, 1'200));
  Write("b.ndjson", Line(1));
  // Port 1 of loopback: nobody listens.
  const Outcome outcome = Run({"publish", "a.ndjson", "b.ndjson", "--address", "127.0.0.1:1",
                               "--patience", "0", "--batch", "100"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("127.0.0.1:1: no answer for 0 s: "));
  // Sent without an answer; of b its one line.
  EXPECT_THAT(outcome.LastLine(), HasSubstr(R"({"accepted":0,"unknown":)"));
}

TEST_F(PublishTest, ARefusedStreamIsToldWithTheReason) {
  PublishClient::Options options;
  options.address = "127.0.0.1:" + std::to_string(port_);
  options.tenant = "no/name";
  PublishClient client(options, {});
  const auto place = client.Next(1);
  ASSERT_TRUE(place);
  **place = ingest::MakeEvent(1);
  const auto counts = client.Finish();
  ASSERT_FALSE(counts);
  EXPECT_THAT(counts.error().message, HasSubstr("no/name"));
  EXPECT_EQ(client.counts().unknown, 1U);
  EXPECT_THAT(StoredCalls(), ElementsAre());
}

TEST_F(PublishTest, WhatIsNoTenantNameIsToldBeforeAnythingIsSent) {
  Write("a.ndjson", Line(1));
  const std::vector<std::vector<std::string>> commands = {
      {"publish", "a.ndjson"},
      {"import", "--mapping", "a.ndjson", "a.ndjson"},
      {"simulate", "--publish", "127.0.0.1:" + std::to_string(port_)}};
  for (auto command : commands) {
    command.insert(command.end(), {"--tenant", "я"});
    const Outcome outcome = Run(command);
    EXPECT_EQ(outcome.status, 2) << command[0];
    EXPECT_EQ(outcome.err,
              "--tenant: tenant \"я\": must have 1 to 64 characters of A-Z a-z 0-9 . _ -");
  }
  EXPECT_THAT(StoredCalls(), ElementsAre());
  EXPECT_EQ(Run({"publish", "a.ndjson", "--tenant", ""}).status, 0);
}

TEST_F(PublishTest, ASampleCompanyWithoutAServerEndsWithTheCounts) {
  const Outcome outcome = Run({"simulate", "--publish", "127.0.0.1:1", "--patience", "0", "--days",
                               "2", "--customers", "50"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("clientele: 127.0.0.1:1: no answer for 0 s: "));
  EXPECT_THAT(outcome.LastLine(), HasSubstr(R"({"accepted":0,"unknown":)"));
}

TEST_F(PublishTest, ASampleCompanyOfNobodyIsRefused) {
  const Outcome outcome = Run({"simulate", "--customers", "0"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "clientele: customers 0: must be 10 to 5000000\n");
}

TEST_F(PublishTest, SendingAFileAgainMakesTheSameIds) {
  Write("a.ndjson", Lines(1, 20));
  EXPECT_EQ(Run({"publish", "a.ndjson"}).status, 0);
  EXPECT_EQ(Run({"publish", "a.ndjson"}).status, 0);
  const auto stored = Stored();
  ASSERT_EQ(stored.size(), 40U);
  for (size_t i = 0; i < 20; ++i) EXPECT_EQ(stored[i].event_id(), stored[i + 20].event_id());
}

}  // namespace
}  // namespace clientele::app
