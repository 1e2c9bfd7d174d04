// A catalogue for tests, of testdata/shops/metrics: with a table that a query makes of the tables
// of two projections. Immutable; any thread.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

#include "query/catalogue.h"

namespace clientele::query {

inline std::string ReadText(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The text with the first `what` in it replaced.
inline std::string With(std::string_view text, std::string_view what, std::string_view by) {
  std::string changed(text);
  const size_t at = changed.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return changed.replace(at, what.size(), by);
}

inline const Catalogue& ShopMetrics() {
  static const Catalogue catalogue = [] {
    const std::filesystem::path folder = CLIENTELE_QUERY_TESTDATA "/shops/metrics";
    std::map<std::string, std::string> texts;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
      if (file.is_directory()) continue;
      texts[std::filesystem::relative(file.path(), folder)] = ReadText(file.path());
    }
    return Catalogue::Load({texts.begin(), texts.end()}).value();
  }();
  return catalogue;
}

}  // namespace clientele::query
