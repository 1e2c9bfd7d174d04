// Where the bytes of tellings come from, with a store and a log that stand in for the real ones.
#include "projections/retirement/telling_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "projections/retirement/recent_tellings.h"

namespace clientele::projections::retirement {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FakeStore final : public clickhouse::Store {
 public:
  std::map<Place, std::string> payloads;
  base::Status failure;  // of the next selects, after the rows
  std::vector<clickhouse::Statement> asked;

  base::Result<clickhouse::Summary> Select(
      const clickhouse::Statement& statement,
      const std::function<base::Status(const clickhouse::Block&)>& on_block) override {
    asked.push_back(statement);
    // One row a block, each twice: a second copy may be there before a merge.
    const std::string& places = statement.parameters.at("places");
    for (const auto& [place, payload] : payloads) {
      const std::string text = fmt::format("({},{})", place.partition, place.offset);
      if (places.find(text) == std::string::npos) continue;
      clickhouse::Block block;
      block.rows = 2;
      const auto partition = static_cast<uint64_t>(place.partition);
      block.columns.push_back({"partition", "UInt64", std::vector<uint64_t>(2, partition), {}});
      block.columns.push_back({"src_offset", "UInt64", std::vector<uint64_t>(2, place.offset), {}});
      block.columns.push_back({"payload", "String", std::vector<std::string>(2, payload), {}});
      const base::Status taken = on_block(block);
      if (!taken) return tl::unexpected(taken.error());
    }
    if (!failure) return tl::unexpected(failure.error());
    return clickhouse::Summary{};
  }
  base::Result<clickhouse::Summary> Execute(const clickhouse::Statement&) override { return {}; }
  base::Result<clickhouse::Summary> Insert(std::string_view, const clickhouse::BlockWriter&,
                                           const clickhouse::Statement&) override {
    return {};
  }
  base::Status Kill(std::string_view, std::chrono::milliseconds) override { return {}; }
  bool Healthy() override { return true; }
};

class FakeLog final : public kafka::LogReader {
 public:
  std::map<Place, std::string> records;
  bool away = false;
  std::vector<Place> asked;

  base::Result<OwnedRecord> ReadAt(std::string_view topic, kafka::Partition partition,
                                   kafka::Offset offset) override {
    EXPECT_EQ(topic, "clientele.events.v1");
    const Place place{partition.value, static_cast<uint64_t>(offset.value)};
    asked.push_back(place);
    if (away) return base::Fail(base::Code::kUnavailable, "kafka: no answer");
    const auto found = records.find(place);
    if (found == records.end()) return base::Fail(base::Code::kNotFound, "kafka: no record");
    return OwnedRecord{partition, offset, 0, "", found->second};
  }
  base::Result<Bounds> BoundsOf(std::string_view, kafka::Partition) override { return Bounds{}; }
  base::Status VisitToEnd(std::string_view, kafka::Partition, kafka::Offset, const Take&) override {
    return {};
  }
};

class TellingSourceTest : public testing::Test {
 protected:
  FakeStore store_;
  FakeLog log_;
  base::Metrics metrics_;
  std::unique_ptr<TellingSource> source_ =
      TellingSource::Make(store_, log_, "clientele.events_v1", 1'000, metrics_);
};

TEST_F(TellingSourceTest, ReadsFromMemoryThenTheTableThenKafka) {
  source_->Keep({0, 10}, "kept");
  store_.payloads = {{{0, 20}, "stored"}, {{0, 21}, "stored too"}};
  log_.records = {{{1, 30}, "logged"}, {{0, 20}, "not asked"}};
  const auto read = source_->Read({{0, 20}, {0, 10}, {1, 30}, {0, 21}});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(*read, ElementsAre("stored", "kept", "logged", "stored too"));
  // One statement for all partitions, of what memory has not.
  ASSERT_EQ(store_.asked.size(), 1U);
  EXPECT_EQ(store_.asked[0].parameters.at("database"), "clientele");
  EXPECT_EQ(store_.asked[0].parameters.at("table"), "events_v1");
  EXPECT_EQ(store_.asked[0].parameters.at("places"), "[(0,20),(0,21),(1,30)]");
  EXPECT_THAT(log_.asked, ElementsAre(Place{1, 30}));
  EXPECT_THAT(metrics_.Text(),
              HasSubstr("clientele_retirement_tellings_read_total{source=\"events\"} 2"));
}

TEST_F(TellingSourceTest, WhatNoSourceHasIsDataLoss) {
  store_.payloads = {{{3, 5}, "stored"}};
  const auto read = source_->Read({{3, 5}, {3, 77}});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, base::Code::kDataLoss);
  EXPECT_THAT(read.error().message, HasSubstr("partition 3 offset 77"));
}

TEST_F(TellingSourceTest, AStoreThatFailsIsPassedOver) {
  store_.payloads = {{{0, 5}, "half an answer"}};
  store_.failure = base::Fail(base::Code::kDeadlineExceeded, "store: no answer");
  log_.records = {{{0, 5}, "a"}, {{1, 5}, "b"}};
  const auto read = source_->Read({{0, 5}, {1, 5}});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(*read, ElementsAre("a", "b"));
  EXPECT_EQ(store_.asked.size(), 1U);
}

TEST_F(TellingSourceTest, KafkaThatIsAwayIsAnErrorOfItsOwn) {
  log_.away = true;
  const auto read = source_->Read({{0, 5}});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, base::Code::kUnavailable);
}

