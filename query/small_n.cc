#include "query/small_n.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace clientele::query {
namespace {

// Rows whose figures add up to that of a row that can be asked for.
using Line = std::vector<int>;

// Where a row lies: its bucket, and the values of its group. Beside a row of all other groups a
// group is one value: of the greatest ones alone nothing else adds up.
std::vector<std::vector<std::string>> PlacesOf(const v1::Row& row, bool with_others) {
  std::vector<std::vector<std::string>> places = {{row.bucket()}};
  if (with_others) {
    places.emplace_back(row.dimensions().begin(), row.dimensions().end());
    return places;
  }
  for (const std::string& value : row.dimensions()) places.push_back({value});
  return places;
}

// Rows that differ in one place alone.
std::vector<Line> LinesOf(const v1::QueryResponse& response) {
  const bool with_others = std::ranges::any_of(
      response.rows(), [](const v1::Row& row) { return row.kind() == v1::Row::TOTAL; });
  std::map<std::pair<size_t, std::vector<std::vector<std::string>>>, Line> found;
  for (int i = 0; i < response.rows_size(); ++i) {
    if (response.rows(i).kind() == v1::Row::TOTAL) continue;
    const auto places = PlacesOf(response.rows(i), with_others);
    for (size_t place = 0; place < places.size(); ++place) {
      auto others = places;
      others[place].clear();
      found[{place, std::move(others)}].push_back(i);
    }
  }
  std::vector<Line> lines;
  for (auto& [place, line] : found) {
    if (line.size() > 1) lines.push_back(std::move(line));
  }
  return lines;
}

bool IsHidden(v1::Figure::Empty empty) { return empty == v1::Figure::HIDDEN_SMALL_N; }

bool AnyHidden(const v1::QueryResponse& response) {
  return std::ranges::any_of(response.rows(), [](const v1::Row& row) {
    return std::ranges::any_of(row.figures(), [](const v1::Figure& figure) {
      return IsHidden(figure.empty()) || IsHidden(figure.compared().empty());
    });
  });
}

// Of each line with one hidden figure the row of the fewest observations, the first of equal ones.
template <typename FigureOf>
std::set<int> RowsToHide(const std::vector<Line>& lines, const FigureOf& figure_of) {
  std::set<int> rows;
  for (const Line& line : lines) {
    const auto hidden =
        std::ranges::count_if(line, [&](int row) { return IsHidden(figure_of(row).empty()); });
    if (hidden != 1) continue;
    Line shown;
    std::ranges::copy_if(line, std::back_inserter(shown),
                         [&](int row) { return figure_of(row).has_value(); });
    const auto least =
        std::ranges::min_element(shown, {}, [&](int row) -> int64_t { return figure_of(row).n(); });
    if (least != shown.end()) rows.insert(*least);
  }
  return rows;
}

template <typename FigureOf, typename Hide>
void HideFrom(const std::vector<Line>& lines, const FigureOf& figure_of, const Hide& hide) {
  std::set<int> rows = RowsToHide(lines, figure_of);
  while (!rows.empty()) {
    for (const int row : rows) hide(row);
    rows = RowsToHide(lines, figure_of);
  }
}

void ClearChange(v1::Compared& compared) {
  compared.clear_change();
  compared.clear_relative_change();
  compared.clear_change_low();
  compared.clear_change_high();
  compared.clear_apart();
}

// How much of the target it reaches would tell it, too.
void HideShare(v1::PlanAttainment& attainment) {
  if (!attainment.has_value()) return;
  attainment.clear_value();
  attainment.clear_low();
  attainment.clear_high();
  attainment.set_empty(v1::PlanAttainment::NO_FIGURE);
}

void HideFigure(bool by_result, v1::Figure& figure) {
  v1::Figure hidden = Hidden(figure, by_result);
  if (figure.has_plan_attainment()) {
    *hidden.mutable_plan_attainment() = figure.plan_attainment();
    HideShare(*hidden.mutable_plan_attainment());
  }
  if (figure.has_compared()) {
    *hidden.mutable_compared() = figure.compared();
    ClearChange(*hidden.mutable_compared());
  }
  figure = std::move(hidden);
}

bool HasValue(const v1::Row& row) {
  return std::ranges::any_of(row.figures(), [](const v1::Figure& figure) {
    return figure.has_value() || figure.compared().has_value();
  });
}

}  // namespace

void HideRemainders(const Plan& plan, v1::QueryResponse& response) {
  if (!plan.names_people || !AnyHidden(response)) return;
  const std::vector<Line> lines = LinesOf(response);
  for (int column = 0; column < static_cast<int>(plan.columns.size()); ++column) {
    // No quantile can be told from others.
    if (plan.columns[static_cast<size_t>(column)].metric->kind == Kind::kQuantile) continue;
    const auto figure = [&](int row) -> const v1::Figure& {
      return response.rows(row).figures(column);
    };
    const auto changed = [&](int row) -> v1::Figure& {
      return *response.mutable_rows(row)->mutable_figures(column);
    };
    HideFrom(lines, figure, [&](int row) { HideFigure(plan.by_result, changed(row)); });
    HideFrom(
        lines, [&](int row) -> const v1::Compared& { return figure(row).compared(); },
        [&](int row) {
          v1::Compared& compared = *changed(row).mutable_compared();
          compared = Hidden(compared, plan.by_result);
        });
  }
}

void LeaveOutHidden(const Plan& plan, v1::QueryResponse& response) {
  if (!plan.names_people || !plan.by_result || plan.group_by.empty()) return;
  using Group = std::vector<std::string>;
  const auto group_of = [](const v1::Row& row) {
    return Group(row.dimensions().begin(), row.dimensions().end());
  };
  std::set<Group> shown;
  for (const v1::Row& row : response.rows()) {
    if (HasValue(row)) shown.insert(group_of(row));
  }
  v1::QueryResponse left;
  for (v1::Row& row : *response.mutable_rows()) {
    if (shown.contains(group_of(row))) *left.add_rows() = std::move(row);
  }
  response.mutable_rows()->Swap(left.mutable_rows());
  response.mutable_meta()->add_warnings(fmt::format(
      "groups of named people that have fewer than {} observations are left out", kLeastShown));
}

}  // namespace clientele::query
