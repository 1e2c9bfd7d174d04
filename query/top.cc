#include "query/top.h"

#include <algorithm>
#include <map>

#include "query/request.h"
#include "query/shortened.h"

namespace clientele::query {
namespace {

using base::FailField;

// Of the figure that decides; none if there is none of this name.
std::optional<int> RankingColumn(const v1::QueryRequest& request, const Plan& ranking) {
  const std::string& by = request.top().by();
  for (size_t i = 0; i < ranking.columns.size(); ++i) {
    const PlannedColumn& column = ranking.columns[i];
    const bool is_default = column.variant->is_default && by == column.metric->id;
    if (by.empty() || is_default || by == NameOf(column.metric->id, column.variant->id))
      return static_cast<int>(i);
  }
  return std::nullopt;
}

// A condition for each group: its rows.
std::vector<FilterNode> RowsOf(const v1::QueryRequest& request,
                               const std::vector<GroupValues>& groups) {
  std::vector<FilterNode> nodes;
  for (const GroupValues& group : groups) {
    FilterNode& node = nodes.emplace_back();
    for (size_t i = 0; i < group.size(); ++i) {
      FilterNode& value = node.children.emplace_back();
      value.kind = FilterNode::Kind::kOneOf;
      value.field = fmt::format("group_by[{}]", i);
      value.dimension = request.group_by(static_cast<int>(i));
      value.values = {group[i]};
    }
  }
  return nodes;
}

GroupValues GroupOf(const v1::Row& row) {
  return {row.dimensions().begin(), row.dimensions().end()};
}

using KeyedRows = std::map<std::pair<int64_t, GroupValues>, const v1::Row*>;

KeyedRows ByBucketAndGroup(const v1::QueryResponse& response) {
  KeyedRows rows;
  for (const v1::Row& row : response.rows()) rows[{row.bucket_start(), GroupOf(row)}] = &row;
  return rows;
}

}  // namespace

base::Result<Plan> MakeRankingPlan(const Catalogue& catalogue, const v1::QueryRequest& request) {
  const v1::Top& top = request.top();
  if (top.groups() < 1 || top.groups() > kMostGroups) {
    return FailField("top.groups", "top.groups = {}: must be 1..{}", top.groups(), kMostGroups);
  }
  if (request.group_by().empty()) {
    return FailField("top", "top: must have a group_by beside it, which has 0");
  }
  v1::QueryRequest ranking = request;
  ranking.clear_grain();
  ranking.clear_plan_attainment();
  ranking.set_limit(kMostRows);
  auto plan = MakePlan(catalogue, ranking);
  if (plan && plan->points) {
    return FailField("top",
                     "top: must not be beside group_by {}, whose values have an order already",
                     plan->group_by[plan->points->place]);
  }
  if (plan && !RankingColumn(request, *plan)) {
    return FailField("top.by", "top.by = {}: must be one of metrics", Shortened(top.by()));
  }
  if (plan) plan->earlier.reset();  // the range alone decides
  return plan;
}

std::vector<GroupValues> TopGroups(const v1::QueryRequest& request, const Plan& ranking,
                                   const v1::QueryResponse& ranks) {
  const int by = RankingColumn(request, ranking).value_or(0);
  const auto figure = [&](const v1::Row* row) -> const v1::Figure& { return row->figures(by); };
  std::vector<const v1::Row*> rows;
  for (const v1::Row& row : ranks.rows()) {
    const bool too_few = ranking.names_people && row.figures(by).n() < kLeastRanked;
    if (row.figures(by).has_value() && !too_few) rows.push_back(&row);
  }
  // Equal ones stay in the order of their names.
  std::ranges::stable_sort(rows, [&](const v1::Row* left, const v1::Row* right) {
    return request.top().smallest() ? figure(left).value() < figure(right).value()
                                    : figure(left).value() > figure(right).value();
  });
  std::vector<GroupValues> groups;
  for (const v1::Row* row : rows) {
    if (groups.size() < request.top().groups()) groups.push_back(GroupOf(*row));
  }
  return groups;
}

base::Result<TopPlans> MakeTopPlans(const Catalogue& catalogue, const v1::QueryRequest& request,
                                    const std::vector<GroupValues>& top, size_t groups) {
  const std::vector<std::string> groups_by(request.group_by().begin(), request.group_by().end());
  v1::QueryRequest not_grouped = request;
  not_grouped.clear_group_by();
  // Of the same rows as the groups.
  auto total = MakePlan(catalogue, not_grouped, nullptr, groups_by);
  if (!total) return tl::unexpected(total.error());
  TopPlans plans{std::nullopt, std::nullopt, std::move(*total)};
  FilterNode node;
  node.children = RowsOf(request, top);
  if (!top.empty()) {
    node.kind = FilterNode::Kind::kAny;
    auto plan = MakePlan(catalogue, request, &node);
    if (!plan) return tl::unexpected(plan.error());
    plans.groups = std::move(*plan);
  }
  if (groups > top.size() || request.has_compare()) {
    node.kind = FilterNode::Kind::kNone;
    auto plan = MakePlan(catalogue, not_grouped, top.empty() ? nullptr : &node, groups_by);
    if (!plan) return tl::unexpected(plan.error());
    plans.other = std::move(*plan);
  }
  return plans;
}

bool AnyEarlier(const v1::QueryResponse& response) {
  return std::ranges::any_of(response.rows(), [](const v1::Row& row) {
    return std::ranges::any_of(row.figures(), [](const v1::Figure& figure) {
      const v1::Compared& compared = figure.compared();
      return compared.n() > 0 || compared.untold() > 0 || compared.immature() > 0;
    });
  });
}

v1::QueryResponse JoinTop(const std::vector<GroupValues>& top, const v1::QueryResponse& groups,
                          const v1::QueryResponse& other, const v1::QueryResponse& total) {
  const KeyedRows of_groups = ByBucketAndGroup(groups);
  const KeyedRows of_other = ByBucketAndGroup(other);
  v1::QueryResponse response;
  for (const v1::Row& row : total.rows()) {
    const int64_t bucket = row.bucket_start();
    for (const GroupValues& group : top) {
      const auto found = of_groups.find({bucket, group});
      if (found != of_groups.end()) *response.add_rows() = *found->second;
    }
    const auto found = of_other.find({bucket, {}});
    if (found != of_other.end()) {
      *response.add_rows() = *found->second;
      response.mutable_rows()->rbegin()->set_kind(v1::Row::OTHER);
    }
    *response.add_rows() = row;
    response.mutable_rows()->rbegin()->set_kind(v1::Row::TOTAL);
  }
  return response;
}

}  // namespace clientele::query
