#include "query/lacking.h"

#include <algorithm>
#include <set>

#include "query/nearest.h"

namespace clientele::query {
namespace {

using base::FailField;

void AddFilterDimensions(const FilterNode& node, std::vector<UsedDimension>& used) {
  if (!node.dimension.empty()) used.push_back({node.field, node.dimension});
  for (const FilterNode& child : node.children) AddFilterDimensions(child, used);
}

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::vector<UsedDimension> UsedDimensions(const v1::QueryRequest& request,
                                          const FilterNode& filter) {
  std::vector<UsedDimension> used;
  for (int i = 0; i < request.group_by_size(); ++i) {
    used.push_back({fmt::format("group_by[{}]", i), request.group_by(i)});
  }
  AddFilterDimensions(filter, used);
  return used;
}

const Source* SourceWith(const Metric& metric, const std::vector<std::string>& dimensions) {
  const auto found = std::ranges::find_if(metric.sources, [&](const Source& source) {
    return std::ranges::all_of(dimensions,
                               [&](const std::string& name) { return source.Has(name); });
  });
  return found == metric.sources.end() ? nullptr : &*found;
}

bool HasAll(const Catalogue& catalogue, const WantedColumn& wanted,
            const std::vector<std::string>& dimensions) {
  if (wanted.metric->kind != Kind::kDerived) {
    return SourceWith(*wanted.metric, dimensions) != nullptr;
  }
  return std::ranges::all_of(wanted.variant->formula.parts, [&](const std::string& part) {
    const auto [metric, variant] = catalogue.FindVariant(part);
    return HasAll(catalogue, {metric, variant}, dimensions);
  });
}

std::vector<std::string> WhatIsLacking(const Metric& metric,
                                       const std::vector<std::string>& dimensions) {
  const std::vector<std::string> has = metric.Dimensions();
  std::vector<std::string> sentences;
  for (const std::string& name : dimensions) {
    if (Contains(has, name)) continue;
    sentences.push_back(fmt::format("{} is not applicable by {}: it does not have it, it has {}",
                                    metric.id, name, Listed(has)));
  }
  if (sentences.empty()) {
    sentences.push_back(fmt::format("{} is not applicable by {}: it does not have them together",
                                    metric.id, Listed(dimensions)));
  }
  return sentences;
}

base::Status CheckAnyHasAll(const Catalogue& catalogue, const std::vector<WantedColumn>& columns,
                            const std::vector<UsedDimension>& used,
                            const std::vector<std::string>& dimensions) {
  std::set<std::string> metrics;
  std::set<std::string> known;
  for (const WantedColumn& column : columns) {
    if (HasAll(catalogue, column, dimensions)) return {};
    metrics.insert(column.metric->id);
    for (const std::string& name : column.metric->Dimensions()) known.insert(name);
  }
  const std::string who = metrics.size() == 1 ? *metrics.begin() + " does not have"
                                              : std::string("none of the metrics has");
  for (const UsedDimension& dimension : used) {
    if (known.contains(dimension.name)) continue;
    return FailField(dimension.field, "{} = {}: {} it; {}", dimension.field, dimension.name, who,
                     Meant(dimension.name, {known.begin(), known.end()}));
  }
  return FailField("group_by", "group_by: {} these dimensions together: {}", who,
                   Listed(dimensions));
}

}  // namespace clientele::query
