// Metric files checked in the place of those that are built in.
#include "app/metrics/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace clientele::app {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

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
  EXPECT_THAT(LintMetricFiles({{"/srv/metrics/asa.toml", BuiltIn("asa.toml")},
                               {"/srv/tables/calls.toml", BuiltIn("tables/calls.toml")}}),
              IsEmpty());
}

TEST(LintMetricFiles, TellsEveryFaultByThePathThatWasGiven) {
  std::string asa = Changed(BuiltIn("asa.toml"), "interval = \"t\"", "interval = \"wilson\"");
  asa = Changed(asa, "unit = \"s\"\n", "");
  EXPECT_THAT(LintMetricFiles({{"/srv/metrics/asa.toml", asa}}),
              ElementsAre("/srv/metrics/asa.toml: unit is missing",
                          HasSubstr("/srv/metrics/asa.toml: interval = wilson: must be wilson for "
                                    "a ratio or distribution of counts")));
}

TEST(LintMetricFiles, APathIsToldAsItWasGiven) {
  const std::string asa = Changed(BuiltIn("asa.toml"), "unit = \"s\"\n", "");
  for (const char* const path : {"asa.toml", "./asa.toml", "metrics/tables/../asa.toml"}) {
    EXPECT_THAT(LintMetricFiles({{path, asa}}),
                ElementsAre(path + std::string(": unit is missing")));
  }
  const std::string calls =
      Changed(BuiltIn("tables/calls.toml"), "column = \"queue_id\"", "column = \"queue_ids\"");
  for (const char* const path : {"tables/calls.toml", "tables/old/../calls.toml"}) {
    EXPECT_THAT(LintMetricFiles({{path, calls}}),
                ElementsAre(HasSubstr(path + std::string(": dimensions.queue: column"))));
  }
}

// Which file stands in which place is told by the folder, also of one that is named alone.
TEST(LintMetricFiles, ARelativePathIsOfTheWorkingFolder) {
  const auto before = std::filesystem::current_path();
  const auto folder = std::filesystem::path(testing::TempDir()) /
                      ("clientele-lint-" + std::to_string(getpid())) / "tables";
  std::filesystem::create_directories(folder);
  std::filesystem::current_path(folder);
  const std::string calls =
      Changed(BuiltIn("tables/calls.toml"), "column = \"queue_id\"", "column = \"queue_ids\"");
  const query::Faults faults = LintMetricFiles({{"calls.toml", calls}});
  std::filesystem::current_path(before);
  std::filesystem::remove_all(folder.parent_path());
  EXPECT_THAT(faults, ElementsAre(HasSubstr("calls.toml: dimensions.queue: column = queue_ids")));
  EXPECT_THAT(faults, ElementsAre(Not(HasSubstr("/"))));
}

// A fault is the given file's, not that of a built-in one whose id it has.
TEST(LintMetricFiles, AFileIsNamedByItsId) {
  EXPECT_THAT(LintMetricFiles({{"/srv/my_metric.toml", BuiltIn("aht.toml")}}),
              ElementsAre("/srv/my_metric.toml: id = aht: must be my_metric, as its file is"));
  EXPECT_THAT(LintMetricFiles({{"/srv/tables/my_table.toml", BuiltIn("tables/calls.toml")}}),
              ElementsAre("/srv/tables/my_table.toml: id = calls: must be my_table, as its file "
                          "is"));
  EXPECT_THAT(LintMetricFiles(
                  {{"/srv/asa.toml", BuiltIn("asa.toml")}, {"/old/asa.toml", BuiltIn("asa.toml")}}),
              ElementsAre("/old/asa.toml: has the name of /srv/asa.toml"));
}

TEST(LintMetricFiles, AnExpressionNamesWhatIsThere) {
  const std::string asa = Changed(BuiltIn("asa.toml"), "\"wait_ms\"", "\"wait_seconds\"");
  EXPECT_THAT(
      LintMetricFiles({{"/srv/asa.toml", asa}}),
      Contains(HasSubstr("/srv/asa.toml: metric asa: wait_seconds in \"wait_seconds\" is no "
                         "column or condition of table calls; ")));
}

// What others need of a table is missed there.
TEST(LintMetricFiles, ATableIsCheckedWithTheMetricsOverIt) {
  const std::string calls = Changed(BuiltIn("tables/calls.toml"), "\nqueue = {", "\nqueues = {");
  EXPECT_THAT(LintMetricFiles({{"/srv/tables/calls.toml", calls}}),
              Contains("asa.toml: metric asa: dimension queue: is none of table calls"));
}

TEST(LintMetricFiles, AColumnIsOneOfTheSchema) {
  const std::string calls =
      Changed(BuiltIn("tables/calls.toml"), "column = \"queue_id\"", "column = \"queue_ids\"");
  EXPECT_THAT(LintMetricFiles({{"/srv/tables/calls.toml", calls}}),
              ElementsAre("/srv/tables/calls.toml: dimensions.queue: column = queue_ids: table "
                          "calls has no such column; did you mean queue_id?"));
  const std::string schema =
      Changed(BuiltIn("../schema/create.sql"), "    queue_id ", "    queue_ids ");
  EXPECT_THAT(
      LintMetricFiles({{"/srv/tables/calls.toml", calls}, {"/srv/schema/create.sql", schema}}),
      IsEmpty());
}

}  // namespace
}  // namespace clientele::app