TEST_F(TellingSourceTest, AnEmptiedPayloadIsNoTelling) {
  store_.payloads = {{{0, 5}, ""}};
  log_.records = {{{0, 5}, "whole"}};
  const auto read = source_->Read({{0, 5}});
  ASSERT_TRUE(read);
  EXPECT_THAT(*read, ElementsAre("whole"));
}

TEST_F(TellingSourceTest, ManyPlacesAreAskedInPieces) {
  std::vector<Place> places;
  for (uint64_t i = 0; i < 12'000; ++i) {
    store_.payloads[{0, i}] = "v" + std::to_string(i);
    places.push_back({0, i});
  }
  // The fake is slow with long lists: only the first of each piece is there, Kafka has the rest.
  log_.records = store_.payloads;
  std::erase_if(store_.payloads, [](const auto& entry) { return entry.first.offset % 5'000 != 0; });
  std::reverse(places.begin(), places.end());
  const auto read = source_->Read(places);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), places.size());
  for (size_t i = 0; i < places.size(); ++i) {
    ASSERT_EQ((*read)[i], "v" + std::to_string(places[i].offset));
  }
  EXPECT_EQ(store_.asked.size(), 3U);
  EXPECT_EQ(log_.asked.size(), 12'000U - 3);
}

TEST(RecentTellings, KeepsTheLastOnesAndNothingElse) {
  constexpr size_t kBytes = 1'000;
  std::mt19937_64 random(7);
  RecentTellings recent(kBytes);
  std::vector<std::pair<Place, std::string>> told;
  std::map<int32_t, uint64_t> next;
  for (int i = 0; i < 20'000; ++i) {
    const auto partition = static_cast<int32_t>(random() % 3);
    const uint64_t offset = next[partition] += 1 + random() % 3;
    std::string value(1 + random() % 99, static_cast<char>('a' + random() % 26));
    recent.Keep(partition, offset, value);
    told.push_back({{partition, offset}, std::move(value)});
    // All of the last are there, but for what the ring's end may waste (one value's size), and what
    // is there is right.
    size_t bytes = 0;
    for (size_t back = 0; back < std::min<size_t>(told.size(), 60); ++back) {
      const auto& [place, expected] = told[told.size() - 1 - back];
      bytes += expected.size();
      const auto found = recent.Find(place.partition, place.offset);
      ASSERT_TRUE(found || bytes > kBytes - 99) << back;
      ASSERT_FALSE(found && bytes > kBytes) << back;
      ASSERT_EQ(found.value_or(expected), expected);
    }
  }
}

TEST(RecentTellings, KeepsNothingThatDoesNotFit) {
  RecentTellings recent(10);
  recent.Keep(0, 5, "0123456789");
  EXPECT_EQ(recent.Find(0, 5), "0123456789");
  recent.Keep(0, 6, "0123456789a");
  EXPECT_FALSE(recent.Find(0, 6));
  EXPECT_TRUE(recent.Find(0, 5));
  recent.Keep(0, 5, "again");
  EXPECT_EQ(recent.Find(0, 5), "0123456789");
  EXPECT_FALSE(recent.Find(1, 5));
  RecentTellings none(0);
  none.Keep(0, 1, "x");
  EXPECT_FALSE(none.Find(0, 1));
}

}  // namespace
}  // namespace clientele::projections::retirement
