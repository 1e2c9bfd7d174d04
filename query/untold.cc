#include "query/untold.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

namespace clientele::query {

void NoteUntold(const Plan& plan, v1::QueryResponse& response) {
  std::set<std::string> noted;
  for (size_t i = 0; i < plan.columns.size(); ++i) {
    const bool any = std::ranges::any_of(response.rows(), [&](const v1::Row& row) {
      const v1::Figure& figure = row.figures(static_cast<int>(i));
      return figure.untold() > 0 || figure.compared().untold() > 0;
    });
    const std::string& id = plan.columns[i].metric->id;
    if (!any || !noted.insert(id).second) continue;
    response.mutable_meta()->add_warnings(fmt::format(
        "{} is of those that tell it: untold says how many do not and are left out", id));
  }
}

}  // namespace clientele::query
