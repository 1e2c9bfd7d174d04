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

// What conditions that must hold name: `alone` the one dimension of some, `shared` those of the
// others, several together.
void SortDimensions(const FilterNode& node, std::set<std::string>& alone,
                    std::set<std::string>& shared) {
  std::set<std::string> names = DimensionsOf(node);
  if (names.size() == 1) {
    alone.merge(names);
  } else if (node.kind == FilterNode::Kind::kAll) {
    for (const FilterNode& child : node.children) SortDimensions(child, alone, shared);
  } else {
    shared.merge(names);
  }
}

}  // namespace

std::set<std::string> UsedDimensions::NotBinding(const Metric& metric) const {
  std::set<std::string> lacking = units;
  for (const std::string& name : metric.Dimensions()) lacking.erase(name);
  return lacking;
}

std::vector<std::string> UsedDimensions::Binding(const Metric& metric) const {
  const std::set<std::string> not_binding = NotBinding(metric);
  std::vector<std::string> binding = all;
  std::erase_if(binding, [&](const std::string& name) { return not_binding.contains(name); });
  return binding;
}

UsedDimensions UsedDimensionsOf(const Catalogue& catalogue, const v1::QueryRequest& request,
                                const FilterNode& filter, const std::vector<std::string>& rows_by) {
  UsedDimensions used;
  std::vector<std::string> names(request.group_by().begin(), request.group_by().end());
  for (int i = 0; i < request.group_by_size(); ++i) {
    used.named.push_back({fmt::format("group_by[{}]", i), request.group_by(i)});
  }
  names.insert(names.end(), rows_by.begin(), rows_by.end());
  std::set<std::string> shared(names.begin(), names.end());
  SortDimensions(filter, used.units, shared);
  std::erase_if(used.units, [&](const std::string& name) {
    return shared.contains(name) || !catalogue.IsUnit(name);
  });
  AddFilterDimensions(filter, used.named);
  for (const UsedDimension& dimension : used.named) names.push_back(dimension.name);
  for (std::string& name : names) {
    if (!Contains(used.all, name)) used.all.push_back(std::move(name));
  }
  return used;
}

const Source* SourceWith(const Metric& metric, const UsedDimensions& used) {
  const std::vector<std::string> binding = used.Binding(metric);
  const auto found = std::ranges::find_if(metric.sources, [&](const Source& source) {
    return std::ranges::all_of(binding, [&](const std::string& name) { return source.Has(name); });
  });
  return found == metric.sources.end() ? nullptr : &*found;
}

bool HasAll(const Catalogue& catalogue, const WantedColumn& wanted, const UsedDimensions& used) {
  if (wanted.metric->kind != Kind::kDerived) return SourceWith(*wanted.metric, used) != nullptr;
  return std::ranges::all_of(wanted.variant->formula.parts, [&](const std::string& part) {
    const auto [metric, variant] = catalogue.FindVariant(part);
    return HasAll(catalogue, {metric, variant}, used);
  });
}

std::vector<std::string> WhatIsLacking(const Metric& metric, const UsedDimensions& used) {
  const std::vector<std::string> has = metric.Dimensions();
  const std::vector<std::string> binding = used.Binding(metric);
  std::vector<std::string> sentences;
  for (const std::string& name : binding) {
    if (Contains(has, name)) continue;
    sentences.push_back(fmt::format("{} is not applicable by {}: it does not have it, it has {}",
                                    metric.id, name, Listed(has)));
  }
  if (sentences.empty()) {
    sentences.push_back(fmt::format("{} is not applicable by {}: it does not have them together",
                                    metric.id, Listed(binding)));
  }
  return sentences;
}

base::Status CheckAnyHasAll(const Catalogue& catalogue, const std::vector<WantedColumn>& columns,
                            const UsedDimensions& used) {
  std::set<std::string> metrics;
  std::set<std::string> known;
  bool any = false;
  for (const WantedColumn& column : columns) {
    any = any || HasAll(catalogue, column, used);
    metrics.insert(column.metric->id);
    for (const std::string& name : column.metric->Dimensions()) known.insert(name);
    known.merge(catalogue.UnitsOf(*column.metric));
  }
  const std::string who = metrics.size() == 1 ? *metrics.begin() + " does not have"
                                              : std::string("none of the metrics has");
  for (const UsedDimension& dimension : used.named) {
    // Of what one has all of, nothing but a unit can be lacking.
    if (known.contains(dimension.name) || (any && !used.units.contains(dimension.name))) continue;
    return FailField(dimension.field, "{} = {}: {} it; {}", dimension.field, dimension.name, who,
                     Meant(dimension.name, {known.begin(), known.end()}));
  }
  if (any) return {};
  return FailField("group_by", "group_by: {} these dimensions together: {}", who, Listed(used.all));
}

}  // namespace clientele::query
