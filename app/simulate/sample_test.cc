// The sample as a whole: the same from the same seed, complete, in order, and with the stories in.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "app/publish/line_reader.h"
#include "app/simulate/event_file.h"
#include "app/simulate/quality.h"
#include "app/simulate/sample_fixture.h"
#include "app/simulate/truth_report.h"
#include "base/entity.h"

namespace clientele::app::simulate {
namespace {

using event::v1::Event;

TEST(SampleTest, TheSameSeedMakesTheSameBytes) {
  const Sample first = MakeSample(SampleOptions(500, 20));
  const Sample again = MakeSample(SampleOptions(500, 20));
  EXPECT_TRUE(first.events == again.events);
  EXPECT_EQ(TruthJson(*first.simulation), TruthJson(*again.simulation));
  const Sample other = MakeSample(SampleOptions(500, 20, 2));
  EXPECT_FALSE(first.events == other.events);
}

TEST(SampleTest, TheSmallFormIsQuickAndHasEveryKind) {
  const auto start = std::chrono::steady_clock::now();
  const Sample sample = MakeSample(SampleOptions(500, 20));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  std::map<uint32_t, int64_t> kinds;
  Event event;
  for (const std::string& bytes : sample.events) {
    ASSERT_TRUE(event.ParseFromString(bytes));
    ++kinds[base::KindOf(event)];
  }
  const auto* const payloads = Event::descriptor()->FindOneofByName("payload");
  for (int i = 0; i < payloads->field_count(); ++i) {
    const auto* const field = payloads->field(i);
    EXPECT_GT(kinds[static_cast<uint32_t>(field->number())], 0) << field->name();
    EXPECT_EQ(kinds[static_cast<uint32_t>(field->number())],
              sample.simulation->truth().sent().by_kind[static_cast<size_t>(field->number())])
        << field->name();
  }
}

TEST(SampleTest, EveryKindOfTouchpoint) {
  const Sample sample = MakeSample(SampleOptions(3'000, 30));
  std::set<int> kinds;
  Event event;
  for (const std::string& bytes : sample.events) {
    ASSERT_TRUE(event.ParseFromString(bytes));
    if (event.has_touchpoint()) kinds.insert(event.touchpoint().kind());
  }
  EXPECT_EQ(kinds.size(), static_cast<size_t>(event::v1::Touchpoint::Kind_ARRAYSIZE - 1));
}

TEST(SampleTest, GoesOutAsItBecameKnown) {
  const Sample sample = MakeSample(SampleOptions(500, 20));
  const Timeline& timeline = sample.simulation->timeline();
  int64_t last = 0;
  Event event;
  for (const std::string& bytes : sample.events) {
    ASSERT_TRUE(event.ParseFromString(bytes));
    EXPECT_GE(event.sent_at(), last);
    EXPECT_LT(event.sent_at(), timeline.End());
    last = event.sent_at();
    const bool ahead = event.has_staff() || event.has_scorecard();
    EXPECT_TRUE(ahead || event.occurred_at() <= event.sent_at()) << event.ShortDebugString();
  }
}

TEST(SampleTest, SharesOfDisorder) {
  const Sample sample = MakeSample(SampleOptions(8'000, 40));
  const SentTruth& sent = sample.simulation->truth().sent();
  const auto share = [](int64_t part, int64_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
  };
  EXPECT_EQ(sent.all, static_cast<int64_t>(sample.events.size()));
  EXPECT_NEAR(share(sent.duplicates, sent.all), 0.02, 0.003);
  EXPECT_NEAR(share(sent.late, sent.all), 0.01, 0.003);
  EXPECT_NEAR(share(sent.corrections, sent.correctable), 0.01, 0.003);
  EXPECT_GT(sent.by_kind[Event::kRetractionFieldNumber], 20);
  EXPECT_GT(sent.mystery, 10);
}

// Talk of first legs: how much more the treated teams changed than the others.
TEST(SampleTest, TheInitiativeHasItsEffect) {
  const Sample sample = MakeSample(SampleOptions(20'000, 40));
  const Company& company = sample.simulation->company();
  const int64_t from = sample.simulation->timeline().Start(company.stories.initiative_day);
  struct Mean {
    double sum = 0;
    double count = 0;
    [[nodiscard]] double Value() const { return sum / count; }
  };
  std::map<std::string, std::array<Mean, 2>> talk;
  Event event;
  for (const std::string& bytes : sample.events) {
    ASSERT_TRUE(event.ParseFromString(bytes));
    if (!event.has_call() || event.call().direction() != event::v1::Call::INBOUND ||
        event.call().legs().empty() || event.revision() != 0 || event.purpose() != 0) {
      continue;
    }
    const auto& leg = event.call().legs(0);
    Mean& mean = talk[leg.team_id()][event.occurred_at() >= from ? 1 : 0];
    mean.sum += static_cast<double>(leg.talk_ms()) / 1'000.0;
    ++mean.count;
  }
  const auto change = [&](TeamIndex team) {
    const auto& [before, after] = talk.at(company.teams[team].id);
    return after.Value() - before.Value();
  };
  const double effect =
      (change(kOrders) + change(kSupport) - change(kSales) - change(kBilling)) / 2;
  EXPECT_NEAR(effect, company.stories.talk_effect_s, 6);
}

TEST(SampleTest, CoachingLowersErrors) {
  const Sample sample = MakeSample(SampleOptions(20'000, 60));
  const Company& company = sample.simulation->company();
  const Stories& stories = company.stories;
  const Timeline& timeline = sample.simulation->timeline();
  std::array<int, 2> failed{};
  std::array<int, 2> all{};
  Event event;
  for (const std::string& bytes : sample.events) {
    ASSERT_TRUE(event.ParseFromString(bytes));
    if (!event.has_score() || event.revision() != 0) continue;
    const auto& score = event.score();
    if (score.team_id() != company.teams[stories.coached_team].id) continue;
    const bool after = score.submitted_at() >= timeline.Start(stories.coaching_day) + 15 * kDay;
    if (!after && score.submitted_at() >= timeline.Start(stories.coaching_day)) continue;
    for (const auto& item : score.items()) {
      if (!item.has_level()) continue;
      ++all[after];
      failed[after] += item.level() == "min" ? 1 : 0;
    }
  }
  ASSERT_GT(all[0], 500);
  ASSERT_GT(all[1], 500);
  EXPECT_LT(static_cast<double>(failed[1]) / all[1], 0.75 * failed[0] / all[0]);
}

TEST(SampleTest, MondaysAreShortOfPeople) {
  const Sample sample = MakeSample(SampleOptions(20'000, 42));
  const Truth& truth = sample.simulation->truth();
  const Company& company = sample.simulation->company();
  const std::string& queue = company.queues[company.stories.monday_team].id;
  ServiceTruth mondays;
  ServiceTruth others;
  for (int day = 0; day < truth.timeline().days(); ++day) {
    (truth.timeline().Weekday(day) == 1 ? mondays : others)
        .Add(truth.days()[static_cast<size_t>(day)].by_queue.at(queue));
  }
  const auto level = [](const ServiceTruth& of) {
    return static_cast<double>(of.answered_in_20s) /
           static_cast<double>(of.answered + of.abandoned - of.short_abandoned);
  };
  EXPECT_LT(level(mondays), 0.6);
  EXPECT_GT(level(others), 0.7);
}

TEST(EventFileTest, PlainAndCompressedReadTheSame) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("simulate_test." + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  std::vector<std::string> read;
  for (const char* const name : {"sample.ndjson", "sample.ndjson.gz", "sample.ndjson.zst"}) {
    const std::string path = folder / name;
    auto file = EventFile::Open(path);
    ASSERT_TRUE(file) << file.error().message;
    auto simulation = Simulation::Make(SampleOptions(100, 5));
    ASSERT_TRUE(simulation);
    ASSERT_TRUE((*simulation)->Run(**file, {}));
    ASSERT_TRUE((*file)->Close());
    auto source = OpenByteSource(path);
    ASSERT_TRUE(source);
    LineReader lines(std::move(*source));
    std::string text;
    std::string line;
    for (auto more = lines.Next(line); more && *more; more = lines.Next(line)) text += line + "\n";
    EXPECT_EQ(static_cast<int64_t>(lines.number()), (*simulation)->truth().sent().all);
    read.push_back(std::move(text));
  }
  EXPECT_EQ(read[0], read[1]);
  EXPECT_EQ(read[0], read[2]);
  std::filesystem::remove_all(folder);
  const auto nowhere = EventFile::Open((folder / "gone" / "sample.ndjson").string());
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, base::Code::kNotFound);
}

}  // namespace
}  // namespace clientele::app::simulate
