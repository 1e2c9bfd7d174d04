// The log without what no longer counts: what any order of its tellings must come to. Pure; any
// thread.
#pragma once

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/entity.h"
#include "clientele/event/v1/event.pb.h"

namespace clientele::testing {

// One line of JSON an event.
inline std::vector<std::string> JsonLines(const std::vector<event::v1::Event>& events) {
  std::vector<std::string> lines;
  for (const event::v1::Event& event : events) {
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(event, &lines.emplace_back()).ok());
  }
  return lines;
}

// The tellings that count, by the rule read naively: of an entity the one of the greatest revision
// above all that were retracted, of equal ones the first.
inline std::vector<event::v1::Event> CorrectedLog(const std::vector<event::v1::Event>& events) {
  using Entity = std::tuple<std::string, uint32_t, std::string>;  // tenant, kind, id
  std::map<Entity, const event::v1::Event*> best;
  std::map<Entity, int64_t> bars;
  for (const event::v1::Event& event : events) {
    const Entity entity{event.tenant(), base::EntityKindOf(event), event.entity_id()};
    if (event.has_retraction()) {
      bars[entity] = std::max(bars[entity], int64_t{event.retraction().revision()} + 1);
    } else if (!best.contains(entity) || best[entity]->revision() < event.revision()) {
      best[entity] = &event;
    }
  }
  std::vector<event::v1::Event> counting;
  for (const auto& [entity, event] : best) {
    if (event->revision() >= bars[entity]) counting.push_back(*event);
  }
  return counting;
}

}  // namespace clientele::testing
