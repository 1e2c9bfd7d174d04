// Merges and unmerges over the real engine: in any order of the events, at any mark, in any
// process, figures of customers are those of the corrected log; and what becomes of the maps in the
// store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "base/entity.h"
#include "query/query.h"
#include "tests/metrics/corrected_log_fixture.h"
#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using event::v1::Call;
using event::v1::Event;

constexpr int64_t kDay = 86'400'000'000;
constexpr int64_t kStart = 1'774'656'000'000'000;  // 2026-03-28
constexpr int kDays = 3;

std::string Pseudonym(uint64_t number) {
  return fmt::format("{:08x}-0000-4000-{:04x}-{:012x}", 0x9e3779b97f4a7c15 * number >> 32,
                     0x8000 + number * 31 % 23, number);
}

// Tellings of calls and links, of every entity with revisions that differ.
class AnyEvents {
 public:
  // Of odd seeds one is tied to too many.
  explicit AnyEvents(uint64_t seed) : random_(seed), calls_(seed % 2 == 0 ? 60 : 160) {}

  std::vector<Event> Make() {
    std::vector<Event> events;
    for (int i = 0; i < calls_; ++i) AddTellings(events, [&] { return CallOf(i); });
    for (int i = 0; i < 25; ++i) {
      const uint64_t one = random_() % kPeople;
      const uint64_t other = (one + 1 + random_() % (kPeople - 1)) % kPeople;
      const auto ends = std::minmax({Pseudonym(one), Pseudonym(other)});
      if (linked_.insert(ends).second) AddTellings(events, [&] { return LinkOf(ends); });
    }
    return events;
  }

 private:
  static constexpr uint64_t kPeople = 40;

  // One to three revisions of an entity, sometimes one of them retracted.
  template <typename Tell>
  void AddTellings(std::vector<Event>& events, Tell tell) {
    const uint64_t revisions = 1 + random_() % 3;
    for (uint32_t revision = 0; revision < revisions; ++revision) {
      Event event = tell();
      event.set_revision(revision);
      events.push_back(event);
    }
    if (random_() % 5 != 0) return;
    Event retraction;
    retraction.set_tenant("main");
    retraction.set_occurred_at(kStart);
    retraction.set_entity_id(events.back().entity_id());
    retraction.mutable_retraction()->set_kind(base::EntityKindOf(events.back()));
    retraction.mutable_retraction()->set_entity_id(events.back().entity_id());
    retraction.mutable_retraction()->set_revision(static_cast<uint32_t>(random_() % revisions));
    events.push_back(retraction);
  }

  Event CallOf(int number) {
    Event event;
    event.set_tenant("main");
    event.set_entity_id(fmt::format("c-{}", number));
    event.set_occurred_at(kStart + static_cast<int64_t>(random_() % (kDays * kDay)));
    event.set_customer_id(Pseudonym(random_() % kPeople));
    for (uint64_t i = random_() % 3; i > 0; --i) {
      event.add_alias_ids(Pseudonym(random_() % (random_() % 2 == 0 ? 1 : kPeople)));
    }
    if (random_() % 10 == 0) event.set_purpose(Event::TEST);
    Call& call = *event.mutable_call();
    call.set_call_id(event.entity_id());
    call.set_direction(Call::INBOUND);
    call.set_queue_id(random_() % 2 == 0 ? "sales" : "service");
    call.set_queued_at(event.occurred_at());
    call.set_end(random_() % 3 == 0 ? Call::ABANDONED : Call::ANSWERED);
    return event;
  }

  Event LinkOf(const std::pair<std::string, std::string>& ends) {
    Event event;
    event.set_tenant("main");
    event.set_entity_id(base::CompositeId({ends.first, ends.second}));
    event.set_occurred_at(kStart);
    event.mutable_identity_link()->set_customer_a(ends.first);
    event.mutable_identity_link()->set_customer_b(ends.second);
    event.mutable_identity_link()->set_linked(random_() % 2 == 0);
    return event;
  }

  std::mt19937_64 random_;
  const int calls_;
  std::set<std::pair<std::string, std::string>> linked_;
};

