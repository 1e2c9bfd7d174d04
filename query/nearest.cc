#include "query/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace clientele::query {
namespace {

// What is longer is no mistyped name.
constexpr size_t kLongest = 64;

std::string InSmallLetters(std::string_view text) {
  std::string small(text);
  for (char& c : small) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return small;
}

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

// Those that contain it first, then by the letters to change.
std::vector<std::string> NearestOf(size_t most, std::string_view wanted,
                                   std::vector<std::string> names) {
  const std::string small = InSmallLetters(wanted.substr(0, kLongest));
  std::ranges::stable_sort(names, {}, [&](const std::string& name) {
    const std::string other = InSmallLetters(name);
    return std::pair(other.find(small) == std::string::npos, Distance(small, other));
  });
  names.resize(std::min(most, names.size()));
  return names;
}

}  // namespace

std::string Nearest(std::string_view wanted, const std::vector<std::string>& names) {
  if (wanted.empty() || wanted.size() > kLongest) return {};
  const std::string small = InSmallLetters(wanted);
  std::string best;
  size_t least = std::max<size_t>(2, wanted.size() / 3) + 1;
  for (const std::string& name : names) {
    const size_t distance = Distance(small, InSmallLetters(name));
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
  if (!nearest.empty()) return "did you mean " + nearest + "?";
  constexpr size_t kMostListed = 5;
  if (names.size() <= kMostListed) return "must be one of " + Listed(names);
  return fmt::format("must be one of {}, of which the nearest are {}", names.size(),
                     Listed(NearestOf(kMostListed, wanted, names)));
}

std::string Listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

}  // namespace clientele::query
