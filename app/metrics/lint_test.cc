// Metric files checked in the place of those that are built in.
#include "app/metrics/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clientele::app {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string BuiltIn(std::string_view wanted) {
  for (const auto& [path, text] : query::Catalogue::EmbeddedFiles()) {
    if (path == wanted) return std::string(text);
  }
  ADD_FAILURE() << wanted;
  return {};
}

std::string Changed(std::string text, std::string_view what, std::string_view by) {
  const size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

TEST(LintMetricFiles, TheBuiltInOnesAreGood) {
  EXPECT_THAT(LintMetricFiles({}), IsEmpty());
  EXPECT_THAT(LintMetricFiles({{"/work/metrics/asa.toml", BuiltIn("asa.toml")},
                               {"/work/tables/calls.toml", BuiltIn("tables/calls.toml")}}),
              IsEmpty());
}

TEST(LintMetricFiles, TellsEveryFaultByThePathThatWasGiven) {
  std::string asa = Changed(BuiltIn("asa.toml"), "interval = \"t\"", "interval = \"wilson\"");
  asa = Changed(asa, "unit = \"s\"\n", "");
  EXPECT_THAT(LintMetricFiles({{"/work/metrics/asa.toml", asa}}),
              ElementsAre("/work/metrics/asa.toml: unit is missing",
                          HasSubstr("/work/metrics/asa.toml: interval = wilson: must be wilson for "
                                    "a ratio of counts")));
}

// What others need of a table is missed there.
TEST(LintMetricFiles, ATableIsCheckedWithTheMetricsOverIt) {
  const std::string calls = Changed(BuiltIn("tables/calls.toml"), "\nqueue = {", "\nqueues = {");
  EXPECT_THAT(LintMetricFiles({{"/work/tables/calls.toml", calls}}),
              Contains("asa.toml: metric asa: dimension queue: is none of table calls"));
}

TEST(LintMetricFiles, AColumnIsOneOfTheSchema) {
  const std::string calls =
      Changed(BuiltIn("tables/calls.toml"), "column = \"queue_id\"", "column = \"queue_ids\"");
  EXPECT_THAT(LintMetricFiles({{"/work/tables/calls.toml", calls}}),
              ElementsAre("/work/tables/calls.toml: dimensions.queue: column = queue_ids: table "
                          "calls has no such column; did you mean queue_id?"));
  const std::string schema =
      Changed(BuiltIn("../schema/create.sql"), "    queue_id ", "    queue_ids ");
  EXPECT_THAT(
      LintMetricFiles({{"/work/tables/calls.toml", calls}, {"/work/schema/create.sql", schema}}),
      IsEmpty());
}

}  // namespace
}  // namespace clientele::app
