// Two groups that are to be told apart: what a request may ask for, and how many more observations
// the answer says it takes.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <array>

#include "query/answer.h"
#include "query/answer_fixture.h"

namespace clientele::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kScores = "metrics: 'quality_score' from: '2026-11-01' to: '2026-12-01' ";
const std::string kScoresByEmployee = kScores + "group_by: 'employee' ";
const std::string kPair = "first: 'anna' second: 'boris' ";

TEST(TellApart, WrongOnesNameFieldValueAndRule) {
  const std::string pair = "tell_apart { " + kPair + "} ";
  const std::vector<std::array<std::string, 3>> wrong = {
      {kScores + pair, "group_by", "group_by: has 0, must be 1 beside tell_apart"},
      {kScoresByEmployee + "group_by: 'team' " + pair, "group_by", "group_by: has 2, must be 1"},
      {kScoresByEmployee + "grain: WEEK " + pair, "grain",
       "grain = WEEK: must be left out beside tell_apart"},
      {kScoresByEmployee + "top { groups: 2 } " + pair, "tell_apart",
       "tell_apart: must not be beside top"},
      {kScoresByEmployee + "tell_apart { second: 'boris' }", "tell_apart.first",
       "tell_apart.first: is empty, must be a value of employee"},
      {kScoresByEmployee + "tell_apart { first: 'anna' }", "tell_apart.second",
       "tell_apart.second: is empty"},
      {kScoresByEmployee + "tell_apart { first: 'anna' second: 'anna' }", "tell_apart.second",
       "tell_apart.second = anna: must be another one than tell_apart.first"},
      {kScoresByEmployee + "tell_apart { " + kPair + "difference: 0 }", "tell_apart.difference",
       "tell_apart.difference = 0: must be a number above 0"},
      {kScoresByEmployee + "tell_apart { " + kPair + "difference: -5 }", "tell_apart.difference",
       "tell_apart.difference = -5: must be a number above 0"},
      {kScoresByEmployee + "tell_apart { " + kPair + "difference: inf }", "tell_apart.difference",
       "must be a number above 0"},
      {kScoresByEmployee + "tell_apart { " + kPair + "difference: nan }", "tell_apart.difference",
       "must be a number above 0"},
      {kScoresByEmployee + "metrics: 'qa_coverage' " + pair, "metrics",
       "metrics: qa_coverage must be a mean with an interval beside tell_apart"}};
  for (const auto& [text, field, message] : wrong) {
    v1::QueryRequest request;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    const auto plan = MakePlan(Metrics(), request);
    ASSERT_FALSE(plan.has_value()) << text;
    EXPECT_EQ(plan.error().code, base::Code::kInvalidArgument) << text;
    EXPECT_EQ(plan.error().field, field) << text;
    EXPECT_THAT(plan.error().message, HasSubstr(message));
  }
}

// n evaluations with this mean and standard deviation, in the parts of a point that they are stored
// in.
ScanRow Scored(const std::string& group, int64_t n, double mean, double deviation) {
  const double parts = 1 << 30;
  const auto count = static_cast<double>(n);
  const double squares = count * mean * mean + (count - 1) * deviation * deviation;
  return {0, {group}, {count * mean * parts, count, squares * parts * parts}};
}

v1::QueryResponse Told(const std::string& request, const std::vector<ScanRow>& rows) {
  const Plan plan = PlanOf(request);
  EXPECT_EQ(plan.scans.size(), 1U);
  Answer answer(plan);
  const auto taken = answer.Take(0, BlockOf(plan, 0, rows));
  EXPECT_TRUE(taken.has_value()) << taken.error().message;
  v1::QueryResponse response;
  const auto written = answer.Write(MarkAt(plan, "2027-01-01"), response);
  EXPECT_TRUE(written.has_value()) << written.error().message;
  return response;
}

v1::Pair PairOfPeople(const std::vector<ScanRow>& rows, const std::string& difference = "") {
  const auto response = Told(kScoresByEmployee + "tell_apart { " + kPair + difference + " }", rows);
  EXPECT_EQ(response.pairs_size(), 1);
  return response.pairs_size() == 1 ? response.pairs(0) : v1::Pair();
}

const ScanRow kAnna = Scored("anna", 20, 70, 10);
const ScanRow kBoris = Scored("boris", 20, 60, 20);

// t = 10 / 5 with 27.9 degrees, where 2.05 would tell. How many it takes: stats/difference_test.cc.
TEST(TellApart, SaysHowManyMoreItTakes) {
  const v1::Pair pair = PairOfPeople({kAnna, kBoris});
  EXPECT_EQ(pair.first().value(), 70);
  EXPECT_EQ(pair.first().n(), 20);
  EXPECT_EQ(pair.first().compared().value(), 60);
  EXPECT_EQ(pair.first().compared().n(), 20);
  EXPECT_EQ(pair.first().compared().change(), 10);
  EXPECT_NEAR(pair.first().compared().change_low(), 10 - 2.0487 * 5, 1e-2);
  EXPECT_EQ(pair.first().compared().apart(), v1::Compared::NO);
  EXPECT_EQ(pair.needed(), 21);
  EXPECT_EQ(pair.empty(), v1::Pair::EMPTY_UNSPECIFIED);
}

