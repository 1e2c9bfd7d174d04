// Every mapping of mappings/ with the sample beside it: it makes the events of the .ndjson, and
// ingest takes them all.
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

#include "app/publish/command_fixture.h"

namespace clientele::app {
namespace {

namespace fs = std::filesystem;

class SamplesTest : public CommandTest, public testing::WithParamInterface<std::string> {};

std::vector<event::v1::Event> Events(const std::string& ndjson) {
  std::vector<event::v1::Event> events;
  std::istringstream lines(ndjson);
  for (std::string line; std::getline(lines, line);) {
    const auto read = google::protobuf::util::JsonStringToMessage(line, &events.emplace_back());
    EXPECT_TRUE(read.ok()) << line;
  }
  return events;
}

TEST_P(SamplesTest, MakesTheEventsBesideIt) {
  const std::string base = fs::path(CLIENTELE_MAPPINGS) / GetParam();
  const auto expected = Events(Read(base + ".sample.ndjson"));
  ASSERT_GE(expected.size(), 3U);
  const Outcome outcome =
      Run({"import", "--dry-run", "--mapping", base + ".toml", base + ".sample.csv"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(Run({"import", "--dry-run", "--mapping", base + ".toml", base + ".sample.csv"}).out,
            outcome.out);
  const auto made = Events(outcome.out);
  ASSERT_EQ(made.size(), expected.size());
  for (size_t i = 0; i < made.size(); ++i) {
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(made[i], expected[i]))
        << made[i].ShortDebugString() << "\n"
        << expected[i].ShortDebugString();
  }
}

TEST_P(SamplesTest, IngestTakesThemAndNothingOfThemInClear) {
  const std::string base = fs::path(CLIENTELE_MAPPINGS) / GetParam();
  const Outcome outcome = Run({"import", "--mapping", base + ".toml", base + ".sample.csv"});
  EXPECT_EQ(outcome.status, 0) << outcome.err << Read(base + ".sample.csv.rejected.ndjson");
  EXPECT_TRUE(Stored().size() == Events(Read(base + ".sample.ndjson")).size());
  for (const auto& event : Events(Read(base + ".sample.ndjson"))) {
    for (const auto& identifier : event.identifiers()) {
      for (const auto& message : producer_.messages()) {
        EXPECT_EQ(message.value.find(identifier.value()), std::string::npos) << identifier.value();
        EXPECT_EQ(message.key.find(identifier.value()), std::string::npos) << identifier.value();
      }
    }
  }
}

std::vector<std::string> Mappings() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(CLIENTELE_MAPPINGS)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem());
  }
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Mappings, SamplesTest, testing::ValuesIn(Mappings()),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace clientele::app
