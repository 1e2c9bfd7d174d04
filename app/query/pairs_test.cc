// Two groups that are to be told apart: as arguments, and in words.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "app/query/arguments.h"
#include "app/query/print.h"

namespace clientele::app {
namespace {

using query::v1::QueryRequest;
using query::v1::QueryResponse;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int64_t kSomeday = 1'795'555'800'000'000;

QueryArguments AnnaAndBoris() {
  QueryArguments arguments;
  arguments.metrics = {"quality_score"};
  arguments.by = {"employee"};
  arguments.apart = {"anna", "boris"};
  return arguments;
}

TEST(ApartArguments, AskForTheTwoAloneOverTheWholeRange) {
  QueryArguments arguments = AnnaAndBoris();
  arguments.where = {"scorecard=calls"};
  const auto request = ToRequest(arguments, kSomeday);
  ASSERT_TRUE(request.has_value()) << request.error().message;
  EXPECT_EQ(request->tell_apart().first(), "anna");
  EXPECT_EQ(request->tell_apart().second(), "boris");
  EXPECT_FALSE(request->tell_apart().has_difference());
  EXPECT_EQ(request->grain(), QueryRequest::GRAIN_UNSPECIFIED);
  ASSERT_EQ(request->filters_size(), 2);
  EXPECT_EQ(request->filters(1).dimension(), "employee");
  EXPECT_THAT(request->filters(1).values(), ElementsAre("anna", "boris"));
}

TEST(ApartArguments, ADifferenceOfOnesOwn) {
  QueryArguments arguments = AnnaAndBoris();
  arguments.difference = 2.5;
  EXPECT_EQ(ToRequest(arguments, kSomeday)->tell_apart().difference(), 2.5);
}

// The service says that they do not go together.
TEST(ApartArguments, AGrainThatIsGivenIsKept) {
  QueryArguments arguments = AnnaAndBoris();
  arguments.grain = "week";
  EXPECT_EQ(ToRequest(arguments, kSomeday)->grain(), QueryRequest::WEEK);
}

TEST(ApartArguments, WrongOnesNameTheOption) {
  const auto message = [](const QueryArguments& arguments) {
    const auto request = ToRequest(arguments, kSomeday);
    return request ? std::string("accepted") : request.error().message;
  };
  QueryArguments arguments = AnnaAndBoris();
  arguments.apart = {"anna"};
  EXPECT_THAT(message(arguments), HasSubstr("--apart anna: must be two values, as anna,boris"));
  arguments.apart = {"anna", "boris", "clara"};
  EXPECT_THAT(message(arguments), HasSubstr("--apart anna,boris,clara: must be two values"));
  arguments = AnnaAndBoris();
  arguments.by.clear();
  EXPECT_THAT(message(arguments), HasSubstr("of the one dimension of --by"));
  arguments.apart.clear();
  arguments.difference = 5;
  EXPECT_EQ(message(arguments), "--difference 5: must be given together with --apart");
}

struct Told {
  QueryRequest request;
  QueryResponse response;
};

// Anna and a person whose name holds a command, by one figure in this unit.
Told PairOf(const std::string& pair, const std::string& difference = "",
            const std::string& unit = "points") {
  Told told;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "metrics: 'm' group_by: 'employee' tell_apart { first: 'anna' second: 'b\\033' " +
          difference + " }",
      &told.request));
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "rows { dimensions: 'anna' figures { value: 70 n: 20 } } pairs { " + pair +
          " } meta { columns { metric: 'm' version: 1 unit: '" + unit + "' } time_zone: 'UTC' }",
      &told.response))
      << pair;
  return told;
}

std::string InWords(const Told& told) {
  const auto sentences = PairsInWords(told.request, told.response);
  return sentences.size() == 1 ? sentences[0] : "not one sentence";
}

const std::string kNotApart =
    "first { value: 70 n: 20 compared { value: 60 n: 20 change: 10 relative_change: 0.1667 "
    "change_low: -0.24 change_high: 20.24 apart: NO } } needed: 21";

TEST(PairsInWords, SayHowManyMoreItTakes) {
  EXPECT_EQ(InWords(PairOf(kNotApart)),
            "m of anna against b?: +10.0 points [-0.240, +20.2] (+16.7 %) from 60.0 points, "
            "cannot be told apart; 21 more of each tell such a difference with a power of 80 %");
  EXPECT_THAT(InWords(PairOf(kNotApart, "difference: 5")),
              HasSubstr("; 21 more of each tell a difference of 5.00 points with a power of 80 %"));
  EXPECT_THAT(InWords(PairOf("needed: 7", "difference: 0.025", "share")),
              HasSubstr(": 7 more of each tell a difference of 2.5 points with"));
  EXPECT_THAT(InWords(PairOf("first { value: 80 n: 20 compared { value: 60 n: 20 change: 20 "
                             "change_low: 9 change_high: 31 apart: YES } } needed: 0")),
              HasSubstr(" from 60.0 points; can be told apart"));
}

TEST(PairsInWords, SayWhyNobodyKnows) {
  const std::string few = "first { n: 20 compared { n: 1 } } empty: ";
  EXPECT_THAT(InWords(PairOf(few + "TOO_FEW")),
              HasSubstr("b?: n 20 and 1, too few: must be 2 or more of each"));
  EXPECT_THAT(InWords(PairOf(few + "HIDDEN_SMALL_N")), HasSubstr("n 20 and 1, hidden, small n"));
  EXPECT_THAT(InWords(PairOf("empty: NO_DIFFERENCE")),
              HasSubstr("no number of observations tells so small a difference"));
  EXPECT_THAT(InWords(PairOf("empty: NOT_APPLICABLE")), HasSubstr("b?: not applicable"));
}

TEST(PairsInWords, StandInATableBelowTheFigures) {
  const Told told = PairOf(kNotApart);
  EXPECT_THAT(ToTable(told.request, told.response),
              HasSubstr("70.0 points  n 20\n\nm of anna against b?: +10.0 points "));
  EXPECT_THAT(ToTable(told.request, told.response), HasSubstr("power of 80 %\n\nm: , version 1\n"));
  EXPECT_THAT(ToJson(told.response), HasSubstr("\"needed\": \"21\""));
}

TEST(PairsInWords, AreNotThereUnlessTheyAreAskedFor) {
  Told told = PairOf(kNotApart);
  told.response.clear_pairs();
  EXPECT_THAT(PairsInWords(told.request, told.response), IsEmpty());
  EXPECT_THAT(ToTable(told.request, told.response), Not(HasSubstr("against")));
}

}  // namespace
}  // namespace clientele::app