// Who stands for whom: the smallest label goes round until nothing changes.
std::map<std::string, std::string> WhoIsWho(const std::vector<Event>& counting) {
  using Pair = std::pair<std::string, std::string>;
  std::set<Pair> aliases;
  std::set<Pair> pairs;
  std::set<Pair> parted;
  for (const Event& event : counting) {
    if (event.purpose() == Event::TEST) continue;
    for (const std::string& alias : event.alias_ids()) {
      if (alias != event.customer_id()) aliases.insert(std::minmax(alias, event.customer_id()));
    }
    const auto& link = event.identity_link();
    if (!event.has_identity_link()) continue;
    (link.linked() ? pairs : parted).insert(std::minmax(link.customer_a(), link.customer_b()));
  }
  std::map<std::string, int> degrees;
  for (const Pair& pair : parted) aliases.erase(pair);
  for (const auto& [one, other] : aliases) ++degrees[one], ++degrees[other];
  for (const auto& [one, other] : aliases) {
    if (degrees[one] <= 20 && degrees[other] <= 20) pairs.emplace(one, other);
  }
  std::map<std::string, std::string> who;
  for (const auto& [one, other] : pairs) who[one] = one, who[other] = other;
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [one, other] : pairs) {
      changed = changed || who[one] != who[other];
      who[one] = who[other] = std::min(who[one], who[other]);
    }
  }
  return who;
}

// Callers and calls offered, by day (-1: of all days) and queue (empty: of all).
using Callers = std::map<std::pair<int, std::string>, std::pair<double, uint64_t>>;

Callers NaiveCallers(const std::vector<Event>& events) {
  const std::vector<Event> counting = CorrectedLog(events);
  const auto who = WhoIsWho(counting);
  std::map<std::pair<int, std::string>, std::multiset<std::string>> customers;
  for (const Event& event : counting) {
    if (!event.has_call() || event.purpose() == Event::TEST) continue;
    const auto found = who.find(event.customer_id());
    const std::string& customer = found == who.end() ? event.customer_id() : found->second;
    const auto day = static_cast<int>((event.call().queued_at() - kStart) / kDay);
    for (const int of : {-1, day}) {
      for (const std::string& queue : {std::string(), event.call().queue_id()}) {
        customers[{of, queue}].insert(customer);
      }
    }
  }
  Callers callers;
  for (const auto& [key, all] : customers) {
    callers[key] = {static_cast<double>(std::set(all.begin(), all.end()).size()), all.size()};
  }
  return callers;
}

Callers AskCallers(query::Identities& identities, std::optional<int64_t> mark) {
  Callers callers;
  for (const bool by_day : {false, true}) {
    for (const bool by_queue : {false, true}) {
      query::v1::QueryRequest request;
      request.add_metrics("callers");
      request.set_from("2026-03-28");
      request.set_to("2026-03-31");
      if (by_day) request.set_grain(query::v1::QueryRequest::DAY);
      if (by_queue) request.add_group_by("queue");
      if (mark) request.set_mark_id(*mark);
      const query::Caller caller{
          "main", std::chrono::steady_clock::now() + std::chrono::seconds(30), {}};
      const auto response = query::RunQuery(Metrics(), World::Store(), identities, request, caller);
      EXPECT_TRUE(response.has_value()) << response.error().message;
      if (!response) continue;
      for (const auto& row : response->rows()) {
        const int day = by_day ? static_cast<int>((row.bucket_start() - kStart) / kDay) : -1;
        if (row.figures(0).n() == 0) continue;
        callers[{day, by_queue ? row.dimensions(0) : ""}] = {row.figures(0).value(),
                                                             row.figures(0).n()};
      }
    }
  }
  return callers;
}

class IdentityFigures : public ::testing::TestWithParam<uint64_t> {};

