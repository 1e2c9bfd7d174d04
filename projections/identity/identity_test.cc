// Which edges events and links give, and that any bytes that decode give edges that fit.
#include "projections/identity/identity.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <random>

#include "projections/projected.h"

namespace clientele::projections::identity {
namespace {

using base::Uuid;
using event::v1::Event;
using testing::ElementsAre;
using testing::IsEmpty;

const char* const kFirst = "5f0c7a3e-0000-4000-8000-000000000001";
// As ClickHouse orders UUIDs it comes before the first, as texts behind it.
const char* const kSecond = "6f0c7a3e-0000-4000-0000-000000000002";
const char* const kThird = "ff0c7a3e-0000-4000-8000-000000000003";
const char* const kNobody = "00000000-0000-0000-0000-000000000000";

const Projection& Identity() {
  static const auto projection = MakeIdentity();
  return *projection;
}

// "kind low high" of every row.
std::vector<std::string> EdgesOf(const Event& event) {
  const auto block = ReadBack(BlocksOf(Identity(), event)[0]);
  std::vector<std::string> edges;
  if (block.rows == 0) return edges;
  for (size_t i = 0; i < block.rows; ++i) {
    edges.push_back(fmt::format("{} {} {}", block.Get<int64_t>("kind")[i],
                                block.Get<Uuid>("low")[i].ToString(),
                                block.Get<Uuid>("high")[i].ToString()));
  }
  return edges;
}

Event CallOf(const std::string& customer, const std::vector<std::string>& aliases) {
  Event event = EventOf(R"({"tenant":"main","occurred_at":"1","entity_id":"c",
      "call":{"call_id":"c"}})");
  event.set_customer_id(customer);
  for (const std::string& alias : aliases) event.add_alias_ids(alias);
  return event;
}

Event LinkOf(const std::string& one, const std::string& other, bool linked) {
  Event event = EventOf(R"({"tenant":"main","occurred_at":"1","entity_id":"l"})");
  event.mutable_identity_link()->set_customer_a(one);
  event.mutable_identity_link()->set_customer_b(other);
  event.mutable_identity_link()->set_linked(linked);
  return event;
}

std::string Edge(int kind, const char* low, const char* high) {
  return fmt::format("{} {} {}", kind, low, high);
}

TEST(Identity, AnEventTiesItsCustomerToItsAliases) {
  EXPECT_THAT(EdgesOf(CallOf(kSecond, {kThird, kFirst})),
              ElementsAre(Edge(1, kSecond, kThird), Edge(1, kFirst, kSecond)));
  EXPECT_THAT(EdgesOf(CallOf(kFirst, {})), IsEmpty());
}

TEST(Identity, AliasesThatSayNothingNewGiveNoRow) {
  EXPECT_THAT(EdgesOf(CallOf(kFirst, {kFirst, kSecond, kSecond, kNobody, "?", ""})),
              ElementsAre(Edge(1, kFirst, kSecond)));
  EXPECT_THAT(EdgesOf(CallOf("", {kFirst, kSecond})), IsEmpty());
  EXPECT_THAT(EdgesOf(CallOf(kNobody, {kFirst})), IsEmpty());
  EXPECT_THAT(EdgesOf(CallOf("nobody", {kFirst})), IsEmpty());
}

TEST(Identity, ALinkIsOneRowWhicheverWayRound) {
  EXPECT_THAT(EdgesOf(LinkOf(kSecond, kFirst, true)), ElementsAre(Edge(2, kFirst, kSecond)));
  EXPECT_THAT(EdgesOf(LinkOf(kFirst, kSecond, false)), ElementsAre(Edge(3, kFirst, kSecond)));
}

TEST(Identity, ALinkThatSaysNothingGivesNoRow) {
  EXPECT_THAT(EdgesOf(LinkOf(kFirst, kFirst, true)), IsEmpty());
  EXPECT_THAT(EdgesOf(LinkOf(kFirst, kNobody, true)), IsEmpty());
  EXPECT_THAT(EdgesOf(LinkOf("?", kFirst, true)), IsEmpty());
  Event unsaid = LinkOf(kFirst, kSecond, true);
  unsaid.mutable_identity_link()->clear_linked();
  EXPECT_THAT(EdgesOf(unsaid), IsEmpty());
}

// Bytes flipped at random: whatever still decodes gives pairs of two, the smaller one first.
TEST(Identity, AnyBytesThatDecodeGivePairs) {
  const std::string call = CallOf(kSecond, {kThird, kFirst}).SerializeAsString();
  const std::string link = LinkOf(kSecond, kFirst, true).SerializeAsString();
  const google::protobuf::LogSilencer quiet;  // of bytes that do not decode
  std::mt19937 random(20260401);
  size_t edges = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = i % 2 == 0 ? call : link;
    for (int change = 0; change < 2; ++change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    Event event;
    if (!event.ParseFromString(bytes)) continue;
    const auto block = ReadBack(BlocksOf(Identity(), event)[0]);
    for (size_t row = 0; row < block.rows; ++row) {
      ASSERT_LT(block.Get<Uuid>("low")[row], block.Get<Uuid>("high")[row]);
      ASSERT_FALSE(block.Get<Uuid>("low")[row].IsZero());
      ++edges;
    }
  }
  EXPECT_GT(edges, 1'000U);
}

}  // namespace
}  // namespace clientele::projections::identity
