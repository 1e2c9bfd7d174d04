#include "query/filter.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "query/nearest.h"
#include "query/request.h"
#include "query/shortened.h"

namespace clientele::query {
namespace {

using base::FailField;
using NodeKind = FilterNode::Kind;

constexpr size_t kMostValueBytes = 1'024;  // 256 characters of at most 4 bytes

base::Status CheckLength(const std::string& field, const std::string& value) {
  if (value.size() <= kMostValueBytes) return {};
  return FailField(field, "{}: {}...: must be at most 256 characters", field, Shortened(value));
}

tl::unexpected<base::Error> NoNumber(const std::string& dimension, const std::string& field,
                                     const std::string& value) {
  return FailField(field, "{} = {}: must be a whole number, as {} is", field, Shortened(value),
                   dimension);
}

std::optional<int64_t> WholeNumber(const std::string& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

class Reader {
 public:
  explicit Reader(const Catalogue& catalogue)
      : catalogue_(catalogue), known_(catalogue.DimensionNames()) {}

  base::Result<FilterNode> Flat(const v1::Filter& filter, const std::string& field) const {
    if (filter.values_size() < 1 || filter.values_size() > kMostValues) {
      return FailField(field + ".values", "{}.values: has {}, must be 1..{}", field,
                       filter.values_size(), kMostValues);
    }
    return OneOf(filter, field);
  }

  // Levels are counted from 1.
  base::Result<FilterNode> Tree(const v1::Condition& condition, const std::string& field,
                                int level) {
    if (level > kMostFilterLevels) {
      return FailField(field, "{}: must lie at most {} levels deep", field, kMostFilterLevels);
    }
    switch (condition.kind_case()) {
      case v1::Condition::kAll:
        return Group(NodeKind::kAll, condition.all(), field + ".all", level);
      case v1::Condition::kAny:
        return Group(NodeKind::kAny, condition.any(), field + ".any", level);
      case v1::Condition::kNone:
        return Group(NodeKind::kNone, condition.none(), field + ".none", level);
      case v1::Condition::KIND_NOT_SET:
        return FailField(field,
                         "{}: is empty, must be one of all, any, none, equal, one_of, range, "
                         "prefix, set, unset",
                         field);
      default:
        return Leaf(condition, field);
    }
  }

 private:
  base::Result<FilterNode> Group(NodeKind kind, const v1::Conditions& conditions,
                                 const std::string& field, int level) {
    const std::string list = field + ".conditions";
    if (conditions.conditions_size() == 0) {
      return FailField(list, "{}: has 0, must be 1 or more", list);
    }
    FilterNode node;
    node.kind = kind;
    for (int i = 0; i < conditions.conditions_size(); ++i) {
      auto child = Tree(conditions.conditions(i), fmt::format("{}[{}]", list, i), level + 1);
      if (!child) return child;
      node.children.push_back(std::move(*child));
    }
    return node;
  }

  base::Result<FilterNode> Leaf(const v1::Condition& condition, const std::string& field) {
    auto leaf = LeafOf(condition, field);
    // Those without a value count too: so the tree is bounded.
    if (leaf) values_ += std::max<size_t>(leaf->values.size(), 1);
    if (values_ <= kMostValues) return leaf;
    return FailField(field, "{}: where has {} values up to here, at most {} can be asked for",
                     field, values_, kMostValues);
  }

  base::Result<FilterNode> LeafOf(const v1::Condition& condition, const std::string& field) const {
    switch (condition.kind_case()) {
      case v1::Condition::kEqual:
        return Value(NodeKind::kOneOf, condition.equal(), field + ".equal");
      case v1::Condition::kPrefix:
        return Value(NodeKind::kPrefix, condition.prefix(), field + ".prefix");
      case v1::Condition::kRange:
        return Range(condition.range(), field + ".range");
      case v1::Condition::kSet:
        return Of(NodeKind::kSet, condition.set(), field + ".set");
      case v1::Condition::kUnset:
        return Of(NodeKind::kUnset, condition.unset(), field + ".unset");
      default:
        break;
    }
    if (condition.one_of().values().empty()) {
      return FailField(field + ".one_of.values", "{}.one_of.values: has 0, must be 1 or more",
                       field);
    }
    return OneOf(condition.one_of(), field + ".one_of");
  }

  // A node of this kind and dimension.
  base::Result<FilterNode> Of(NodeKind kind, const std::string& dimension,
                              const std::string& field) const {
    if (auto good = CheckDimension(known_, field, dimension); !good) {
      return tl::unexpected(good.error());
    }
    FilterNode node;
    node.kind = kind;
    node.field = field;
    node.dimension = dimension;
    return node;
  }

  base::Result<FilterNode> OneOf(const v1::Filter& filter, const std::string& field) const {
    auto node = Of(NodeKind::kOneOf, filter.dimension(), field + ".dimension");
    if (!node) return node;
    for (const std::string& value : filter.values()) {
      if (auto good = AddValue(field + ".values", value, *node); !good) {
        return tl::unexpected(good.error());
      }
    }
    return node;
  }

  // As the store shows it: what is not told has a name of its own where the dimension is no text.
  base::Status AddValue(const std::string& field, const std::string& value,
                        FilterNode& node) const {
    if (auto good = CheckLength(field, value); !good) return good;
    switch (catalogue_.TypeOf(node.dimension)) {
      case DimensionType::kText:
        node.values.push_back(value);
        return {};
      case DimensionType::kEnum:
        return AddEnumValue(field, value, node);
      case DimensionType::kNumber:
        break;
    }
    const auto number = WholeNumber(value.empty() ? "0" : value);
    if (!number) return NoNumber(node.dimension, field, value);
    node.values.push_back(std::to_string(*number));
    return {};
  }

  base::Status AddEnumValue(const std::string& field, const std::string& value,
                            FilterNode& node) const {
    const EnumValues& known = catalogue_.ValuesOf(node.dimension);
    if (known.empty() || known.contains(value)) {
      node.values.push_back(value);
      return {};
    }
    if (value.empty()) {
      for (const auto& [name, number] : known) {
        if (number == 0) node.values.push_back(name);
      }
      // One that is always told has no such value: no row has it.
      if (node.values.empty()) node.values.push_back(value);
      return {};
    }
    std::vector<std::string> names;
    for (const auto& [name, number] : known) names.push_back(name);
    return FailField(field, "{} = {}: {} has no such value; must be one of {}", field,
                     Shortened(value), node.dimension, Listed(names));
  }

  base::Result<FilterNode> Value(NodeKind kind, const v1::DimensionValue& value,
                                 const std::string& field) const {
    auto node = Of(kind, value.dimension(), field + ".dimension");
    if (!node) return node;
    if (kind == NodeKind::kPrefix && catalogue_.TypeOf(node->dimension) != DimensionType::kText) {
      return FailField(node->field, "{} = {}: must be a text, or it has no prefix", node->field,
                       node->dimension);
    }
    if (auto good = AddValue(field + ".value", value.value(), *node); !good) {
      return tl::unexpected(good.error());
    }
    if (kind == NodeKind::kPrefix && value.value().empty()) {
      return FailField(field + ".value", "{}.value: is empty, must be the begin of a text", field);
    }
    return node;
  }

  base::Result<FilterNode> Range(const v1::DimensionRange& range, const std::string& field) const {
    auto node = Of(NodeKind::kRange, range.dimension(), field + ".dimension");
    if (!node) return node;
    const DimensionType type = catalogue_.TypeOf(node->dimension);
    if (type == DimensionType::kEnum) {
      return FailField(node->field, "{} = {}: must be a text or a number, or it has no order",
                       node->field, node->dimension);
    }
    if (range.has_from()) node->from = range.from();
    if (range.has_to()) node->to = range.to();
    if (!node->from && !node->to) {
      return FailField(field, "{}: has neither from nor to, must have one", field);
    }
    auto good = CheckEnd(node->dimension, field + ".from", node->from);
    if (good) good = CheckEnd(node->dimension, field + ".to", node->to);
    if (!good) return tl::unexpected(good.error());
    if (node->from && node->to) {
      const bool rises = type == DimensionType::kNumber
                             ? *WholeNumber(*node->from) < *WholeNumber(*node->to)
                             : *node->from < *node->to;
      if (!rises) {
        return FailField(field + ".to", "{}.to = {}: must be above from = {}", field,
                         Shortened(*node->to), Shortened(*node->from));
      }
    }
    return node;
  }

  base::Status CheckEnd(const std::string& dimension, const std::string& field,
                        const std::optional<std::string>& end) const {
    if (!end) return {};
    if (catalogue_.TypeOf(dimension) == DimensionType::kNumber && !WholeNumber(*end)) {
      return NoNumber(dimension, field, *end);
    }
    return CheckLength(field, *end);
  }

  const Catalogue& catalogue_;
  const std::vector<std::string> known_;
  size_t values_ = 0;
};

}  // namespace

std::set<std::string> DimensionsOf(const FilterNode& node) {
  std::set<std::string> names;
  if (!node.dimension.empty()) names.insert(node.dimension);
  for (const FilterNode& child : node.children) names.merge(DimensionsOf(child));
  return names;
}

FilterNode Without(const FilterNode& all, const std::set<std::string>& dimensions) {
  FilterNode left = all;
  if (all.kind != NodeKind::kAll) return left;
  left.children.clear();
  for (const FilterNode& child : all.children) {
    if (std::ranges::includes(dimensions, DimensionsOf(child))) continue;
    left.children.push_back(Without(child, dimensions));
  }
  return left;
}

base::Result<FilterNode> ReadFilter(const Catalogue& catalogue, const v1::QueryRequest& request) {
  if (request.filters_size() > kMostFilters) {
    return FailField("filters", "filters: has {}, at most {} can be asked for",
                     request.filters_size(), kMostFilters);
  }
  Reader reader(catalogue);
  FilterNode root;
  std::set<std::string> seen;
  for (int i = 0; i < request.filters_size(); ++i) {
    auto node = reader.Flat(request.filters(i), fmt::format("filters[{}]", i));
    if (!node) return node;
    if (!seen.insert(node->dimension).second) {
      return FailField(node->field, "{} = {}: must not be named twice", node->field,
                       node->dimension);
    }
    root.children.push_back(std::move(*node));
  }
  if (request.has_where()) {
    auto node = reader.Tree(request.where(), "where", 1);
    if (!node) return node;
    root.children.push_back(std::move(*node));
  }
  return root;
}

const std::string* OneValueOf(std::string_view dimension, const FilterNode& filter) {
  if (filter.kind == FilterNode::Kind::kOneOf) {
    const bool one = filter.dimension == dimension && filter.values.size() == 1;
    return one ? &filter.values.front() : nullptr;
  }
  if (filter.kind != FilterNode::Kind::kAll) return nullptr;
  for (const FilterNode& child : filter.children) {
    if (const std::string* const value = OneValueOf(dimension, child)) return value;
  }
  return nullptr;
}

}  // namespace clientele::query
