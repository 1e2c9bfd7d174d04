#include "app/as_if/as_if.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/owned_folder.h"
#include "base/uuid.h"
#include "projections/replay/as_if.h"
#include "query/as_if.h"
#include "query/calendar.h"
#include "query/nearest.h"
#include "query/request.h"
#include "query/stand_ins.h"

namespace clientele::app {
namespace {

namespace replay = projections::replay;
using base::Code;
using base::Fail;
using query::AsIf;
using query::Catalogue;
using query::Metric;

// Of all of its statements together.
constexpr std::chrono::hours kLongest{1};
constexpr const char* kFigures = "figures";

// Projections with metrics, and those of them whose metrics read one of the tables.
std::set<std::string> ProjectionsOf(const Catalogue& catalogue,
                                    const std::vector<std::string>& tables = {}) {
  std::set<std::string> names;
  for (const auto& [id, metric] : catalogue.metrics()) {
    const auto read = catalogue.TablesOf(metric);
    const bool reads =
        std::ranges::any_of(tables, [&](const std::string& table) { return read.contains(table); });
    if (!tables.empty() && !reads) continue;
    for (const auto& source : metric.sources) names.insert(catalogue.TableOf(source).projection);
  }
  return names;
}

base::Result<std::vector<std::string>> MetricsAsked(const Catalogue& catalogue, const AsIf& as_if,
                                                    const std::string& projection) {
  std::vector<std::string> metrics;
  for (const Metric* metric : catalogue.MetricsOf(projection)) metrics.push_back(metric->id);
  if (metrics.empty()) {
    const auto known = ProjectionsOf(catalogue);
    return Fail(Code::kNotFound, "NAME {}: there is no projection of that name with metrics; {}",
                projection, query::Meant(projection, {known.begin(), known.end()}));
  }
  if (!as_if.metric) return metrics;
  const std::string& id = as_if.metric->id;
  if (std::ranges::find(metrics, id) != metrics.end()) return std::vector{id};
  return Fail(Code::kInvalidArgument, "{}: id = {}: is no metric of {}; there are {}",
              as_if.metric->path, id, projection, query::Listed(metrics));
}

base::Result<Catalogue> WithMetric(const Catalogue& catalogue, const AsIf& as_if) {
  if (!as_if.metric) return catalogue;
  return catalogue.With(as_if.metric->path, as_if.metric->text);
}

// That each of what is chosen may change one of the figures.
base::Status CheckReads(const Catalogue& catalogue, const AsIf& as_if,
                        const std::vector<std::string>& metrics, const std::string& projection) {
  std::set<std::string> read;
  for (const std::string& id : metrics) read.merge(catalogue.TablesOf(*catalogue.FindMetric(id)));
  for (const auto& [kind, text] : as_if.choices) {
    const std::vector<std::string> tables = query::TablesOfKind(kind);
    const bool reads =
        std::ranges::any_of(tables, [&](const std::string& table) { return read.contains(table); });
    if (tables.empty() || reads) continue;
    const auto others = ProjectionsOf(catalogue, tables);
    return base::FailField("--as-if",
                           "--as-if {}: no figure that is asked of {} is computed from it; those "
                           "of {} are",
                           text, projection, fmt::join(others, ", "));
  }
  return {};
}

// What clientele.versions says: the same for the same command.
std::string TextOf(const AsIfQuestion& question, const AsIf& as_if) {
  const QueryArguments& figures = question.figures;
  std::string text = fmt::format("{}{}, tenant {}", replay::kAsIf, as_if.text, question.tenant);
  if (!figures.from.empty()) text += ", from " + figures.from;
  if (!figures.to.empty()) text += ", to " + figures.to;
  text += " " + figures.time_zone;
  if (!figures.by.empty()) text += fmt::format(", by {}", fmt::join(figures.by, ","));
  for (const std::string& one : figures.where) text += ", where " + one;
  return text;
}

// By month; where no begin or end is given, whole months around what the rows are of.
base::Result<query::v1::QueryRequest> RequestOf(
    const QueryArguments& given,
    const std::function<base::Result<std::pair<int64_t, int64_t>>()>& range_of) {
  QueryArguments arguments = given;
  arguments.grain = "month";
  arguments.limit = query::kMostRows;
  if (arguments.from.empty() || arguments.to.empty()) {
    const auto zone = query::Zone::Find(arguments.time_zone);
    if (!zone) return tl::unexpected(zone.error());
    const auto range = range_of();
    if (!range) return tl::unexpected(range.error());
    const auto month_of = [&](int64_t micros) { return zone->Format(micros).substr(0, 7) + "-01"; };
    if (arguments.from.empty()) arguments.from = month_of(range->first);
    if (arguments.to.empty()) {
      const auto last = query::ParseCivil("--to", month_of(range->second));
      if (!last) return tl::unexpected(last.error());
      arguments.to = month_of(zone->ToInstant(query::AddMonths(*last, 1)));
    }
  }
  return ToRequest(arguments, 0);
}

// What is asked, once it is known to be right.
struct Asked {
  const Catalogue& as_it_is;
  const Catalogue& as_if;
  const query::Mark& mark;
  const query::BothPlans& plans;
  const query::Caller& caller;
  const query::Running& running;
};

// Makes the tables, asks both ways and keeps the figures.
base::Result<query::BothAnswers> Fill(const Asked& asked, query::StandIns& stand_ins,
                                      const replay::AsIfVersion& version,
                                      clickhouse::Store& store) {
  auto made = stand_ins.Make([&](std::string_view id) { return version.TableOf(id); });
  if (!made) return tl::unexpected(made.error());
  query::Mark mark_as_if = asked.mark;
  mark_as_if.stand_ins = *std::move(made);
  query::Identities identities(store);
  auto answers = query::AskBothWays(
      {asked.as_it_is, asked.as_if, asked.mark, mark_as_if, store, identities, asked.caller},
      asked.plans);
  if (!answers) return answers;
  auto stored = query::StoreFigures(answers->figures, asked.mark, version.TableOf(kFigures), store,
                                    asked.running);
  if (!stored) return tl::unexpected(stored.error());
  return answers;
}

base::Error GivenUp(replay::AsIfVersion& version, const base::Error& error) {
  if (const auto given_up = version.GiveUp(); !given_up) {
    base::LogWarning("tables not dropped yet: the same command, or --cancel, drops them",
                     {{"version", version.name().ToString()}, {"error", given_up.error().message}});
  }
  return error;
}

}  // namespace

base::Result<AsIfOutcome> RunAsIf(const AsIfQuestion& question, const AsIfTools& tools,
                                  const std::stop_token& stop) {
  const auto as_if = query::ParseAsIf(question.as_if, base::ReadWhole);
  if (!as_if) return tl::unexpected(as_if.error());
  const auto metrics = MetricsAsked(tools.catalogue, *as_if, question.projection);
  if (!metrics) return tl::unexpected(metrics.error());
  const auto changed = WithMetric(tools.catalogue, *as_if);
  if (!changed) return tl::unexpected(changed.error());
  if (auto reads = CheckReads(*changed, *as_if, *metrics, question.projection); !reads) {
    return tl::unexpected(reads.error());
  }
  const query::Caller caller{question.tenant, std::chrono::steady_clock::now() + kLongest, stop};
  const query::Running running{"as-if-" + base::RandomUuid().ToString(), caller.until, stop};
  const auto mark = query::MarkResolver(tools.store).Resolve({}, running);
  if (!mark) return tl::unexpected(mark.error());
  query::StandIns stand_ins(*as_if, tools.catalogue, *mark, question.tenant, tools.store, running);
  if (auto chosen = stand_ins.Choose(); !chosen) return tl::unexpected(chosen.error());
  const auto range_of = [&]() -> base::Result<std::pair<int64_t, int64_t>> {
    const auto range = query::RangeOf(question.projection, tools.catalogue, *mark, question.tenant,
                                      tools.store, running);
    if (!range) return tl::unexpected(range.error());
    if (*range) return **range;
    return Fail(Code::kNotFound, "{}: tenant {} has no row of it at mark {}", question.projection,
                question.tenant, mark->id);
  };
  const auto request = RequestOf(question.figures, range_of);
  if (!request) return tl::unexpected(request.error());
  const auto plans = query::PlanBothWays(tools.catalogue, *changed, *request, *metrics);
  if (!plans) return tl::unexpected(plans.error());

  replay::Wanted wanted;
  wanted.projection = question.projection;
  wanted.version = question.version;
  wanted.as_if = TextOf(question, *as_if);
  std::vector<std::string> tables = query::StandInTables(*as_if);
  tables.emplace_back(kFigures);
  auto version = replay::AsIfVersion::Begin(tools.store, tools.clock, tools.projections, wanted,
                                            tools.folder, tables);
  if (!version) return tl::unexpected(version.error());
  auto answers = Fill({tools.catalogue, *changed, *mark, *plans, caller, running}, stand_ins,
                      *version, tools.store);
  if (!answers) return tl::unexpected(GivenUp(*version, answers.error()));
  if (auto ended = version->End(); !ended) return tl::unexpected(ended.error());
  return AsIfOutcome{version->name(), version->tables(),    as_if->text,        question.tenant,
                     *mark,           request->time_zone(), *std::move(answers)};
}

}  // namespace clientele::app
