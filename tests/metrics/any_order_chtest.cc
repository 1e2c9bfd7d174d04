// Whatever is told, in whatever order: of all events with expected figures each entity is told
// wrong and told right, some tellings are retracted, some entities never were, and all of that is
// shuffled. The figures are those of the corrected log, worked out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "projections/projected.h"
#include "tests/metrics/corrected_log_fixture.h"
#include "tests/metrics/figures_file.h"
#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

using event::v1::Event;

struct EventsFile {
  std::string name;  // calls_basic
  std::string path;
  std::map<std::string, std::string> figures;  // path of the file of expected ones, by metric

  // How GoogleTest prints it.
  friend void PrintTo(const EventsFile& file, std::ostream* out) { *out << file.path; }
};

// All of projections/*/testdata/<events>.events.ndjson that have figures, but for those of
// thousands of lines.
std::vector<EventsFile> EventsFiles() {
  constexpr std::string_view kEvents = ".events.ndjson";
  constexpr std::string_view kMany = "many";
  std::vector<EventsFile> files;
  for (const auto& folder : std::filesystem::directory_iterator(CLIENTELE_PROJECTIONS)) {
    const auto testdata = folder.path() / "testdata";
    if (!std::filesystem::is_directory(testdata)) continue;
    std::map<std::string, EventsFile> of_folder;  // by events
    for (const auto& entry : std::filesystem::directory_iterator(testdata)) {
      if (entry.path().extension() != ".tsv") continue;
      const std::string stem = entry.path().stem().string();
      const size_t dot = stem.find('.');
      const std::string events = stem.substr(0, dot);
      if (dot == std::string::npos || events == kMany) continue;
      EventsFile& file = of_folder[events];
      file.name = folder.path().filename().string() + "_" + events;
      file.path = (testdata / (events + std::string(kEvents))).string();
      file.figures[stem.substr(dot + 1)] = entry.path().string();
    }
    for (auto& [events, file] : of_folder) files.push_back(std::move(file));
  }
  std::ranges::sort(files, {}, &EventsFile::name);
  return files;
}

Event Retracting(const Event& told) {
  Event retraction;
  retraction.set_tenant(told.tenant());
  retraction.set_occurred_at(told.occurred_at());
  retraction.set_entity_id(told.entity_id());
  retraction.mutable_retraction()->set_kind(base::EntityKindOf(told));
  retraction.mutable_retraction()->set_entity_id(told.entity_id());
  retraction.mutable_retraction()->set_revision(told.revision());
  return retraction;
}

// Tellings of which those of `log`, and no others, count in any order.
class WronglyTold {
 public:
  WronglyTold(const std::vector<Event>& log, uint64_t seed) : random_(seed) {
    for (const Event& event : log) alike_[KindOf(event)].push_back(&event);
    for (const Event& event : log) Tell(event);
    std::ranges::shuffle(told_, random_);
  }

  [[nodiscard]] const std::vector<Event>& told() const { return told_; }

 private:
  using Kind = std::pair<std::string, uint32_t>;  // of a tenant

  static Kind KindOf(const Event& event) { return {event.tenant(), base::EntityKindOf(event)}; }

  void Tell(const Event& event) {
    // What is true of another one.
    const auto& others = alike_.at(KindOf(event));
    Event wrong = *others[random_() % others.size()];
    wrong.set_entity_id(event.entity_id());
    wrong.set_revision(0);
    told_.push_back(wrong);
    wrong = event;
    wrong.set_purpose(event.purpose() == Event::MYSTERY ? Event::REAL : Event::MYSTERY);
    wrong.set_revision(1);
    told_.push_back(wrong);
    if (random_() % 2 == 0) told_.push_back(Retracting(wrong));
    Event right = event;
    right.set_revision(2);
    told_.push_back(right);
    if (random_() % 3 != 0) return;
    Event never = event;
    never.set_entity_id(event.entity_id() + " that never was");
    never.set_revision(static_cast<uint32_t>(random_() % 3));
    told_.push_back(never);
    told_.push_back(Retracting(never));
  }

  std::mt19937_64 random_;
  std::map<Kind, std::vector<const Event*>> alike_;
  std::vector<Event> told_;
};

class FiguresInAnyOrder : public ::testing::TestWithParam<EventsFile> {};

TEST_P(FiguresInAnyOrder, AreThoseOfTheCorrectedLog) {
  const EventsFile& file = GetParam();
  std::vector<Event> events;
  for (const std::string& line : projections::LinesOf(file.path)) {
    if (!line.empty()) events.push_back(projections::EventOf(line));
  }
  const std::vector<Event> corrected = CorrectedLog(events);
  const WronglyTold wrongly(corrected, 20);
  ASSERT_GT(wrongly.told().size(), 2 * corrected.size());
  World::LoadLines(JsonLines(wrongly.told()));
  int compared = 0;
  for (const auto& [id, path] : file.figures) {
    const query::Metric* metric = Metrics().FindMetric(id);
    ASSERT_NE(metric, nullptr) << path;
    // The first section of the newest mark: the others ask for parts of the same.
    for (const FiguresSection& section : ReadFigures(projections::LinesOf(path))) {
      query::v1::QueryRequest request = section.request;
      if (request.has_mark_id() || request.has_known_at()) continue;
      request.add_metrics(metric->variants.size() > 1 ? id + ":all" : id);
      EXPECT_EQ(WriteFigures(request, World::Ask(request)), section.text)
          << path << ": " << request.ShortDebugString();
      ++compared;
      break;
    }
  }
  EXPECT_GT(compared, 0);
}

INSTANTIATE_TEST_SUITE_P(, FiguresInAnyOrder, ::testing::ValuesIn(EventsFiles()),
                         [](const auto& file) { return file.param.name; });

}  // namespace
}  // namespace clientele::testing
