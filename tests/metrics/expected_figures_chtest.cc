// Every metric of every projection gives its expected figures, over the real engine: events with
// corrections and retractions go through the projections into tables and are asked for as anybody
// asks. A new metric is tested here by its file and its .tsv alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "projections/projected.h"
#include "query/query.h"
#include "tests/metrics/figures_file.h"
#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using query::Metric;

struct File {
  std::string projection;
  std::string events;  // basic of basic.service_level.tsv
  std::string metric;
  std::string path;

  // How GoogleTest prints it.
  friend void PrintTo(const File& file, std::ostream* out) { *out << file.path; }
};

std::filesystem::path TestData(const std::string& projection) {
  return std::filesystem::path(CLIENTELE_PROJECTIONS) / projection / "testdata";
}

// All of projections/*/testdata/*.*.tsv, by path.
std::vector<File> Files() {
  std::vector<File> files;
  for (const auto& folder : std::filesystem::directory_iterator(CLIENTELE_PROJECTIONS)) {
    const std::string projection = folder.path().filename();
    if (!std::filesystem::is_directory(TestData(projection))) continue;
    for (const auto& entry : std::filesystem::directory_iterator(TestData(projection))) {
      if (entry.path().extension() != ".tsv") continue;
      const std::string stem = entry.path().stem();
      const size_t dot = stem.find('.');
      files.push_back({projection, stem.substr(0, dot),
                       dot == std::string::npos ? "" : stem.substr(dot + 1), entry.path()});
    }
  }
  std::ranges::sort(files, {}, &File::path);
  return files;
}

// What the file's format does not show.
void CheckFigure(const query::v1::Figure& figure, const Metric& metric) {
  if (!figure.has_value()) {
    EXPECT_FALSE(figure.has_low() || figure.has_high());
    // Neither by its parts.
    const bool hidden = figure.empty() == query::v1::Figure::HIDDEN_SMALL_N;
    EXPECT_FALSE(hidden && (figure.has_numerator() || figure.has_denominator()));
    return;
  }
  const bool divided = query::IsRatio(metric.kind) || metric.kind == query::Kind::kMean;
  EXPECT_EQ(figure.has_denominator(), divided);
  if (metric.kind == query::Kind::kCount) {
    EXPECT_EQ(figure.value(), static_cast<double>(figure.n()));
  }
  if (!divided) return;
  // A mean's numerator is in its unit already.
  const double scale = query::IsRatio(metric.kind) ? metric.scale : 1;
  EXPECT_DOUBLE_EQ(figure.value(), figure.numerator() / figure.denominator() * scale);
  if (std::ranges::any_of(metric.variants, &query::Variant::of_sums)) return;
  EXPECT_EQ(static_cast<double>(figure.n()), figure.denominator());
}

class ExpectedFigures : public ::testing::TestWithParam<File> {};

TEST_P(ExpectedFigures, AreGiven) {
  const File& file = GetParam();
  const Metric* metric = Metrics().FindMetric(file.metric);
  ASSERT_NE(metric, nullptr) << file.path << ": there is no metric " << file.metric;
  World::Load(TestData(file.projection) / (file.events + ".events.ndjson"));
  const auto sections = ReadFigures(projections::LinesOf(file.path));
  ASSERT_FALSE(sections.empty());
  for (const FiguresSection& section : sections) {
    query::v1::QueryRequest request = section.request;
    request.add_metrics(metric->variants.size() > 1 ? file.metric + ":all" : file.metric);
    const auto response = World::Ask(request);
    EXPECT_EQ(WriteFigures(request, response), section.text)
        << file.path << ": " << request.ShortDebugString();
    for (const auto& column : response.meta().columns()) {
      EXPECT_EQ(column.version(), metric->version);
    }
    for (const auto& row : response.rows()) {
      for (const auto& figure : row.figures()) CheckFigure(figure, *metric);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, ExpectedFigures, ::testing::ValuesIn(Files()), [](const auto& file) {
  return fmt::format("{}_{}_{}", file.param.projection, file.param.events, file.param.metric);
});

TEST(ExpectedFiguresFiles, OfEveryMetricThereAreSome) {
  std::set<std::string> there;
  for (const File& file : Files()) there.insert(file.metric);
  for (const auto& [id, metric] : Metrics().metrics()) {
    EXPECT_TRUE(there.contains(id))
        << "write testdata/basic." << id << ".tsv beside the projection's metrics/";
  }
}

}  // namespace
}  // namespace clientele::testing
