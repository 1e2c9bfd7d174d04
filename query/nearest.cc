#include "query/nearest.h"

#include <algorithm>
#include <numeric>

namespace clientele::query {
namespace {

// Levenshtein's distance.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Nearest(std::string_view wanted, const std::vector<std::string>& names) {
  constexpr size_t kLongest = 64;
  if (wanted.empty() || wanted.size() > kLongest) return {};
  std::string best;
  size_t least = std::max<size_t>(2, wanted.size() / 3) + 1;
  for (const std::string& name : names) {
    const size_t distance = Distance(wanted, name);
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

std::string Meant(std::string_view wanted, const std::vector<std::string>& names) {
  if (names.empty()) return "there are none";
  const std::string nearest = Nearest(wanted, names);
  return nearest.empty() ? "must be one of " + Listed(names) : "did you mean " + nearest + "?";
}

std::string Listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

}  // namespace clientele::query
