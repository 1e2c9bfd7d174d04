// Which rows a request is about: its flat filters and its tree of conditions, read into one tree of
// plain values. Pure; any thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clientele/query/v1/query.pb.h"
#include "query/catalogue.h"

namespace clientele::query {

inline constexpr int kMostFilters = 16;       // flat ones
inline constexpr int kMostFilterLevels = 16;  // of the tree of conditions
inline constexpr int kMostValues = 1'000;     // of one flat filter, and of the whole tree

struct FilterNode {
  enum class Kind { kAll, kAny, kNone, kOneOf, kRange, kPrefix, kSet, kUnset };
  Kind kind = Kind::kAll;
  std::vector<FilterNode> children;  // of kAll, kAny and kNone
  // The others:
  std::string field;  // that names the dimension, in the request
  std::string dimension;
  std::vector<std::string> values;  // of kOneOf; of kPrefix its one
  // Of kRange: at least, and below. Of a dimension that is a number both are whole numbers.
  std::optional<std::string> from;
  std::optional<std::string> to;

  bool operator==(const FilterNode&) const = default;
};

// Every dimension that it, or what is in it, names.
[[nodiscard]] std::set<std::string> DimensionsOf(const FilterNode& node);
// Of conditions that must all hold, without those on these dimensions alone.
[[nodiscard]] FilterNode Without(const FilterNode& all, const std::set<std::string>& dimensions);

// All of `filters` and `where`. INVALID_ARGUMENT names the node by its path, the value and the
// rule: known dimensions, kinds of condition that fit them, within the limits.
[[nodiscard]] base::Result<FilterNode> ReadFilter(const Catalogue& catalogue,
                                                  const v1::QueryRequest& request);

// The only value of the dimension that the filter leaves; null if it may leave several.
[[nodiscard]] const std::string* OneValueOf(std::string_view dimension, const FilterNode& filter);

}  // namespace clientele::query
