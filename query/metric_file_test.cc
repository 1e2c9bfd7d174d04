// The metric files of the product, and what a wrong one is told at start.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/metric_file_fixture.h"
#include "query/metrics_fixture.h"
#include "query/nearest.h"

namespace clientele::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(MetricFiles, OfTheProductAreGood) {
  const auto catalogue = Catalogue::Embedded();
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  for (const char* id :
       {"service_level", "abandon_rate", "asa", "aht", "talk_time", "hold_time", "wrap_time",
        "calls_offered", "calls_answered", "calls_abandoned", "calls_handled", "blocked_rate"}) {
    EXPECT_NE(catalogue->FindMetric(id), nullptr) << id;
  }
  const Metric& level = *catalogue->FindMetric("service_level");
  EXPECT_EQ(level.variants.size(), 4U);
  EXPECT_EQ(level.FindVariant("")->id, "without_short");
  EXPECT_EQ(level.parameters.at("threshold_ms").default_value, 20'000);
  EXPECT_EQ(level.parameters.at("short_abandon_ms").default_value, 5'000);
  for (const auto& [id, metric] : catalogue->metrics()) {
    EXPECT_FALSE(metric.title.ru.empty() || metric.title.en.empty()) << id;
  }
}

// Of a derived one: those of its parts.
TEST(MetricFiles, AmountsAreInACurrency) {
  const auto catalogue = Catalogue::Embedded();
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  for (const char* id : {"revenue", "margin", "average_check", "cost", "roi"}) {
    EXPECT_THAT(catalogue->UnitsOf(*catalogue->FindMetric(id)), ElementsAre("currency")) << id;
  }
  for (const char* id : {"orders", "churned", "service_churn_share", "aht"}) {
    EXPECT_THAT(catalogue->UnitsOf(*catalogue->FindMetric(id)), IsEmpty()) << id;
  }
}

TEST(MetricFiles, AGoodOne) {
  const auto catalogue = Load(kMetric);
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  const Metric& metric = *catalogue->FindMetric("share");
  EXPECT_EQ(metric.version, 2U);
  EXPECT_EQ(metric.title.ru, "Доля");
  EXPECT_EQ(metric.variants[0].numerator[0].name, "fast");
  EXPECT_THAT(metric.Dimensions(), ElementsAre("hour_of_day", "queue", "weekday"));
}

struct Broken {
  std::string_view what;
  std::string_view by;
  std::string_view message;
};

class BrokenFile : public testing::TestWithParam<Broken> {};

TEST_P(BrokenFile, StopsTheStart) {
  const Broken& broken = GetParam();
  const auto catalogue = Load(With(kMetric, broken.what, broken.by));
  ASSERT_FALSE(catalogue.has_value());
  EXPECT_THAT(catalogue.error().message, HasSubstr(broken.message));
}

INSTANTIATE_TEST_SUITE_P(
    Metrics, BrokenFile,
    testing::Values(
        Broken{"id = \"share\"", "", "share.toml: id is missing"},
        Broken{"id = \"share\"", "id = \"Share\"", "id = Share: must be a name"},
        Broken{"version = 2", "version = 0", "version = 0: must be a number from 1 on"},
        Broken{"version = 2", "version = \"2\"", "version = 2: must be a whole number"},
        Broken{"version = 2", "versoin = 2", "version is missing"},
        Broken{"version = 2", "version = 2\nvariant = 1", "variant is no key of this table"},
        Broken{"kind = \"ratio\"", "kind = \"share\"",
               "kind = share: must be one of count, derived, distinct, distribution, mean, "
               "quantile, ratio, sum"},
        Broken{"interval = \"wilson\"", "interval = \"t\"",
               "interval = t: must be wilson for a ratio"},
        Broken{"ru = \"Доля\"", "ru = \"\"", "ru must be a text that is not empty"},
        Broken{"default = 5", "default = 10", "default = 10: must lie within min and max"},
        Broken{"table = \"calls\"", "table = \"chats\"", "table = chats: there is no such file"},
        Broken{"time = \"queued_at\"", "time = \"ended_at\"", "must be one of the times"},
        Broken{"dimensions = [\"queue\"]", "dimensions = [\"shop\"]", "dimension shop: is none"},
        Broken{"dimensions = [\"queue\"]", "dimensions = []", "must be a list of texts"},
        Broken{"{limit_ms}", "{limit}", "limit in \"wait_ms < {limit}\" is no parameter"},
        Broken{"numerator = \"fast\"", "numerator = \"slow\"", "numerator has slow"},
        Broken{"numerator = \"fast\"", "numerator = \"fast + \"", "must not end in + or -"},
        Broken{"numerator = \"fast\"", "numerator = \"fast * every\"", "has *, must be counts"},
        Broken{"denominator = \"every\"", "", "denominator is missing"},
        Broken{"[[from]]", "[not_applicable]\nteam = \"no\"\n[[from]]",
               "not_applicable.team: must be a dimension"},
        Broken{"[[from]]", "[remarks]\nteam = \"hm\"\n[[from]]",
               "remarks.team: must be a dimension"},
        Broken{"[[from]]", "[remarks]\nqueue = 1\n[[from]]", "remarks has queue: must be a name"},
        Broken{"[[variants]]", "[[variants]", "share.toml:"}));

// kMetric as one of another kind, of a value.
std::string OfValue(std::string_view kind, std::string_view variant) {
  std::string text = With(kMetric, "kind = \"ratio\"", fmt::format("kind = \"{}\"", kind));
  text = With(text, "interval = \"wilson\"", "interval = \"none\"");
  text = With(text, "[from.counts]", "[from.values.wait]\nof = \"wait_ms\"\n[from.counts]");
  return text.substr(0, text.find("numerator")) + std::string(variant);
}

constexpr std::string_view kPoints =
    "wait = { column = \"wait_ms\", type = \"number\", last_point = 9, point_size = 10, "
    "en = \"Wait\", ru = \"Ожидание\" }\n[conditions]";

TEST(MetricFiles, ADistributionHasADimensionOfPoints) {
  const std::string table = With(kTable, "[conditions]", kPoints);
  const std::string by_wait =
      With(kMetric, "dimensions = [\"queue\"]", "dimensions = [\"queue\", \"wait\"]");
  const std::string distribution = With(by_wait, "kind = \"ratio\"", "kind = \"distribution\"");
  const auto good = Load(distribution, table);
  ASSERT_TRUE(good.has_value()) << good.error().message;
  const Dimension* const points = good->PointsOf(*good->FindMetric("share"));
  ASSERT_NE(points, nullptr);
  EXPECT_EQ(points->id, "wait");
  EXPECT_EQ(points->last_point, 9);
  EXPECT_EQ(points->point_size, 10);
  const auto told = [](const std::string& metric, const std::string& of_table) {
    const auto catalogue = Load(metric, of_table);
    return catalogue ? std::string("is good") : catalogue.error().message;
  };
  EXPECT_THAT(told(by_wait, table), HasSubstr("dimensions: 1 with a last_point: must be one of"));
  EXPECT_THAT(told(With(distribution, ", \"wait\"", ""), table),
              HasSubstr("dimensions: 0 with a last_point"));
  EXPECT_THAT(told(distribution, With(table, "last_point = 9", "last_point = 1001")),
              HasSubstr("last_point = 1001: must be a number 1..1000"));
  EXPECT_THAT(told(distribution, With(table, "point_size = 10", "point_size = 0")),
              HasSubstr("point_size = 0: must be a number from 1 on"));
  EXPECT_THAT(told(distribution, With(table, ", point_size = 10", "")),
              HasSubstr("point_size is missing"));
  EXPECT_THAT(told(distribution, With(table, "last_point = 9, ", "")),
              HasSubstr("point_size = 10: must have a last_point beside it"));
  EXPECT_THAT(told(distribution, With(table, "type = \"number\", ", "")),
              HasSubstr("type must be number where there is a last_point"));
}

TEST(MetricFiles, DistinctCountsAndQuantilesNameAValue) {
  const auto distinct = Load(OfValue("distinct", "distinct = \"wait\""));
  ASSERT_TRUE(distinct.has_value()) << distinct.error().message;
  EXPECT_EQ(distinct->FindMetric("share")->variants[0].value, "wait");
  const auto quantile = Load(OfValue("quantile", "quantile = \"wait\"\nlevel = 0.9"));
  ASSERT_TRUE(quantile.has_value()) << quantile.error().message;
  EXPECT_EQ(quantile->FindMetric("share")->variants[0].level, 0.9);
  const auto greatest = Load(OfValue("quantile", "quantile = \"wait\"\nlevel = 1"));
  ASSERT_TRUE(greatest.has_value()) << greatest.error().message;
  EXPECT_EQ(greatest->FindMetric("share")->variants[0].level, 1);
}

TEST(MetricFiles, WrongOnesOfValuesStopTheStart) {
  const auto message = [](const std::string& text) {
    const auto catalogue = Load(text);
    return catalogue ? std::string() : catalogue.error().message;
  };
  EXPECT_THAT(message(OfValue("distinct", "")), HasSubstr("distinct is missing"));
  EXPECT_THAT(message(OfValue("distinct", "distinct = \"fast\"")),
              HasSubstr("distinct = fast: must be a value of every from"));
  EXPECT_THAT(message(OfValue("quantile", "quantile = \"wait\"")), HasSubstr("level is missing"));
  for (const char* level : {"0", "1.001", "1.5", "-0.1", "\"p90\"", "nan"}) {
    EXPECT_THAT(message(OfValue("quantile", fmt::format("quantile = \"wait\"\nlevel = {}", level))),
                HasSubstr(": must be a number above 0, at most 1"));
  }
  EXPECT_THAT(message(OfValue("distinct", "distinct = \"wait\"\nlevel = 0.5")),
              HasSubstr("level is no key of this table"));
  EXPECT_THAT(message(With(OfValue("distinct", "distinct = \"wait\""), "of = \"wait_ms\"",
                           "of = \"wait_ms > {limit_ms}\"")),
              HasSubstr("must have no parameter where it is counted once"));
  EXPECT_THAT(message(With(OfValue("quantile", "quantile = \"wait\"\nlevel = 0.5"),
                           "interval = \"none\"", "interval = \"t\"")),
              HasSubstr("interval = t: must be wilson for a ratio or distribution of counts, "
                        "adjusted_wald for (a - b) / c "
                        "of counts, t for a mean, order_statistics for a quantile, or none"));
  EXPECT_THAT(message(With(OfValue("distinct", "distinct = \"wait\""), "interval = \"none\"",
                           "interval = \"order_statistics\"")),
              HasSubstr("order_statistics for a quantile"));
  EXPECT_EQ(message(With(OfValue("quantile", "quantile = \"wait\"\nlevel = 0.5"),
                         "interval = \"none\"", "interval = \"order_statistics\"")),
            "");
}

// kMetric as a sum of waits.
std::string OfWaits(std::string_view kind, std::string_view measure) {
  std::string text = With(kMetric, "kind = \"ratio\"", fmt::format("kind = \"{}\"", kind));
  text = With(text, "interval = \"wilson\"", "interval = \"none\"");
  text =
      With(text, "[from.counts]", fmt::format("[from.sums]\nwaits = {}\n[from.counts]", measure));
  return text.substr(0, text.find("numerator")) + fmt::format("{} = \"waits\"", kind);
}

TEST(MetricFiles, ASumMayBeOfWhatNotEveryRowTells) {
  constexpr std::string_view kTold = R"({ of = "wait_ms", told = "wait_ms >= {limit_ms}" })";
  const auto catalogue = Load(OfWaits("sum", kTold));
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  EXPECT_EQ(catalogue->FindMetric("share")->sources[0].sums.at("waits").told,
            "wait_ms >= {limit_ms}");
  const auto message = [](const std::string& text) {
    const auto wrong = Load(text);
    return wrong ? std::string() : wrong.error().message;
  };
  EXPECT_THAT(message(OfWaits("mean", kTold)), HasSubstr("told is no key of this table"));
  EXPECT_THAT(message(OfWaits("sum", R"({ of = "wait_ms", told = "wait_ms >= {limit}" })")),
              HasSubstr("limit in \"wait_ms >= {limit}\" is no parameter"));
}

// kMetric as a ratio of these.
std::string RatioOf(std::string_view interval, std::string_view numerator,
                    std::string_view denominator) {
  std::string text = With(kMetric, "[from.counts]",
                          "[from.sums]\nwaits = { of = \"wait_ms\" }\nboth = { of = \"1\" }\n"
                          "[from.counts]\nboth = \"answered\"");
  text = With(text, "interval = \"wilson\"", fmt::format("interval = \"{}\"", interval));
  text = With(text, "numerator = \"fast\"", fmt::format("numerator = \"{}\"", numerator));
  return With(text, "denominator = \"every\"", fmt::format("denominator = \"{}\"", denominator));
}

TEST(MetricFiles, RatiosAreOfCountsOrOfSums) {
  const auto of_sums = [](std::string_view numerator, std::string_view denominator) {
    const auto catalogue = Load(RatioOf("none", numerator, denominator));
    EXPECT_TRUE(catalogue.has_value()) << catalogue.error().message;
    return catalogue->FindMetric("share")->variants[0].of_sums;
  };
  EXPECT_TRUE(of_sums("waits", "both + waits"));
  EXPECT_FALSE(of_sums("fast - both", "every"));
  const auto message = [](std::string_view interval, std::string_view numerator,
                          std::string_view denominator) {
    const auto catalogue = Load(RatioOf(interval, numerator, denominator));
    return catalogue ? std::string() : catalogue.error().message;
  };
  EXPECT_THAT(message("none", "waits", "every"),
              HasSubstr("denominator has every, which is no sum of every from"));
  EXPECT_THAT(message("none", "fast + waits", "every"),
              HasSubstr("numerator has waits, which is no count of every from"));
  for (const char* interval : {"wilson", "adjusted_wald", "t"}) {
    EXPECT_THAT(message(interval, "waits - both", "waits"),
                HasSubstr(fmt::format("interval = {}: must be wilson", interval)));
  }
}

TEST(MetricFiles, ARatioOfSumsMaySayTheSizeOfAnObservation) {
  const auto size = [](std::string_view numerator, std::string_view denominator, int of) {
    const auto catalogue =
        Load(RatioOf("none", numerator, denominator) + fmt::format("observation_size = {}\n", of));
    if (!catalogue) return catalogue.error().message;
    return std::to_string(catalogue->FindMetric("share")->variants[0].observation_size);
  };
  EXPECT_EQ(size("waits", "both", 60), "60");
  EXPECT_THAT(size("waits", "both", -1), HasSubstr("observation_size = -1: must be a number"));
  EXPECT_THAT(size("fast", "every", 60),
              HasSubstr("observation_size = 60: must be of a ratio of sums"));
}

TEST(MetricFiles, WhatHasYetToMatureIsACount) {
  const auto message = [](std::string_view numerator, std::string_view denominator,
                          std::string_view immature) {
    const auto catalogue = Load(RatioOf("none", numerator, denominator) +
                                fmt::format("immature = \"{}\"\n", immature));
    if (!catalogue) return catalogue.error().message;
    return catalogue->FindMetric("share")->variants[0].immature;
  };
  EXPECT_EQ(message("fast", "every", "both"), "both");
  EXPECT_THAT(message("fast", "every", "waits"),
              HasSubstr("immature has waits, which is no count of every from"));
  EXPECT_THAT(message("waits", "waits", "both"),
              HasSubstr("immature = both: must be of a ratio of counts"));
}

TEST(MetricFiles, AdjustedWaldIsOfTwoCountsOverOne) {
  EXPECT_TRUE(Load(RatioOf("adjusted_wald", "fast - both", "every")).has_value());
  for (const auto& [numerator, denominator] :
       {std::pair{"fast", "every"}, std::pair{"fast + both", "every"},
        std::pair{"fast - both - every", "every"}, std::pair{"fast - both", "every - both"}}) {
    const auto catalogue = Load(RatioOf("adjusted_wald", numerator, denominator));
    ASSERT_FALSE(catalogue.has_value()) << numerator;
    EXPECT_THAT(catalogue.error().message, HasSubstr("adjusted_wald for (a - b) / c of counts"));
  }
}

std::string Derived(std::string_view id, std::string_view formula) {
  return fmt::format(R"(
id = "{}"
version = 1
kind = "derived"
unit = "share"
direction = "up_good"
interval = "none"
source = "a book"
owner = "somebody"
empty = "no calls"
title = {{ en = "Derived", ru = "Производная" }}
[[variants]]
formula = "{}"
)",
                     id, formula);
}

base::Result<Catalogue> LoadWith(const std::vector<std::string>& derived) {
  std::map<std::string, std::string> texts = {{"tables/calls.toml", std::string(kTable)},
                                              {"share.toml", std::string(kMetric)}};
  for (const std::string& text : derived) {
    const size_t id = text.find('"') + 1;
    texts[text.substr(id, text.find('"', id) - id) + ".toml"] = text;
  }
  return Catalogue::Load({texts.begin(), texts.end()});
}

TEST(MetricFiles, DerivedOnesTakeOverTheirParts) {
  // The order of the files, and of the ids, does not matter.
  const auto catalogue = LoadWith({Derived("a", "1 - b"), Derived("b", "share / 2")});
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  const Metric& metric = *catalogue->FindMetric("a");
  EXPECT_EQ(KindName(metric.kind), "derived");
  EXPECT_THAT(metric.Dimensions(), ElementsAre("hour_of_day", "queue", "weekday"));
  EXPECT_EQ(metric.parameters.at("limit_ms").max, 9);
}

TEST(MetricFiles, ADerivedOneMaySayWhoseNItHas) {
  const auto catalogue =
      LoadWith({Derived("b", "share * 2"), Derived("a", "share - b") + "n = \"share\""});
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  EXPECT_EQ(catalogue->FindMetric("a")->variants[0].formula.observed, size_t{0});
}

TEST(MetricFiles, DerivedOnesFollowAChangedPart) {
  const auto catalogue = LoadWith({Derived("a", "1 - b"), Derived("b", "share / 2")});
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  const auto changed = catalogue->With("share.toml", With(kMetric, "max = 9", "max = 8"));
  ASSERT_TRUE(changed.has_value()) << changed.error().message;
  EXPECT_EQ(changed->FindMetric("a")->parameters.at("limit_ms").max, 8);
  EXPECT_THAT(changed->FindMetric("a")->Dimensions(),
              ElementsAre("hour_of_day", "queue", "weekday"));
  EXPECT_EQ(catalogue->FindMetric("a")->parameters.at("limit_ms").max, 9);
  const auto circle = catalogue->With("b.toml", Derived("b", "a * 2"));
  ASSERT_FALSE(circle.has_value());
  EXPECT_THAT(circle.error().message, HasSubstr("must not come back to itself"));
}

TEST(MetricFiles, WrongDerivedOnesStopTheStart) {
  const auto message = [](const std::vector<std::string>& derived) {
    const auto catalogue = LoadWith(derived);
    return catalogue ? std::string() : catalogue.error().message;
  };
  EXPECT_THAT(message({Derived("a", "1 + ")}), HasSubstr("formula 1 + : the end stands where"));
  EXPECT_THAT(message({Derived("a", "1 - cost")}),
              HasSubstr("metric a: formula has cost: there is no such metric or variant"));
  EXPECT_THAT(message({Derived("a", "share:fast")}), HasSubstr("formula has share:fast"));
  EXPECT_THAT(message({Derived("a", "share:")}), HasSubstr("formula has share:"));
  EXPECT_THAT(message({Derived("a", "a * 2")}), HasSubstr("must not come back to itself"));
  EXPECT_THAT(message({Derived("a", "b"), Derived("b", "share / a")}),
              HasSubstr("must not come back to itself"));
  EXPECT_THAT(message({Derived("b", "share * 2"), Derived("a", "share - b")}),
              HasSubstr("n is missing, as the formula does not divide by one metric alone"));
  EXPECT_THAT(message({Derived("b", "share * 2"), Derived("a", "share - b") + "n = \"cost\""}),
              HasSubstr("n = cost: must be one of the metrics of the formula"));
  EXPECT_THAT(message({With(Derived("a", "share"), "[[variants]]", "[[from]]\n[[variants]]")}),
              HasSubstr("from is no key of this table"));
  EXPECT_THAT(message({With(Derived("a", "share"), "interval = \"none\"", "interval = \"t\"")}),
              HasSubstr("interval = t: must be wilson for a ratio"));
  const std::string other =
      With(With(kMetric, "\"share\"\nversion", "\"other\"\nversion"), "max = 9", "max = 8");
  EXPECT_THAT(message({other, Derived("a", "share / other")}),
              HasSubstr("parameter limit_ms of other must be that of its other parts"));
}

TEST(MetricFiles, OverAStretchOfTimeThereAreCountsAndSums) {
  const std::string table =
      With(With(kTable, "times = [\"queued_at\"]", "times = [\"life\"]"), "[dimensions]",
           "[spans]\nlife = { from = \"begun_at\", to = \"ended_at\" }\n"
           "[dimensions]");
  const std::string ratio = With(kMetric, "time = \"queued_at\"", "time = \"life\"");
  const auto refused = Load(ratio, table);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message,
              HasSubstr("metric share: kind = ratio: must be count or sum over the stretch life"));
  const std::string count =
      With(With(With(With(ratio, "kind = \"ratio\"", "kind = \"count\""), "wilson", "none"),
                "numerator", "count"),
           "denominator = \"every\"", "");
  EXPECT_TRUE(Load(count, table).has_value());
  EXPECT_THAT(Load(count, With(table, "life = {", "death = {")).error().message,
              HasSubstr("must be of a span that is one of times"));
}

