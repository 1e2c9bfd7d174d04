// Tables of scorecards and journey models in which what is chosen stands for what is in force, made
// in the store beside the ones that queries read, which stay as they are. One at a time; the thread
// of a question what figures would have been.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "clickhouse/store.h"
#include "query/as_if.h"
#include "query/catalogue.h"
#include "query/mark.h"
#include "query/running.h"

namespace clientele::query {

// Ids of the tables that others stand in for where something of this kind (AsIf::choices) is
// chosen; none of a metric file.
[[nodiscard]] std::vector<std::string> TablesOfKind(std::string_view kind);
// Of all that is chosen, each once.
[[nodiscard]] std::vector<std::string> StandInTables(const AsIf& as_if);

class StandIns {
 public:
  // All of them must outlive it.
  StandIns(const AsIf& as_if, const Catalogue& catalogue, const Mark& mark,
           const std::string& tenant, clickhouse::Store& store, const Running& running)
      : as_if_(as_if),
        catalogue_(catalogue),
        mark_(mark),
        tenant_(tenant),
        store_(store),
        running_(running) {}

  // What is chosen is known at the mark; changes nothing. As ChooseScorecards and
  // ChooseJourneyModels, or what Running::Translate makes of a failure.
  [[nodiscard]] base::Status Choose();
  // After Choose: makes and fills the tables, which must not be there. By id what they are named.
  [[nodiscard]] base::Result<std::map<std::string, std::string>> Make(
      const std::function<std::string(std::string_view id)>& name_of);

 private:
  // (id, when the first version of it begins to be valid, microseconds since the epoch).
  using ModelBegins = std::vector<std::pair<std::string, int64_t>>;

  [[nodiscard]] base::Status ChooseCards();
  [[nodiscard]] base::Status ChooseModels();
  [[nodiscard]] base::Result<DefinitionVersions> ReadVersions(std::string_view table, bool netted);
  [[nodiscard]] base::Status Execute(std::string_view sql, const std::string& table,
                                     const std::string& like, clickhouse::Parameters parameters,
                                     std::string_view part);
  [[nodiscard]] base::Status FillCards(const std::string& id, const std::string& table,
                                       const std::string& like);
  [[nodiscard]] base::Status FillModels(const std::string& id, const std::string& table,
                                        const std::string& like);
  [[nodiscard]] base::Status AddBands(const std::string& table);

  const AsIf& as_if_;
  const Catalogue& catalogue_;
  const Mark& mark_;
  const std::string& tenant_;
  clickhouse::Store& store_;
  const Running& running_;
  std::vector<std::string> chosen_;  // scorecards
  DefinitionVersions named_;         // by evaluations
  ModelBegins models_;               // that are chosen
};

// The begin of the first and the end of the last row, microseconds since the epoch, that the
// tenant's tables of the projection hold at the mark by the time axes of its metrics; none without
// rows. Nothing is later than the mark.
[[nodiscard]] base::Result<std::optional<std::pair<int64_t, int64_t>>> RangeOf(
    std::string_view projection, const Catalogue& catalogue, const Mark& mark,
    const std::string& tenant, clickhouse::Store& store, const Running& running);

}  // namespace clientele::query
