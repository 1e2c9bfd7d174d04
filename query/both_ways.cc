#include "query/both_ways.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <tuple>

#include "clickhouse/places.h"
#include "query/nearest.h"
#include "query/plan.h"
#include "query/sql.h"

namespace clientele::query {
namespace {

using base::Code;

// Its place in the answer: column, begin of the bucket, group.
using FigurePlace = std::tuple<size_t, int64_t, std::vector<std::string>>;

// Whether it tells anything: a value, or that there is one which is not shown.
bool Tells(const std::optional<v1::Figure>& figure) {
  return figure && (figure->has_value() || figure->empty() == v1::Figure::HIDDEN_SMALL_N ||
                    figure->empty() == v1::Figure::IMMATURE);
}

class Joining {
 public:
  explicit Joining(const v1::QueryRequest& request) : request_(request) {}

  base::Status Add(const v1::QueryResponse& response,
                   std::optional<v1::Figure> BothFigures::* way) {
    std::vector<size_t> places;
    for (const v1::Column& column : response.meta().columns()) {
      const auto place = PlaceOf(column);
      if (!place) return tl::unexpected(place.error());
      places.push_back(*place);
    }
    for (const v1::Row& row : response.rows()) {
      const std::vector<std::string> group(row.dimensions().begin(), row.dimensions().end());
      for (int i = 0; i < row.figures_size(); ++i) {
        const size_t place = places[static_cast<size_t>(i)];
        BothFigures& both = figures_[{place, row.bucket_start(), group}];
        Name(columns_[place], row, group, both);
        both.*way = row.figures(i);
      }
    }
    return {};
  }

  [[nodiscard]] std::vector<BothFigures> Joined() && {
    std::vector<BothFigures> joined;
    for (auto& [place, both] : figures_) {
      if (Tells(both.as_it_is) || Tells(both.as_if)) joined.push_back(std::move(both));
    }
    return joined;
  }

 private:
  base::Result<size_t> PlaceOf(const v1::Column& column) {
    const auto known = std::ranges::find_if(columns_, [&](const v1::Column& one) {
      return one.metric() == column.metric() && one.variant() == column.variant();
    });
    const auto place = static_cast<size_t>(known - columns_.begin());
    if (known == columns_.end()) {
      columns_.push_back(column);
    } else if (known->unit() != column.unit()) {
      return base::Fail(Code::kInvalidArgument,
                        "{}: unit is {} as it is and {} as if: the figures cannot be compared",
                        column.metric(), known->unit(), column.unit());
    }
    return place;
  }

  void Name(const v1::Column& column, const v1::Row& row, const std::vector<std::string>& group,
            BothFigures& both) const {
    both.metric = column.metric();
    both.variant = column.variant();
    both.unit = column.unit();
    both.bucket_start = row.bucket_start();
    both.bucket = row.bucket();
    both.partial = row.partial();
    both.dimensions = {request_.group_by().begin(), request_.group_by().end()};
    both.values = group;
  }