TEST(MetricFiles, TwoOfOneIdStopTheStart) {
  const auto catalogue = Catalogue::Load(
      {{"tables/calls.toml", kTable}, {"share.toml", kMetric}, {"more/share.toml", kMetric}});
  ASSERT_FALSE(catalogue.has_value());
  EXPECT_EQ(catalogue.error().message, "more/share.toml: id = share: another metric has it");
}

TEST(MetricFiles, AVariantMayHaveAnIntervalOfItsOwn) {
  const std::string none = With(kMetric, "interval = \"wilson\"", "interval = \"none\"");
  const auto catalogue = Load(none + "interval = \"wilson\"\n");
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  const Metric& metric = *catalogue->FindMetric("share");
  EXPECT_EQ(metric.interval, IntervalMethod::kNone);
  EXPECT_EQ(metric.variants[0].interval, IntervalMethod::kWilson);
  EXPECT_EQ(Load(kMetric)->FindMetric("share")->variants[0].interval, IntervalMethod::kWilson);
  EXPECT_THAT(Load(none + "interval = \"t\"\n").error().message,
              HasSubstr("share.toml: variants: interval = t: must be wilson for a ratio"));
  EXPECT_THAT(Load(none + "interval = \"z\"\n").error().message,
              HasSubstr("share.toml: variants: interval = z: must be one of"));
}

