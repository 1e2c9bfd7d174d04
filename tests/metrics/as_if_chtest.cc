// What figures would have been, over the real engine: scores by another version of a scorecard,
// norms by another one of a journey model, bands and a metric file are those worked out by hand,
// nothing that queries read is another, and what a process that died has left is begun anew or
// dropped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/as_if/as_if.h"
#include "app/as_if/print.h"
#include "projections/registry.h"
#include "projections/replay/as_if.h"
#include "projections/replay/control.h"
#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

namespace runner = projections::runner;
namespace replay = projections::replay;
using app::AsIfOutcome;
using base::Code;
using query::BothFigures;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// 2026-03-10 and 2026-04-10, noon.
constexpr const char* kMarch = "1773144000000000";
constexpr const char* kApril = "1775822400000000";

using Criteria = std::vector<std::pair<std::string, int>>;  // with their weights

std::string ScorecardLine(const std::string& id, int version, int revision, const Criteria& weights,
                          const std::string& bands) {
  std::string criteria;
  for (const auto& [criterion, weight] : weights) {
    criteria +=
        fmt::format(R"({}{{"criterion_id":"{}","weight":{},"levels":[{{"level":"yes","value":1}},)"
                    R"({{"level":"no","value":0}}]}})",
                    criteria.empty() ? "" : ",", criterion, weight);
  }
  return fmt::format(
      R"({{"tenant":"main","occurred_at":"1767225600000000","revision":{},"entity_id":"{}:{}",)"
      R"("scorecard":{{"scorecard_id":"{}","version":{},"method":"BINARY","sections":[{{)"
      R"("criteria":[{}]}}],"bands":[{}],"valid_from":"1767225600000000"}}}})",
      revision, id, version, id, version, criteria, bands);
}

// Answers as "greet solve! close": an exclamation mark stands behind what failed.
std::string EvaluationLine(const std::string& id, int revision, const std::string& card,
                           int version, const std::string& team, const char* at,
                           const std::string& answers) {
  std::istringstream words(answers);
  std::string items;
  for (std::string word; words >> word;) {
    const bool failed = word.back() == '!';
    if (failed) word.pop_back();
    items += fmt::format(R"({}{{"criterion_id":"{}","level":"{}"}})", items.empty() ? "" : ",",
                         word, failed ? "no" : "yes");
  }
  return fmt::format(
      R"({{"tenant":"main","occurred_at":"{0}","revision":{1},"entity_id":"{2}","score":{{)"
      R"("evaluation_id":"{2}","employee_id":"anna","team_id":"{3}","evaluator_id":"eva",)"
      R"("by":"HUMAN","scorecard_id":"{4}","scorecard_version":{5},"items":[{6}],)"
      R"("submitted_at":"{0}"}}}})",
      at, revision, id, team, card, version, items);
}

const std::string kBands50 =
    R"({"name":"low","from":0,"to":50},{"name":"high","from":50,"to":101})";
const std::string kBands80 =
    R"({"name":"low","from":0,"to":80},{"name":"high","from":80,"to":101})";

std::vector<std::string> Evaluated() {
  const Criteria first = {{"greet", 1}, {"solve", 1}, {"close", 2}};
  return {ScorecardLine("qa", 1, 0, first, kBands50),
          ScorecardLine("qa", 2, 0, {{"greet", 1}, {"solve", 9}, {"polite", 4}}, kBands50),
          ScorecardLine("other", 1, 0, {{"greet", 1}}, ""),
          // By version 1, and by version 2: 75 and 25.
          EvaluationLine("e1", 0, "qa", 1, "north", kMarch, "greet solve! close"),
          // 50 and 0.
          EvaluationLine("e2", 0, "qa", 1, "south", kMarch, "greet! solve! close"),
          // 100 and none: version 2 knows nothing of it.
          EvaluationLine("e3", 0, "qa", 1, "north", kMarch, "close"),
          // Of version 2 either way: 100.
          EvaluationLine("e4", 0, "qa", 2, "north", kMarch, "greet polite"),
          // None, as nobody told version 3, and 100.
          EvaluationLine("e5", 0, "qa", 3, "north", kMarch, "greet solve"),
          // Of a scorecard without a version 2: 100 either way.
          EvaluationLine("e6", 0, "other", 1, "south", kApril, "greet"),
          // 0 either way, until it is told anew: 100.
          EvaluationLine("e7", 0, "qa", 1, "south", kMarch, "greet! solve! close!"),
          EvaluationLine("e8", 0, "qa", 1, "south", kMarch, "greet! solve! close!"),
          ScorecardLine("qa", 2, 1, {{"greet", 1}, {"solve", 3}, {"polite", 4}}, kBands80),
          EvaluationLine("e7", 1, "qa", 1, "south", kMarch, "greet solve close"),
          // Taken back.
          R"({"tenant":"main","occurred_at":"1773144000000000","entity_id":"e8",)"
          R"("retraction":{"kind":23,"entity_id":"e8","revision":0,"reason":"wrong"}})"};
}