TEST_P(IdentityFigures, AreThoseOfTheCorrectedLogInAnyOrder) {
  std::vector<Event> events = AnyEvents(GetParam()).Make();
  const Callers wanted = NaiveCallers(events);
  World::LoadLines(JsonLines(CorrectedLog(events)));
  EXPECT_EQ(AskCallers(World::Identities(), {}), wanted) << "rebuilt on the corrected log";
  std::mt19937_64 random(GetParam());
  for (int order = 0; order < 3; ++order) {
    std::ranges::shuffle(events, random);
    const size_t half = events.size() / 2;
    std::vector<std::string> lines = JsonLines(events);
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(half), "");  // mark 0
    World::LoadLines(lines);
    EXPECT_EQ(AskCallers(World::Identities(), {}), wanted) << order;
    const Callers before =
        NaiveCallers({events.begin(), events.begin() + static_cast<std::ptrdiff_t>(half)});
    EXPECT_EQ(AskCallers(World::Identities(), 0), before) << order;
    EXPECT_EQ(AskCallers(World::Identities(), 1), wanted) << order;
    query::Identities other_process(World::Store());
    EXPECT_EQ(AskCallers(other_process, 0), before) << order;
    EXPECT_EQ(AskCallers(other_process, {}), wanted) << order;
  }
}

INSTANTIATE_TEST_SUITE_P(, IdentityFigures, ::testing::Range<uint64_t>(1, 7));

class IdentityMapsInTheStore : public ::testing::Test {
 protected:
  void SetUp() override {
    World::Load(CLIENTELE_PROJECTIONS "/identity/testdata/basic.events.ndjson");
    wanted_ = AskCallers(World::Identities(), {});
  }
  static void Execute(const std::string& sql) {
    clickhouse::Statement statement;
    statement.sql = sql;
    const auto done = World::Store().Execute(statement);
    ASSERT_TRUE(done.has_value()) << done.error().message;
  }
  static std::vector<std::string> Maps() {
    std::vector<std::string> maps;
    clickhouse::Statement statement;
    statement.sql =
        "SELECT name FROM system.tables WHERE database = 'clientele' "
        "AND name LIKE 'identity\\\\_map\\\\_%'";
    const auto read = World::Store().Select(statement, [&](const clickhouse::Block& block) {
      const auto& names = block.Get<std::string>("name");
      maps.insert(maps.end(), names.begin(), names.end());
      return base::Status();
    });
    EXPECT_TRUE(read.has_value());
    return maps;
  }
  // Of the newest mark.
  static std::string Map() {
    const auto asked = World::Ask("metrics: 'calls_offered' from: '2026-03-28' to: '2026-03-29'");
    const query::Running running{
        "test", std::chrono::steady_clock::now() + std::chrono::seconds(30), {}};
    const auto mark =
        query::MarkResolver(World::Store()).Resolve({asked.meta().mark_id(), {}}, running);
    EXPECT_TRUE(mark.has_value());
    const auto identity = World::Identities().At("main", *mark, running);
    EXPECT_TRUE(identity.has_value()) << identity.error().message;
    return identity->map;
  }

  Callers wanted_;
};

TEST_F(IdentityMapsInTheStore, OneThatIsGoneIsMadeAgain) {
  Execute("DROP TABLE clientele." + Map());
  EXPECT_EQ(AskCallers(World::Identities(), {}), wanted_);
  query::Identities other_process(World::Store());
  EXPECT_EQ(AskCallers(other_process, {}), wanted_);
}

TEST_F(IdentityMapsInTheStore, OneThatIsNotWholeIsMadeAgain) {
  Execute("TRUNCATE TABLE clientele." + Map());
  EXPECT_EQ(AskCallers(World::Identities(), {}), wanted_);
}

TEST_F(IdentityMapsInTheStore, AreFewAndWhole) {
  for (uint64_t seed = 20; seed < 32; ++seed) {
    World::LoadLines(JsonLines(AnyEvents(seed).Make()));
    AskCallers(World::Identities(), {});
  }
  EXPECT_EQ(Maps().size(), query::kMostMaps);
  for (const std::string& map : Maps()) {
    EXPECT_EQ(map.size(), std::string("identity_map_").size() + 16 + 1 + 32) << map;
  }
}

TEST_F(IdentityMapsInTheStore, SuperNodesAreNamed) {
  const auto response =
      World::Ask("metrics: 'callers' from: '2026-03-28' to: '2026-03-31' group_by: 'queue'");
  EXPECT_THAT(response.meta().warnings(),
              ::testing::Contains(::testing::HasSubstr("held apart: 1 pseudonym with more than 20 "
                                                       "aliases, which links alone tie to it: "
                                                       "49000000-0000-4000-9500-0000000001f4")));
}

}  // namespace
}  // namespace clientele::testing