TEST(MetricFiles, ManyVariantsNeedOneDefault) {
  const std::string two = std::string(kMetric) + R"(
id = "a"
title = { en = "A", ru = "А" }
[[variants]]
id = "b"
title = { en = "B", ru = "Б" }
numerator = "fast"
denominator = "every"
)";
  const auto none = Load(two);
  ASSERT_FALSE(none.has_value());
  EXPECT_THAT(none.error().message, HasSubstr("variants must have one with default = true"));
  EXPECT_TRUE(Load(two + "default = true\n").has_value());
  const auto reserved = Load(With(two, "id = \"b\"", "id = \"all\"") + "default = true\n");
  ASSERT_FALSE(reserved.has_value());
  EXPECT_THAT(reserved.error().message, HasSubstr("must not be all"));
}

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> names = {"service_level", "asa", "aht", "abandon_rate"};
  EXPECT_EQ(Nearest("sevice_level", names), "service_level");
  EXPECT_EQ(Nearest("abandonrate", names), "abandon_rate");
  EXPECT_EQ(Nearest("AHT", names), "aht");
  EXPECT_EQ(Nearest("Abandonrate", names), "abandon_rate");
  EXPECT_EQ(Nearest("qa", {"callers", "QA"}), "QA");
  EXPECT_EQ(Nearest("customer_effort", names), "");
  EXPECT_EQ(Nearest("", names), "");
  EXPECT_EQ(Nearest(std::string(1'000'000, 'x'), names), "");
  EXPECT_EQ(Listed({"a", "b"}), "a, b");

  EXPECT_EQ(Meant("ASA", names), "did you mean asa?");
  EXPECT_EQ(Meant("weather", names), "must be one of service_level, asa, aht, abandon_rate");
  EXPECT_EQ(Meant("weather", {}), "there are none");
  // What contains it, then what is alike.
  EXPECT_EQ(Meant("Quality", {"wait_time", "hold_time", "quantity_sold", "talk_time", "callers",
                              "overall_quality_score"}),
            "must be one of 6, of which the nearest are overall_quality_score, callers, "
            "quantity_sold, talk_time, wait_time");
}

}  // namespace
}  // namespace clientele::query
