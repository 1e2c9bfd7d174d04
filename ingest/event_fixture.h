// Events for tests, as JSON tells them, and the moment at which they come. One thread.
#pragma once

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "clientele/event/v1/event.pb.h"

namespace clientele::ingest {

inline constexpr int64_t kNow = 1'790'000'000'000'000;

inline event::v1::Event FromJson(const std::string& json) {
  event::v1::Event event;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &event);
  EXPECT_TRUE(status.ok()) << json << ": " << status.message().ToString();
  return event;
}

inline std::string Long(size_t size) { return std::string(size, 'x'); }

}  // namespace clientele::ingest
