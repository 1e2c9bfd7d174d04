// For tests: what a projection makes of events, as blocks and as read-back rows; events from JSON.
#pragma once

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/entity.h"
#include "projections/projection.h"

namespace clientele::projections {

inline event::v1::Event EventOf(const std::string& json) {
  event::v1::Event event;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &event);
  EXPECT_TRUE(status.ok()) << json << ": " << status.message().ToString();
  return event;
}

// The lines of a file, empty ones too.
inline std::vector<std::string> LinesOf(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path << ": cannot be read";
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(std::move(line));
  return lines;
}

// One block per table of the projection.
inline std::vector<clickhouse::BlockWriter> EmptyBlocks(const Projection& projection) {
  std::vector<clickhouse::BlockWriter> blocks;
  for (const Table& table : projection.tables()) blocks.emplace_back(ColumnsOf(table));
  return blocks;
}

// Rows of the event as a telling and as a record of the log.
inline std::vector<clickhouse::BlockWriter> BlocksOf(const Projection& projection,
                                                     const event::v1::Event& event,
                                                     const Origin& origin = {}) {
  std::vector<clickhouse::BlockWriter> blocks = EmptyBlocks(projection);
  const std::string value = event.SerializeAsString();
  RowSink telling(projection.tables(), blocks, event, origin);
  projection.Project(event, telling);
  RowSink record(projection.tables(), blocks, event, origin);
  projection.Journal({event, value, base::EntityKindOf(event), 0}, record);
  return blocks;
}

// The block as a reader of the Native format sees it.
inline clickhouse::Block ReadBack(const clickhouse::BlockWriter& block) {
  clickhouse::BlockReader reader;
  reader.Feed(block.Encode());
  auto read = reader.Next();
  EXPECT_TRUE(read.has_value()) << read.error().message;
  EXPECT_TRUE(reader.Drained());
  return read && *read ? std::move(**read) : clickhouse::Block{};
}

}  // namespace clientele::projections