  const v1::QueryRequest& request_;
  std::vector<v1::Column> columns_;
  std::map<FigurePlace, BothFigures> figures_;
};

void AddWarnings(const v1::QueryResponse& response, std::vector<std::string>& warnings) {
  for (const std::string& warning : response.meta().warnings()) {
    if (std::ranges::find(warnings, warning) == warnings.end()) warnings.push_back(warning);
  }
}

// The request of all variants of one metric; sums are by what they are in units of, distributions
// by their points.
v1::QueryRequest RequestOf(const v1::QueryRequest& request, const Catalogue& as_it_is,
                           const Catalogue& as_if, const std::string& id) {
  v1::QueryRequest one = request;
  one.clear_metrics();
  one.add_metrics(fmt::format("{}:{}", id, kAllVariants));
  for (const Catalogue* catalogue : {&as_it_is, &as_if}) {
    const Metric* const metric = catalogue->FindMetric(id);
    if (metric == nullptr) continue;
    for (const std::string& unit : catalogue->UnitsOf(*metric)) {
      if (std::ranges::find(one.group_by(), unit) == one.group_by().end()) one.add_group_by(unit);
    }
    const Dimension* const points = catalogue->PointsOf(*metric);
    if (points == nullptr) continue;
    if (std::ranges::find(one.group_by(), points->id) == one.group_by().end()) {
      one.add_group_by(points->id);
    }
  }
  return one;
}

base::Result<std::vector<BothFigures>> AskOne(const BothWays& ways, const v1::QueryRequest& request,
                                              std::vector<std::string>& warnings) {
  const auto as_it_is =
      RunQueryAt(ways.mark, ways.as_it_is, ways.store, ways.identities, request, ways.caller);
  if (!as_it_is) return tl::unexpected(as_it_is.error());
  const auto as_if =
      RunQueryAt(ways.mark_as_if, ways.as_if, ways.store, ways.identities, request, ways.caller);
  if (!as_if) return tl::unexpected(as_if.error());
  AddWarnings(*as_it_is, warnings);
  AddWarnings(*as_if, warnings);
  return JoinBothWays(request, *as_it_is, *as_if);
}

double ValueOf(const std::optional<v1::Figure>& figure) {
  return figure && figure->has_value() ? figure->value() : std::numeric_limits<double>::quiet_NaN();
}

// Empty if there is a value.
std::string WhyNone(const std::optional<v1::Figure>& figure) {
  if (!figure) return v1::Figure::Empty_Name(v1::Figure::NO_DATA);
  return figure->has_value() ? "" : v1::Figure::Empty_Name(figure->empty());
}

int64_t ObservationsOf(const std::optional<v1::Figure>& figure) { return figure ? figure->n() : 0; }

void AppendTexts(const std::vector<std::string>& texts, clickhouse::ColumnWriter& column) {
  column.AppendArraySize(texts.size());
  for (const std::string& text : texts) column.Append(std::string_view(text));
}

clickhouse::BlockWriter FiguresBlock(const std::vector<BothFigures>& figures, const Mark& mark) {
  clickhouse::BlockWriter block({{"metric", "LowCardinality(String)"},
                                 {"variant", "LowCardinality(String)"},
                                 {"unit", "LowCardinality(String)"},
                                 {"bucket_start", "DateTime64(6, 'UTC')"},
                                 {"bucket", "String"},
                                 {"partial", "UInt8"},
                                 {"dimensions", "Array(String)"},
                                 {"dimension_values", "Array(String)"},
                                 {"as_it_is", "Float64"},
                                 {"as_it_is_n", "Int64"},
                                 {"as_it_is_empty", "LowCardinality(String)"},
                                 {"as_if", "Float64"},
                                 {"as_if_n", "Int64"},
                                 {"as_if_empty", "LowCardinality(String)"},
                                 {"change", "Float64"},
                                 {"mark", "UInt64"}});
  for (const BothFigures& one : figures) {
    block.column(0).Append(std::string_view(one.metric));
    block.column(1).Append(std::string_view(one.variant));
    block.column(2).Append(std::string_view(one.unit));
    block.column(3).Append(one.bucket_start);
    block.column(4).Append(std::string_view(one.bucket));
    block.column(5).Append(static_cast<uint8_t>(one.partial ? 1 : 0));
    AppendTexts(one.dimensions, block.column(6));
    AppendTexts(one.values, block.column(7));
    block.column(8).Append(ValueOf(one.as_it_is));
    block.column(9).Append(ObservationsOf(one.as_it_is));
    block.column(10).Append(std::string_view(WhyNone(one.as_it_is)));
    block.column(11).Append(ValueOf(one.as_if));
    block.column(12).Append(ObservationsOf(one.as_if));
    block.column(13).Append(std::string_view(WhyNone(one.as_if)));
    block.column(14).Append(one.change().value_or(std::numeric_limits<double>::quiet_NaN()));
    block.column(15).Append(mark.id);
    block.EndRow();
  }
  return block;
}

}  // namespace

std::optional<double> BothFigures::change() const {
  if (!as_it_is || !as_if || !as_it_is->has_value() || !as_if->has_value()) return std::nullopt;
  return as_if->value() - as_it_is->value();
}

base::Result<std::vector<BothFigures>> JoinBothWays(const v1::QueryRequest& request,
                                                    const v1::QueryResponse& as_it_is,
                                                    const v1::QueryResponse& as_if) {
  Joining joining(request);
  auto added = joining.Add(as_it_is, &BothFigures::as_it_is);
  if (added) added = joining.Add(as_if, &BothFigures::as_if);
  if (!added) return tl::unexpected(added.error());
  return std::move(joining).Joined();
}

base::Result<BothPlans> PlanBothWays(const Catalogue& as_it_is, const Catalogue& as_if,
                                     const v1::QueryRequest& request,
                                     const std::vector<std::string>& metrics) {
  BothPlans plans;
  std::optional<base::Error> refused;
  std::map<std::string, std::vector<std::string>> left_out;  // by what cannot be asked of them
  for (const std::string& id : metrics) {
    v1::QueryRequest one = RequestOf(request, as_it_is, as_if, id);
    auto plan = MakePlan(as_it_is, one);
    if (plan) plan = MakePlan(as_if, one);
    if (plan) {
      plans.requests.push_back(std::move(one));
      continue;
    }
    if (!refused) refused = plan.error();
    const std::string& message = plan.error().message;
    left_out[message.substr(0, message.find(": "))].push_back(id);
  }
  for (const auto& [what, ids] : left_out) {
    plans.warnings.push_back(fmt::format("{}: cannot be asked of {}; left out", what, Listed(ids)));
  }
  if (plans.requests.empty() && refused) return tl::unexpected(*refused);
  return plans;
}

base::Result<BothAnswers> AskBothWays(const BothWays& ways, const BothPlans& plans) {
  BothAnswers answers;
  answers.warnings = plans.warnings;
  for (const v1::QueryRequest& request : plans.requests) {
    auto figures = AskOne(ways, request, answers.warnings);
    if (!figures) return tl::unexpected(figures.error());
    std::ranges::move(*figures, std::back_inserter(answers.figures));
  }
  return answers;
}

base::Status StoreFigures(const std::vector<BothFigures>& figures, const Mark& mark,
                          const std::string& table, clickhouse::Store& store,
                          const Running& running) {
  const std::string create =
      clickhouse::FillPlaces(sql::kStatementsAsIfFigures, {{"table", table}});
  if (auto made = store.Execute(running.Make(create, {}, "create-figures")); !made) {
    return tl::unexpected(running.Translate(made.error()));
  }
  if (figures.empty()) return {};
  const auto stored = store.Insert("clientele." + table, FiguresBlock(figures, mark),
                                   running.Make({}, {}, "figures"));
  if (!stored) return tl::unexpected(running.Translate(stored.error()));
  return {};
}

}  // namespace clientele::query
