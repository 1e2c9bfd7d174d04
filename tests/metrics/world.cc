#include "tests/metrics/world.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "projections/projected.h"
#include "query/query.h"
#include "tests/metrics/loaded_events.h"

namespace clientele::testing {
namespace {

struct Engine {
  std::unique_ptr<LoadedEvents> loaded;
  std::unique_ptr<query::Identities> identities;  // of what is loaded
  std::filesystem::path file;                     // what is loaded
};

// From the first test that needs it to the end of the program, which ends the engine.
Engine& TheEngine() {
  static Engine engine;
  if (engine.loaded == nullptr) {
    auto started = LoadedEvents::Start();
    if (!started) throw std::runtime_error(started.error().message);
    engine.loaded = std::move(*started);
  }
  return engine;
}

}  // namespace

const query::Catalogue& Metrics() {
  static const query::Catalogue catalogue = query::Catalogue::Embedded().value();
  return catalogue;
}

void World::Load(const std::filesystem::path& path) {
  if (TheEngine().file == path) return;
  LoadLines(projections::LinesOf(path));
  TheEngine().file = path;
}

void World::LoadLines(const std::vector<std::string>& lines) {
  TheEngine().file.clear();
  const auto loaded = TheEngine().loaded->Load(lines);
  TheEngine().identities = std::make_unique<query::Identities>(Store());
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
}

const std::map<std::string, clickhouse::BlockWriter>& World::Projected() {
  return TheEngine().loaded->projected();
}

clickhouse::Store& World::Store() { return TheEngine().loaded->store(); }

query::Identities& World::Identities() { return *TheEngine().identities; }

query::v1::QueryResponse World::Ask(const query::v1::QueryRequest& request,
                                    const query::Catalogue& catalogue) {
  const query::Caller caller{
      "main", std::chrono::steady_clock::now() + std::chrono::seconds(30), {}};
  auto response = query::RunQuery(catalogue, Store(), Identities(), request, caller);
  EXPECT_TRUE(response.has_value()) << response.error().message << request.ShortDebugString();
  return response ? std::move(*response) : query::v1::QueryResponse();
}

query::v1::QueryResponse World::Ask(const std::string& request, const query::Catalogue& catalogue) {
  query::v1::QueryRequest parsed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(request, &parsed)) << request;
  return Ask(parsed, catalogue);
}

std::map<std::string, double> Totals(const query::v1::QueryResponse& response) {
  std::map<std::string, double> totals;
  for (const auto& row : response.rows()) totals[row.dimensions(0)] += row.figures(0).value();
  return totals;
}

}  // namespace clientele::testing
