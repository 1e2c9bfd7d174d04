// The functions that expressions of metric files may call are the engine's.
#include <gtest/gtest.h>

#include <set>

#include "query/expression_syntax.h"
#include "tests/metrics/world.h"

namespace clientele::testing {
namespace {

TEST(Functions, OfExpressionsAreThoseOfTheEngine) {
  std::set<std::string> names;
  clickhouse::Statement statement;
  statement.sql = "SELECT name FROM system.functions WHERE NOT is_aggregate";
  const auto done =
      World::Store().Select(statement, [&](const clickhouse::Block& block) -> base::Status {
        if (block.rows == 0) return {};
        const auto& found = block.Get<std::string>("name");
        names.insert(found.begin(), found.end());
        return {};
      });
  ASSERT_TRUE(done.has_value()) << done.error().message;
  EXPECT_FALSE(names.contains("lenght"));
  for (const std::string& name : query::KnownFunctions()) EXPECT_TRUE(names.contains(name)) << name;
}

}  // namespace
}  // namespace clientele::testing
