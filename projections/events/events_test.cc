// The row that a record of the log gives.
#include "projections/events/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/projected.h"

namespace clientele::projections::events {
namespace {

using event::v1::Event;
using testing::ElementsAre;

using Numbers = std::vector<int64_t>;
using Counts = std::vector<uint64_t>;
using Texts = std::vector<std::string>;

const Projection& Events() {
  static const auto projection = MakeEvents();
  return *projection;
}

const char* const kCall = R"({
  "event_id":"0195e000-0000-7000-8000-000000000001","tenant":"main",
  "customer_id":"5f0c7a3e-0000-4000-8000-000000000001",
  "alias_ids":["5f0c7a3e-0000-4000-8000-000000000002","no uuid",
               "5f0c7a3e-0000-4000-8000-000000000003"],
  "occurred_at":"1000000","sent_at":"2000000","received_at":"3000000","revision":4000000000,
  "entity_id":"c","source":{"system":"pbx","external_id":"x-1"},"purpose":"MYSTERY",
  "call":{"call_id":"c"}})";

clickhouse::Block RowOf(const Record& record, const Origin& origin) {
  std::vector<clickhouse::BlockWriter> blocks = EmptyBlocks(Events());
  RowSink rows(Events().tables(), blocks, record.event, origin);
  Events().Journal(record, rows);
  return ReadBack(blocks[0]);
}

TEST(Events, ARecordIsOneRow) {
  const Event event = EventOf(kCall);
  const auto row = RowOf({event, "its bytes", 21, 8}, {.src_partition = 65'535,
                                                       .src_offset = uint64_t{1} << 40,
                                                       .recorded_at_ms = 1'795'000'000'123,
                                                       .cause = Cause::kCorrection});
  ASSERT_EQ(row.rows, 1U);
  EXPECT_EQ(row.Get<std::string>("tenant"), Texts{"main"});
  EXPECT_EQ(row.Get<base::Uuid>("customer")[0].ToString(), event.customer_id());
  EXPECT_EQ(row.Get<int64_t>("occurred_at"), Numbers{1'000'000});
  EXPECT_EQ(row.Get<int64_t>("recorded_at"), Numbers{1'795'000'000'123});
  EXPECT_EQ(row.Get<uint64_t>("src_partition"), Counts{65'535});
  EXPECT_EQ(row.Get<uint64_t>("src_offset"), Counts{uint64_t{1} << 40});
  EXPECT_EQ(row.Get<int64_t>("cause"), Numbers{2});
  EXPECT_EQ(row.Get<uint64_t>("takes_back"), Counts{8});
  EXPECT_EQ(row.Get<base::Uuid>("event_id")[0].ToString(), event.event_id());
  EXPECT_EQ(row.Get<uint64_t>("kind"), Counts{21});
  EXPECT_EQ(row.Get<std::string>("kind_name"), Texts{"call"});
  EXPECT_EQ(row.Get<uint64_t>("entity_kind"), Counts{21});
  EXPECT_EQ(row.Get<std::string>("entity_id"), Texts{"c"});
  EXPECT_EQ(row.Get<uint64_t>("revision"), Counts{4'000'000'000});
  EXPECT_EQ(row.Get<int64_t>("purpose"), Numbers{Event::MYSTERY});
  EXPECT_EQ(row.Get<std::string>("source_system"), Texts{"pbx"});
  EXPECT_EQ(row.Get<std::string>("external_id"), Texts{"x-1"});
  EXPECT_EQ(row.Get<int64_t>("sent_at"), Numbers{2'000'000});
  EXPECT_EQ(row.Get<int64_t>("received_at"), Numbers{3'000'000});
  EXPECT_EQ(row.Get<std::string>("payload"), Texts{"its bytes"});
}

TEST(Events, AliasesAreThoseThatAreUuids) {
  const auto blocks = BlocksOf(Events(), EventOf(kCall));
  const auto& columns = blocks[0].columns();
  const auto aliases = std::ranges::find(columns, "aliases", &clickhouse::ColumnWriter::name);
  ASSERT_NE(aliases, columns.end());
  EXPECT_EQ(aliases->bytes().size(), 2 * 16U);
}

TEST(Events, ARetractionNamesTheKindThatItTakesBack) {
  const Event event = EventOf(R"({"tenant":"main","occurred_at":"1000000","entity_id":"c",
      "retraction":{"kind":21,"entity_id":"c","revision":0}})");
  const auto row = RowOf({event, "v", 21, 0}, {.cause = Cause::kRetraction});
  EXPECT_EQ(row.Get<uint64_t>("kind"), Counts{27});
  EXPECT_EQ(row.Get<std::string>("kind_name"), Texts{"retraction"});
  EXPECT_EQ(row.Get<uint64_t>("entity_kind"), Counts{21});
}

TEST(Events, AKindOfALaterSchemaIsARowToo) {
  const Event event = EventOf(R"({"tenant":"main","occurred_at":"1000000","entity_id":"c"})");
  const auto row = RowOf({event, "v", 99, 0}, {.cause = Cause::kUnknown});
  EXPECT_EQ(row.Get<uint64_t>("kind"), Counts{99});
  EXPECT_EQ(row.Get<std::string>("kind_name"), Texts{"unknown"});
  EXPECT_EQ(row.Get<uint64_t>("entity_kind"), Counts{99});
  EXPECT_EQ(row.Get<int64_t>("cause"), Numbers{6});
}

TEST(Events, WhatAColumnCannotHoldIsNotTold) {
  Event event = EventOf(R"({"event_id":"not a uuid","tenant":"main","customer_id":"nor this",
      "occurred_at":"1000000","sent_at":"-1","received_at":"9000000000000000000",
      "entity_id":"c","retraction":{"kind":70000,"revision":1}})");
  event.set_purpose(static_cast<Event::Purpose>(77));
  const auto row = RowOf({event, std::string_view("\0\xff", 2), 70'000, 0}, {});
  EXPECT_TRUE(row.Get<base::Uuid>("event_id")[0].IsZero());
  EXPECT_TRUE(row.Get<base::Uuid>("customer")[0].IsZero());
  EXPECT_EQ(row.Get<uint64_t>("entity_kind"), Counts{0});
  EXPECT_EQ(row.Get<int64_t>("purpose"), Numbers{Event::TEST});
  EXPECT_EQ(row.Get<int64_t>("sent_at"), Numbers{0});
  EXPECT_EQ(row.Get<int64_t>("received_at"), Numbers{0});
  EXPECT_EQ(row.Get<std::string>("payload"), Texts{std::string("\0\xff", 2)});
}

}  // namespace
}  // namespace clientele::projections::events
