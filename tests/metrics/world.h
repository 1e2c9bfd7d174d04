// What the tests of this program share: the loaded engine and the catalogue. The main thread only.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "clickhouse/store.h"
#include "clientele/query/v1/query.pb.h"
#include "query/catalogue.h"
#include "query/identities.h"

namespace clientele::testing {

// Of this build.
[[nodiscard]] const query::Catalogue& Metrics();

// Of each value of the first dimension: the sum of the first figure over buckets and other
// dimensions.
[[nodiscard]] std::map<std::string, double> Totals(const query::v1::QueryResponse& response);

// Failures are those of the running test.
struct World {
  // The events of a file, unless they are loaded already.
  static void Load(const std::filesystem::path& path);
  static void LoadLines(const std::vector<std::string>& lines);
  // Rows of what is loaded, by table.
  [[nodiscard]] static const std::map<std::string, clickhouse::BlockWriter>& Projected();
  [[nodiscard]] static clickhouse::Store& Store();
  // Of a process that was started when the events were loaded.
  [[nodiscard]] static query::Identities& Identities();
  // As tenant main.
  [[nodiscard]] static query::v1::QueryResponse Ask(const query::v1::QueryRequest& request,
                                                    const query::Catalogue& catalogue = Metrics());
  // The same for a request as text.
  [[nodiscard]] static query::v1::QueryResponse Ask(const std::string& request,
                                                    const query::Catalogue& catalogue = Metrics());
};

}  // namespace clientele::testing