TEST(TellApart, TheOtherWayRoundItTakesAsMany) {
  const auto response =
      Told(kScoresByEmployee + "tell_apart { first: 'boris' second: 'anna' }", {kAnna, kBoris});
  ASSERT_EQ(response.pairs_size(), 1);
  EXPECT_EQ(response.pairs(0).first().value(), 60);
  EXPECT_EQ(response.pairs(0).first().compared().change(), -10);
  EXPECT_EQ(response.pairs(0).needed(), 21);
}

TEST(TellApart, ADifferenceOfTheRequestCountsInsteadOfThePresentOne) {
  EXPECT_EQ(PairOfPeople({kAnna, kBoris}, "difference: 5").needed(), 139);
  const v1::Pair enough = PairOfPeople({kAnna, kBoris}, "difference: 20");
  EXPECT_TRUE(enough.has_needed());
  EXPECT_EQ(enough.needed(), 0);
  EXPECT_EQ(enough.first().compared().apart(), v1::Compared::NO);
}

TEST(TellApart, NoneAreNeededWhereTheyAreApart) {
  const std::vector<ScanRow> rows = {Scored("anna", 20, 72, 10), kBoris};  // t = 2.4
  const v1::Pair pair = PairOfPeople(rows);
  EXPECT_EQ(pair.first().compared().apart(), v1::Compared::YES);
  EXPECT_TRUE(pair.has_needed());
  EXPECT_EQ(pair.needed(), 0);
  EXPECT_EQ(PairOfPeople(rows, "difference: 5").needed(), 139);
}

TEST(TellApart, NothingTellsWhereThereIsNoDifference) {
  const std::vector<ScanRow> rows = {Scored("anna", 20, 60, 10), kBoris};
  const v1::Pair pair = PairOfPeople(rows);
  EXPECT_FALSE(pair.has_needed());
  EXPECT_EQ(pair.empty(), v1::Pair::NO_DIFFERENCE);
  EXPECT_EQ(pair.first().compared().change(), 0);
  EXPECT_EQ(PairOfPeople(rows, "difference: 10").needed(), 21);
}

TEST(TellApart, OneObservationHasNoDeviation) {
  for (const char* difference : {"", "difference: 5"}) {
    const v1::Pair pair = PairOfPeople({kAnna, Scored("boris", 1, 60, 0)}, difference);
    EXPECT_FALSE(pair.has_needed());
    EXPECT_EQ(pair.empty(), v1::Pair::TOO_FEW);
    EXPECT_EQ(pair.first().compared().n(), 1);
  }
}

TEST(TellApart, NamesWhoIsNotThere) {
  const std::string request = kScoresByEmployee + "tell_apart { " + kPair + "}";
  const auto one = Told(request, {kBoris});
  ASSERT_EQ(one.pairs_size(), 1);
  EXPECT_EQ(one.pairs(0).empty(), v1::Pair::TOO_FEW);
  EXPECT_EQ(one.pairs(0).first().n(), 0);
  EXPECT_EQ(one.pairs(0).first().compared().value(), 60);
  EXPECT_THAT(one.meta().warnings(),
              ElementsAre("tell_apart: nothing in the range is of employee anna"));
  const auto none = Told(request, {});
  EXPECT_EQ(none.pairs_size(), 1);
  EXPECT_EQ(none.meta().warnings_size(), 2);
  EXPECT_THAT(Told(request, {kAnna, kBoris}).meta().warnings(), IsEmpty());
}

// What it takes would tell the mean of whom it is hidden.
TEST(TellApart, SmallFiguresOfNamedPeopleHideIt) {
  for (const char* difference : {"", "difference: 5"}) {
    for (const auto& rows :
         {std::vector<ScanRow>{kAnna, Scored("boris", kLeastShown - 1, 60, 20)},
          std::vector<ScanRow>{Scored("anna", kLeastShown - 1, 70, 10), kBoris}}) {
      const v1::Pair pair = PairOfPeople(rows, difference);
      EXPECT_FALSE(pair.has_needed());
      EXPECT_EQ(pair.empty(), v1::Pair::HIDDEN_SMALL_N);
      EXPECT_FALSE(pair.first().compared().has_change());
    }
  }
  EXPECT_TRUE(PairOfPeople({kAnna, Scored("boris", kLeastShown, 60, 20)}).has_needed());
}

TEST(TellApart, AnyTwoGroupsByEveryColumn) {
  const auto response = Told(kScores +
                                 "metrics: 'asa' group_by: 'scorecard' "
                                 "tell_apart { first: 'calls' second: 'visits' difference: 10 }",
                             {Scored("calls", 2, 70, 10), Scored("visits", 2, 60, 10)});
  ASSERT_EQ(response.pairs_size(), 2);
  EXPECT_EQ(response.pairs(0).needed(), 15);  // 17 of each
  EXPECT_FALSE(response.pairs(1).has_needed());
  EXPECT_EQ(response.pairs(1).empty(), v1::Pair::NOT_APPLICABLE);
}

TEST(TellApart, UnlessItIsAskedForThereIsNone) {
  EXPECT_EQ(Told(kScoresByEmployee, {kAnna, kBoris}).pairs_size(), 0);
}

}  // namespace
}  // namespace clientele::query