struct ModelStep {
  std::string id;
  std::string touchpoint_kind;
  int norm_minutes = 0;  // 0: none
};

std::string ModelLine(const std::string& id, int version, int revision, const char* valid_from,
                      const std::vector<ModelStep>& steps) {
  std::string items;
  for (const ModelStep& step : steps) {
    const std::string norm =
        step.norm_minutes == 0
            ? ""
            : fmt::format(R"("norm":{{"max_ms_to_next":"{}"}},)", step.norm_minutes * 60'000);
    items += fmt::format(
        R"({}{{"step_id":"{}","owner_role":"sales",{}"matches":[{{"touchpoint_kind":"{}"}}]}})",
        items.empty() ? "" : ",", step.id, norm, step.touchpoint_kind);
  }
  return fmt::format(
      R"({{"tenant":"main","occurred_at":"1767225600000000","revision":{},"entity_id":"{}:{}",)"
      R"("journey_model":{{"model_id":"{}","version":{},"steps":[{}],"valid_from":"{}"}}}})",
      revision, id, version, id, version, items, valid_from);
}

// What customer number `customer` did so many minutes after `noon`.
std::string ContactLine(int customer, const std::string& kind, int64_t noon, int minutes) {
  return fmt::format(
      R"({{"tenant":"main","customer_id":"5f0c7a3e-0000-4000-8000-{0:012}","occurred_at":"{1}",)"
      R"("entity_id":"{2}-{0}","touchpoint":{{"touchpoint_id":"{2}-{0}","kind":"{2}",)"
      R"("channel":"WEB","direction":"INBOUND"}}}})",
      customer, noon + int64_t{minutes} * 60'000'000, kind);
}

std::vector<std::string> Travelled() {
  // 2025-12-01, 2026-01-01 and 2026-04-01; then noon of 2025-12-20, 2026-03-10 and 2026-04-10.
  constexpr const char* kTooEarly = "1764547200000000";
  constexpr const char* kFirstValid = "1767225600000000";
  constexpr const char* kSecondValid = "1775001600000000";
  constexpr int64_t kBefore = 1'766'232'000'000'000;
  constexpr int64_t kThen = 1'773'144'000'000'000;
  constexpr int64_t kLater = 1'775'822'400'000'000;
  const ModelStep confirmed = {"confirmed", "ORDER_CONFIRMED"};
  const ModelStep deposit = {"deposit", "PAYMENT", 30};
  return {ModelLine("purchase", 1, 0, kTooEarly, {{"order", "ORDER", 30}, confirmed}),
          ModelLine("purchase", 2, 0, kSecondValid, {{"order", "ORDER", 10}, confirmed}),
          ModelLine("care", 1, 0, kFirstValid, {{"complaint", "COMPLAINT", 60}, {"note", "NOTE"}}),
          // Kept by version 1, and by version 2.
          ContactLine(1, "ORDER", kThen, 0), ContactLine(1, "ORDER_CONFIRMED", kThen, 20),
          // By version 2 alone.
          ContactLine(2, "ORDER", kThen, 0), ContactLine(2, "ORDER_CONFIRMED", kThen, 45),
          // By neither.
          ContactLine(3, "ORDER", kThen, 0), ContactLine(3, "ORDER_CONFIRMED", kThen, 120),
          // Of version 2 either way, until version 1 stands for it: then not kept.
          ContactLine(4, "ORDER", kLater, 0), ContactLine(4, "ORDER_CONFIRMED", kLater, 45),
          // Before any version is valid.
          ContactLine(5, "ORDER", kBefore, 0), ContactLine(5, "ORDER_CONFIRMED", kBefore, 5),
          // Of a model without a version 2: kept.
          ContactLine(6, "COMPLAINT", kThen, 0), ContactLine(6, "NOTE", kThen, 30),
          // A step that version 1 does not know: the order's norm is kept by version 2 then, and
          // the deposit's is not.
          ContactLine(7, "ORDER", kThen, 0), ContactLine(7, "PAYMENT", kThen, 10),
          ContactLine(7, "ORDER_CONFIRMED", kThen, 90),
          // Both versions told anew: from when the first one holds, what the second one asks.
          ModelLine("purchase", 1, 1, kFirstValid, {{"order", "ORDER", 30}, confirmed}),
          ModelLine("purchase", 2, 1, kSecondValid, {{"order", "ORDER", 60}, deposit, confirmed})};
}

class AsIfFigures : public ::testing::Test {
 protected:
  AsIfFigures() { std::filesystem::create_directories(folder_); }
  ~AsIfFigures() override {
    for (const auto& version : made_) {
      EXPECT_TRUE(replay::DropVersion(World::Store(), clock_, version));
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void SetUp() override { Begin(Evaluated(), "quality", "evaluations_v1"); }

  // What is loaded, and of which projection figures are asked.
  void Begin(const std::vector<std::string>& lines, const std::string& projection,
             const std::string& table) {
    projection_ = projection;
    World::LoadLines(lines);
    const runner::VersionRow live{
        {projection, 1}, 1, runner::VersionState::kJoined, "code", {table}, "", 0};
    const auto written =
        World::Store().Insert("clientele.versions", runner::VersionsBlock(clock_, {live}), {});
    ASSERT_TRUE(written.has_value()) << written.error().message;
  }

  base::Result<AsIfOutcome> Ask(const std::vector<std::string>& as_if,
                                const std::vector<std::string>& by = {},
                                const std::string& projection = "") {
    app::AsIfQuestion question;
    question.projection = projection.empty() ? projection_ : projection;
    question.as_if = as_if;
    question.figures.by = by;
    question.tenant = "main";
    auto outcome =
        app::RunAsIf(question, {Metrics(), code_, World::Store(), clock_, folder_ + "/replay"}, {});
    if (outcome) made_.push_back(outcome->version);
    return outcome;
  }
  AsIfOutcome Answered(const std::vector<std::string>& as_if,
                       const std::vector<std::string>& by = {}) {
    auto outcome = Ask(as_if, by);
    EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
    return outcome ? *std::move(outcome) : AsIfOutcome();
  }
  base::Error Refused(const std::vector<std::string>& as_if, const std::string& projection = "") {
    const auto outcome = Ask(as_if, {}, projection);
    EXPECT_FALSE(outcome.has_value());
    return outcome ? base::Error() : outcome.error();
  }
  // A figure as "as it is/n as if/n", to two digits.
  static std::string Both(const AsIfOutcome& outcome, const std::string& metric,
                          const std::string& variant, const std::string& month,
                          const std::vector<std::string>& group = {}) {
    const auto text = [](const std::optional<query::v1::Figure>& figure) {
      return figure && figure->has_value() ? fmt::format("{:.2f}/{}", figure->value(), figure->n())
                                           : std::string("none");
    };
    for (const BothFigures& both : outcome.answers.figures) {
      if (both.metric != metric || both.variant != variant || both.values != group ||
          !both.bucket.starts_with(month)) {
        continue;
      }
      return text(both.as_it_is) + " " + text(both.as_if);
    }
    return "no such figure";
  }
  std::string Write(const std::string& name, const std::string& text) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
  static uint64_t Count(const std::string& sql) {
    uint64_t number = 0;
    clickhouse::Statement statement;
    statement.sql = sql;
    const auto read = World::Store().Select(statement, [&](const clickhouse::Block& block) {
      if (block.rows > 0) number = block.Get<uint64_t>("n").front();
      return base::Status();
    });
    EXPECT_TRUE(read.has_value()) << read.error().message;
    return number;
  }
  static uint64_t TablesThere() {
    return Count(
        "SELECT count() AS n FROM system.tables WHERE database = 'clientele' AND "
        "startsWith(name, 'as_if_')");
  }

  const base::SystemClock clock_;
  const runner::Projections code_ = projections::AllProjections();
  const std::string folder_ =
      std::filesystem::temp_directory_path() / fmt::format("clientele-as-if-{}", getpid());
  std::string projection_;
  std::vector<runner::VersionName> made_;
};

class AsIfNorms : public AsIfFigures {
 protected:
  void SetUp() override { Begin(Travelled(), "journeys", "contacts_v1"); }
};

TEST_F(AsIfFigures, AScorecardsVersionStandsForEveryOther) {
  const query::v1::QueryResponse before =
      World::Ask("metrics: 'quality_score:all' from: '2026-03-01' to: '2026-05-01' grain: MONTH");
  const AsIfOutcome outcome = Answered({"scorecard=v2"});
  // 75, 50, 100, 100 and 100 of five; 25, 0, 100, 100 and 100 of five.
  EXPECT_EQ(Both(outcome, "quality_score", "score", "2026-03"), "85.00/5 65.00/5");
  EXPECT_EQ(Both(outcome, "quality_score", "score", "2026-04"), "100.00/1 100.00/1");
  EXPECT_EQ(Both(outcome, "evaluations", "counted", "2026-03"), "6.00/6 6.00/6");
  EXPECT_EQ(Both(outcome, "evaluations", "unscored", "2026-03"), "1.00/1 1.00/1");
  // Three of twelve answers; three of the ten that version 2 knows.
  EXPECT_EQ(Both(outcome, "criterion_error_rate", "min", "2026-03"), "0.25/12 0.30/10");
  // By its bands too: 25 and 0 are below 80.
  EXPECT_EQ(Both(outcome, "band_share", "lowest", "2026-03"), "0.00/5 0.40/5");
  EXPECT_EQ(Both(outcome, "qa_load", "", "2026-03"), "6.00/6 6.00/6");

  EXPECT_THAT(outcome.tables,
              ElementsAre(HasSubstr("scorecard_criteria"), HasSubstr("scorecard_levels"),
                          HasSubstr("scorecard_bands"), HasSubstr("figures")));
  const std::string figures = outcome.tables.back();
  EXPECT_EQ(Count("SELECT count() AS n FROM clientele." + figures), outcome.answers.figures.size());
  EXPECT_EQ(Count("SELECT count() AS n FROM clientele." + figures +
                  " WHERE metric = 'quality_score' AND variant = 'score' AND "
                  "abs(change + 20) < 1e-9 AND as_if_n = 5 AND mark = 0"),
            1U);
  EXPECT_THAT(app::ToTable(outcome), HasSubstr("-20.0 points"));

  // What queries read is as it was.
  const query::v1::QueryResponse after =
      World::Ask("metrics: 'quality_score:all' from: '2026-03-01' to: '2026-05-01' grain: MONTH");
  ASSERT_EQ(after.rows_size(), before.rows_size());
  for (int i = 0; i < after.rows_size(); ++i) {
    EXPECT_EQ(after.rows(i).ShortDebugString(), before.rows(i).ShortDebugString());
  }
  EXPECT_EQ(runner::ReadActiveVersions(World::Store())->at("quality").version, 1U);
  EXPECT_THAT(replay::SwitchTo(World::Store(), clock_, outcome.version).error().message,
              HasSubstr("is done, does not serve"));
  EXPECT_EQ(TablesThere(), 4U);
  EXPECT_TRUE(replay::DropVersion(World::Store(), clock_, outcome.version));
  made_.clear();
  EXPECT_EQ(TablesThere(), 0U);
}

TEST_F(AsIfFigures, GroupByGroup) {
  const AsIfOutcome outcome = Answered({"scorecard=qa:2"}, {"team"});
  EXPECT_EQ(Both(outcome, "quality_score", "score", "2026-03", {"north"}), "91.67/3 75.00/3");
  EXPECT_EQ(Both(outcome, "quality_score", "score", "2026-03", {"south"}), "75.00/2 50.00/2");
  EXPECT_THAT(
      outcome.answers.warnings,
      Contains("group_by[0] = team: cannot be asked of cost_per_evaluation, qa_load, qa_time; "
               "left out"));
}

TEST_F(AsIfFigures, OtherBands) {
  const std::string bands =
      Write("bands.toml",
            "scorecard = \"qa\"\n[[bands]]\nname = \"low\"\nfrom = 0\nto = 60\n"
            "[[bands]]\nname = \"high\"\nfrom = 60\nto = 100\n");
  const AsIfOutcome outcome = Answered({"bands=" + bands});
  // The scores are the same; 50 is below 60, and the last band holds 100.
  EXPECT_EQ(Both(outcome, "quality_score", "score", "2026-03"), "85.00/5 85.00/5");
  EXPECT_EQ(Both(outcome, "band_share", "lowest", "2026-03"), "0.00/5 0.20/5");
  EXPECT_EQ(Both(outcome, "band_share", "highest", "2026-03"), "1.00/5 0.80/5");
  // Of the scorecard that the bands are not of.
  EXPECT_EQ(Both(outcome, "band_share", "highest", "2026-04"), "1.00/1 1.00/1");
  // With the other version they stand for its bands too: 25 and 0 are below 60.
  const AsIfOutcome both = Answered({"scorecard=2", "bands=" + bands});
  EXPECT_EQ(Both(both, "band_share", "lowest", "2026-03"), "0.00/5 0.40/5");
  EXPECT_EQ(Both(both, "quality_score", "score", "2026-03"), "85.00/5 65.00/5");
}

TEST_F(AsIfFigures, AMetricFile) {
  std::ifstream file(std::string(CLIENTELE_PROJECTIONS) + "/quality/metrics/quality_score.toml");
  std::stringstream text;
  text << file.rdbuf();
  std::string changed = text.str();
  const std::string population = "population = \"handed_in AND stands";
  ASSERT_NE(changed.find(population), std::string::npos);
  // 100 points are 100 * 2^30 parts.
  changed.replace(changed.find(population), population.size(),
                  population + " AND score_units < 107374182400");
  const AsIfOutcome outcome = Answered({"metric=" + Write("below_100.toml", changed)});
  // 75 and 50 are left.
  EXPECT_EQ(Both(outcome, "quality_score", "score", "2026-03"), "85.00/5 62.50/2");
  EXPECT_EQ(Both(outcome, "quality_score", "score", "2026-04"), "100.00/1 none");
  EXPECT_EQ(Both(outcome, "evaluations", "counted", "2026-03"), "no such figure");
  EXPECT_THAT(outcome.tables, ElementsAre(HasSubstr("figures")));
}

TEST_F(AsIfFigures, WhatDoesNotExistIsNamedAndNothingIsMade) {
  EXPECT_EQ(Refused({"scorecard=9"}).message,
            "--as-if scorecard=9: no scorecard has version 9; there are other:1, qa:1, qa:2");
  EXPECT_EQ(Refused({"scorecard=qa:9"}).message,
            "--as-if scorecard=qa:9: qa has no version 9; there are qa:1, qa:2");
  EXPECT_EQ(Refused({"scorecard=qb:2"}).message,
            "--as-if scorecard=qb:2: there is no scorecard qb; did you mean qa?");
  EXPECT_EQ(Refused({"scorecard=2"}, "qualty").message,
            "NAME qualty: there is no projection of that name with metrics; did you mean quality?");
  EXPECT_EQ(Refused({"scorecard=2"}, "calls").message,
            "--as-if scorecard=2: no figure that is asked of calls is computed from it; those of "
            "quality are");
  EXPECT_EQ(Ask({"scorecard=2"}, {"teem"}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(TablesThere(), 0U);
}

TEST_F(AsIfNorms, AModelsVersionStandsForEveryOther) {
  const AsIfOutcome outcome = Answered({"journey_model=v2"}, {"journey_model", "journey_step"});
  const auto both = [&](const char* month, const char* model, const char* step) {
    return Both(outcome, "norm_compliance", "taken", month, {model, step});
  };
  // 20, 45, 120 and 90 minutes of at most 30; 20, 45, 120 and 10 of at most 60.
  EXPECT_EQ(both("2026-03", "purchase", "order"), "0.25/4 0.75/4");
  EXPECT_EQ(both("2026-03", "purchase", "deposit"), "none 0.00/1");
  EXPECT_EQ(both("2026-03", "care", "complaint"), "1.00/1 1.00/1");
  EXPECT_EQ(both("2026-04", "purchase", "order"), "1.00/1 1.00/1");
  // No version was valid, so none is stood for.
  EXPECT_EQ(both("2025-12", "purchase", "order"), "no such figure");
  // No other metric is by steps.
  for (const BothFigures& one : outcome.answers.figures) EXPECT_EQ(one.metric, "norm_compliance");

  ASSERT_THAT(outcome.tables, ElementsAre(HasSubstr("journey_steps"), HasSubstr("journey_matches"),
                                          HasSubstr("figures")));
  // Two steps as they were told, taken back, and three as they are: of version 2 alone, valid from
  // when version 1 is.
  const std::string steps = "SELECT count() AS n FROM clientele." + outcome.tables[0];
  EXPECT_EQ(Count(steps + " WHERE model_id = 'purchase'"), 7U);
  EXPECT_EQ(Count(steps + " WHERE model_id = 'purchase' AND model_version = 2 AND "
                          "valid_from = toDateTime64('2026-01-01 00:00:00', 6, 'UTC')"),
            7U);
  EXPECT_EQ(Count(steps + " WHERE model_id = 'care' AND model_version = 1"), 2U);

  // What queries read is as it was.
  const query::v1::QueryResponse after = World::Ask(
      "metrics: 'norm_compliance' from: '2026-03-01' to: '2026-04-01' group_by: 'journey_model' "
      "filters { dimension: 'journey_model' values: 'purchase' }");
  ASSERT_EQ(after.rows_size(), 1);
  EXPECT_DOUBLE_EQ(after.rows(0).figures(0).value(), 0.25);
}

TEST_F(AsIfNorms, TheFirstVersionOfOneModel) {
  const AsIfOutcome outcome = Answered({"journey_model=purchase:1"}, {"journey_model"});
  EXPECT_EQ(Both(outcome, "norm_compliance", "taken", "2026-03", {"purchase"}), "0.25/4 0.25/4");
  // 45 minutes of at most 60, and of at most 30.
  EXPECT_EQ(Both(outcome, "norm_compliance", "taken", "2026-04", {"purchase"}), "1.00/1 0.00/1");
  EXPECT_EQ(Both(outcome, "norm_compliance", "taken", "2026-03", {"care"}), "1.00/1 1.00/1");
}

TEST_F(AsIfNorms, WhatDoesNotExistIsNamed) {
  EXPECT_EQ(Refused({"journey_model=9"}).message,
            "--as-if journey_model=9: no journey model has version 9; there are care:1, "
            "purchase:1, purchase:2");
  EXPECT_EQ(Refused({"journey_model=care:2"}).message,
            "--as-if journey_model=care:2: care has no version 2; there are care:1");
  EXPECT_EQ(Refused({"journey_model=purchas:2"}).message,
            "--as-if journey_model=purchas:2: there is no journey model purchas; did you mean "
            "purchase?");
  EXPECT_EQ(Refused({"journey_model=2"}, "calls").message,
            "--as-if journey_model=2: no figure that is asked of calls is computed from it; those "
            "of journeys are");
  // Each of what is chosen is to change something.
  EXPECT_EQ(Refused({"journey_model=2", "scorecard=2"}).message,
            "--as-if scorecard=2: no figure that is asked of journeys is computed from it; those "
            "of quality are");
  EXPECT_EQ(TablesThere(), 0U);
}

TEST_F(AsIfFigures, WhatAProcessHasLeftIsBegunAnewOrDropped) {
  replay::Wanted wanted;
  wanted.projection = "quality";
  wanted.as_if = "as if scorecard=2, tenant main UTC";
  runner::VersionName left;
  {
    const auto begun = replay::AsIfVersion::Begin(World::Store(), clock_, code_, wanted,
                                                  folder_ + "/replay", {"figures"});
    ASSERT_TRUE(begun.has_value()) << begun.error().message;
    left = begun->name();
    const std::string create = "CREATE TABLE clientele." + begun->TableOf("figures") +
                               " (a UInt8) ENGINE = MergeTree ORDER BY a";
    clickhouse::Statement statement;
    statement.sql = create;
    ASSERT_TRUE(World::Store().Execute(statement));
    // Here it dies.
  }
  EXPECT_THAT(Refused({"scorecard=qa:2"}).message,
              AllOf(HasSubstr(wanted.as_if), HasSubstr("is under way")));
  const AsIfOutcome outcome = Answered({"scorecard=2"});
  EXPECT_EQ(outcome.version, left);
  EXPECT_EQ(Both(outcome, "quality_score", "score", "2026-03"), "85.00/5 65.00/5");
  EXPECT_EQ(TablesThere(), 4U);
}

}  // namespace
}  // namespace clientele::testing
