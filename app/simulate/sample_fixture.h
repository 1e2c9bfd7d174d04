// What the tests of the sample share: runs of it, kept as bytes. For tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "app/simulate/simulation.h"

namespace clientele::app::simulate {

class KeepingSink final : public EventSink {
 public:
  base::Status Take(event::v1::Event& event) override {
    events.push_back(event.SerializeAsString());
    return {};
  }
  std::vector<std::string> events;
};

inline Options SampleOptions(int customers, int days, uint64_t seed = 1) {
  Options options;
  options.customers = customers;
  options.days = days;
  options.seed = seed;
  options.end = "2026-11-24";
  return options;
}

struct Sample {
  std::unique_ptr<Simulation> simulation;
  std::vector<std::string> events;
};

inline Sample MakeSample(const Options& options) {
  auto simulation = Simulation::Make(options);
  EXPECT_TRUE(simulation) << (simulation ? "" : simulation.error().message);
  KeepingSink sink;
  EXPECT_TRUE((*simulation)->Run(sink, {}));
  return {std::move(*simulation), std::move(sink.events)};
}

}  // namespace clientele::app::simulate
