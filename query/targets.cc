#include "query/targets.h"

#include "query/request.h"
#include "query/sql.h"

namespace clientele::query {
namespace {

using clickhouse::Block;

// Rows of statements/targets.sql.
void TakeTargets(const Block& block, Targets& targets) {
  const auto& metrics = block.Get<std::string>("told_of");
  const auto& scopes = block.Get<std::string>("kind");
  const auto& ids = block.Get<std::string>("id");
  const auto& from = block.Get<int64_t>("from_micros");
  const auto& to = block.Get<int64_t>("to_micros");
  const auto& values = block.Get<double>("target");
  for (size_t i = 0; i < block.rows; ++i) {
    targets[{metrics[i], scopes[i], ids[i]}].push_back({{from[i], to[i]}, values[i]});
  }
}

}  // namespace

std::vector<std::string> TargetNames(const PlannedColumn& column) {
  const std::string& id = column.metric->id;
  const Variant& variant = *column.variant;
  std::vector<std::string> names;
  if (!variant.id.empty()) names.push_back(NameOf(id, variant.id));
  if (variant.is_default) names.push_back(id);
  return names;
}

base::Result<Targets> ReadTargets(clickhouse::Store& store, const Plan& plan,
                                  const std::string& tenant, const Mark& mark,
                                  const Running& running) {
  const auto version = VersionAt(mark, "reference");
  if (!version) return tl::unexpected(version.error());
  std::vector<std::string> metrics;
  for (const PlannedColumn& column : plan.columns) {
    for (std::string& name : TargetNames(column)) metrics.push_back(std::move(name));
  }
  clickhouse::Parameters parameters = {{"targets", fmt::format("targets_v{}", *version)},
                                       {"tenant", tenant},
                                       {"next", clickhouse::ArrayParameter(mark.next)},
                                       {"metrics", clickhouse::ArrayParameter(metrics)},
                                       {"from", std::to_string(plan.from)},
                                       {"to", std::to_string(plan.to)},
                                       {"most_targets", std::to_string(kMostTargets + 1)}};
  Targets targets;
  uint64_t count = 0;
  const auto read =
      store.Select(running.Make(sql::kStatementsTargets, std::move(parameters), "targets"),
                   [&](const Block& block) -> base::Status {
                     count += block.rows;
                     if (block.rows > 0) TakeTargets(block, targets);
                     return {};
                   });
  if (!read) return tl::unexpected(running.Translate(read.error()));
  if (count > kMostTargets) {
    return base::Fail(base::Code::kResourceExhausted,
                      "more than {} targets of these metrics meet the range: ask for a shorter one",
                      kMostTargets);
  }
  return targets;
}

}  // namespace clientele::query
