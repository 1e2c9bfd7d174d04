// A store for tests: every SELECT is answered by a function of the test. Thread-safe if that is.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "clickhouse/store.h"

namespace clientele::query {

class FakeStore final : public clickhouse::Store {
 public:
  using Answer = std::function<base::Result<clickhouse::Block>(const clickhouse::Statement&)>;

  explicit FakeStore(Answer answer) : answer_(std::move(answer)) {}

  base::Result<clickhouse::Summary> Select(
      const clickhouse::Statement& statement,
      const std::function<base::Status(const clickhouse::Block&)>& on_block) override {
    const auto block = answer_(statement);
    if (!block) return tl::unexpected(block.error());
    if (auto taken = on_block(*block); !taken) return tl::unexpected(taken.error());
    return clickhouse::Summary{statement.query_id, 100, 0, 1.5};
  }
  base::Result<clickhouse::Summary> Execute(const clickhouse::Statement&) override {
    return base::Fail(base::Code::kUnimplemented, "not part of this fake");
  }
  base::Result<clickhouse::Summary> Insert(std::string_view, const clickhouse::BlockWriter&,
                                           const clickhouse::Statement&) override {
    return base::Fail(base::Code::kUnimplemented, "not part of this fake");
  }
  base::Status Kill(std::string_view, std::chrono::milliseconds) override { return {}; }
  bool Healthy() override { return true; }

 private:
  const Answer answer_;
};

template <typename T>
clickhouse::Column ColumnOf(std::string name, std::vector<T> values) {
  return {.name = std::move(name), .type = {}, .values = std::move(values), .null = {}};
}

// The row of clientele.marks that the statements for marks give.
inline clickhouse::Block MarkBlock(uint64_t id, int64_t known_at) {
  return {
      .rows = 1,
      .columns = {ColumnOf<uint64_t>("id", {id}), ColumnOf<int64_t>("known_at_micros", {known_at}),
                  ColumnOf<std::vector<uint64_t>>("next", {{100, 200}}),
                  ColumnOf<std::vector<std::string>>("projections", {{"calls", "events"}}),
                  ColumnOf<std::vector<uint64_t>>("active_versions", {{2, 1}}),
                  ColumnOf<uint64_t>("newest_id", {id})}};
}

// Whether the statement asks for a mark.
inline bool AsksForMark(const clickhouse::Statement& statement) {
  return statement.query_id.ends_with("-mark");
}

}  // namespace clientele::query
