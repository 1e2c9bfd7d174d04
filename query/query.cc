#include "query/query.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "base/uuid.h"
#include "query/answer.h"
#include "query/applicable.h"
#include "query/company_calendars.h"
#include "query/compare.h"
#include "query/customers.h"
#include "query/plan.h"
#include "query/plan_attainment.h"
#include "query/render.h"
#include "query/rows_query.h"
#include "query/small_n.h"
#include "query/targets.h"
#include "query/top.h"

namespace clientele::query {
namespace {

MarkWanted WantedMark(const v1::QueryRequest& request) {
  MarkWanted wanted;
  if (request.has_mark_id()) wanted.id = request.mark_id();
  if (request.has_known_at()) wanted.known_at = request.known_at();
  return wanted;
}

// What an answer is computed with.
struct Asking {
  clickhouse::Store& store;
  const Mark& mark;
  const Caller& caller;
  const Running& running;
  Identity identity;     // if the plans use customers
  OpenHours open_hours;  // if they use business hours
  Targets targets;       // if they are wanted beside the figures
};

// The plan's statements: every block goes to `take` with the number of its scan, what it cost to
// the meta. `part` is in the ids of the statements. Of a range that is empty, as nothing of it has
// elapsed, there is nothing but what is known ahead.
base::Status RunScans(const Plan& plan, const Asking& asking, std::string_view part,
                      const std::function<base::Status(size_t, const clickhouse::Block&)>& take,
                      v1::Meta& meta) {
  for (size_t i = 0; i < plan.scans.size(); ++i) {
    if (plan.from == plan.to && plan.scans[i].span == nullptr) continue;
    auto rendered = Render(plan, plan.scans[i], asking.caller.tenant, asking.mark,
                           asking.identity.map, asking.open_hours);
    if (!rendered) return tl::unexpected(rendered.error());
    const auto summary =
        asking.store.Select(asking.running.Make(rendered->sql, std::move(rendered->parameters),
                                                fmt::format("{}-{}", part, i)),
                            [&](const clickhouse::Block& block) { return take(i, block); });
    if (!summary) return tl::unexpected(asking.running.Translate(summary.error()));
    meta.set_rows_read(meta.rows_read() + summary->rows_read);
    meta.set_elapsed_ms(meta.elapsed_ms() + summary->elapsed_ms);
  }
  return {};
}

// With the earlier range's figures beside the plan's, if it has one, and with targets if they are
// wanted. Of the meta: columns, the earlier range, cost and warnings.
base::Result<v1::QueryResponse> RunPlan(const Plan& plan, const Asking& asking,
                                        const std::string& part) {
  std::optional<Plan> earlier;
  if (plan.earlier) earlier = EarlierPlan(plan, asking.mark.known_at);
  Answer answer(plan, earlier ? &*earlier : nullptr);
  v1::QueryResponse response;
  v1::Meta& meta = *response.mutable_meta();
  auto done = RunScans(
      plan, asking, part, [&](size_t scan, const auto& block) { return answer.Take(scan, block); },
      meta);
  if (done && earlier) {
    done = RunScans(
        *earlier, asking, part + "-earlier",
        [&](size_t scan, const auto& block) { return answer.TakeEarlier(scan, block); }, meta);
  }
  if (!done) return tl::unexpected(done.error());
  if (auto written = answer.Write(asking.mark, response); !written) {
    return tl::unexpected(asking.running.Translate(written.error()));
  }
  if (plan.plan_attainment) SetPlanAttainment(plan, asking.targets, response);
  for (const std::string& warning : plan.warnings) meta.add_warnings(warning);
  return response;
}

// What the parts of a joined answer cost goes to the whole, and its columns and earlier range are
// those of a part.
void JoinMeta(const v1::Meta& part, v1::Meta& whole) {
  *whole.mutable_columns() = part.columns();
  whole.set_compared_from(part.compared_from());
  whole.set_compared_to(part.compared_to());
  whole.set_rows_read(whole.rows_read() + part.rows_read());
  whole.set_elapsed_ms(whole.elapsed_ms() + part.elapsed_ms());
  for (const std::string& warning : part.warnings()) {
    if (std::ranges::find(whole.warnings(), warning) == whole.warnings().end()) {
      whole.add_warnings(warning);
    }
  }
}

base::Result<v1::QueryResponse> RunTop(const Catalogue& catalogue, const v1::QueryRequest& request,
                                       const Plan& ranking, const Asking& asking) {
  auto ranks = RunPlan(ranking, asking, "ranks");
  if (!ranks) return ranks;
  HideRemainders(ranking, *ranks);
  const auto top = TopGroups(request, ranking, *ranks);
  const auto plans = MakeTopPlans(catalogue, request, top, static_cast<size_t>(ranks->rows_size()));
  if (!plans) return tl::unexpected(plans.error());
  base::Result<v1::QueryResponse> groups;
  base::Result<v1::QueryResponse> other;
  if (plans->groups) groups = RunPlan(*plans->groups, asking, "figures");
  if (!groups) return groups;
  if (plans->other) other = RunPlan(*plans->other, asking, "other");
  if (!other) return other;
  if (static_cast<size_t>(ranks->rows_size()) == top.size() && !AnyEarlier(*other)) {
    other->clear_rows();
  }
  const auto total = RunPlan(plans->total, asking, "total");
  if (!total) return total;
  v1::QueryResponse response = JoinTop(top, *groups, *other, *total);
  HideRemainders(ranking, response);
  for (const v1::Meta* part : {&ranks->meta(), &groups->meta(), &other->meta(), &total->meta()}) {
    JoinMeta(*part, *response.mutable_meta());
  }
  return response;
}

base::Result<Plan> FirstPlan(const Catalogue& catalogue, const v1::QueryRequest& request) {
  return request.has_top() ? MakeRankingPlan(catalogue, request) : MakePlan(catalogue, request);
}

Running RunningOf(const Caller& caller) {
  return {"query-" + base::RandomUuid().ToString(), caller.until, caller.cancel};
}

// What the metric counts in the whole range, by the request's filter; none if it lacks a dimension
// that is filtered by.
base::Result<std::optional<int64_t>> CountOf(const Catalogue& catalogue, const std::string& metric,
                                             const v1::QueryRequest& request, const Asking& asking,
                                             v1::Meta& meta) {
  v1::QueryRequest question;
  question.add_metrics(metric);
  question.set_from(request.from());
  question.set_to(request.to());
  question.set_time_zone(request.time_zone());
  *question.mutable_filters() = request.filters();
  if (request.has_where()) *question.mutable_where() = request.where();
  const auto plan = MakePlan(catalogue, question);
  if (!plan) return std::nullopt;
  const auto answer = RunPlan(*plan, asking, "left-out-" + metric);
  if (!answer) return tl::unexpected(answer.error());
  meta.set_rows_read(meta.rows_read() + answer->meta().rows_read());
  meta.set_elapsed_ms(meta.elapsed_ms() + answer->meta().elapsed_ms());
  return answer->rows(0).figures(0).n();
}

// Warns of what metrics leave out.
base::Status NoteLeftOut(const Catalogue& catalogue, const v1::QueryRequest& request,
                         const Asking& asking, v1::Meta& meta) {
  std::map<std::string, std::optional<int64_t>> counts;  // by the metric that counts
  std::set<std::string> noted;
  for (const v1::Column& column : meta.columns()) {
    const Metric& metric = *catalogue.FindMetric(column.metric());
    const std::string& counting = metric.left_out;
    if (counting.empty() || !noted.insert(metric.id).second) continue;
    if (!counts.contains(counting)) {
      const auto count = CountOf(catalogue, counting, request, asking, meta);
      if (!count) return tl::unexpected(count.error());
      counts[counting] = *count;
    }
    if (counts[counting].value_or(0) == 0) continue;
    meta.add_warnings(fmt::format("{} leaves out {} of {} ({})", metric.id, *counts[counting],
                                  counting, catalogue.FindMetric(counting)->title.en));
  }
  return {};
}

base::Result<v1::QueryResponse> RunPlanned(const Catalogue& catalogue, Identities& identities,
                                           const v1::QueryRequest& request, const Plan& plan,
                                           Asking asking) {
  if (std::ranges::any_of(plan.scans, UsesCustomers)) {
    auto identity = identities.At(asking.caller.tenant, asking.mark, asking.running);
    if (!identity) return tl::unexpected(identity.error());
    asking.identity = *std::move(identity);
  }
  if (std::ranges::any_of(plan.scans,
                          [](const Scan& scan) { return UsesOpenHours(*scan.table); })) {
    auto open_hours = OpenHoursAt(asking.store, asking.caller.tenant, asking.mark, asking.running);
    if (!open_hours) return tl::unexpected(open_hours.error());
    asking.open_hours = *std::move(open_hours);
  }
  if (request.plan_attainment()) {
    auto targets =
        ReadTargets(asking.store, plan, asking.caller.tenant, asking.mark, asking.running);
    if (!targets) return tl::unexpected(targets.error());
    asking.targets = *std::move(targets);
  }
  auto response = request.has_top() ? RunTop(catalogue, request, plan, asking)
                                    : RunPlan(plan, asking, "figures");
  if (!response) return response;
  if (!request.has_top()) {
    HideRemainders(plan, *response);
    LeaveOutHidden(plan, *response);
  }
  v1::Meta& meta = *response->mutable_meta();
  auto noted = SetNotApplicable(catalogue, asking.store, asking.caller.tenant, asking.mark,
                                asking.running, *response);
  if (noted) noted = NoteLeftOut(catalogue, request, asking, meta);
  if (!noted) return tl::unexpected(noted.error());
  meta.set_mark_id(static_cast<int64_t>(asking.mark.id));
  meta.set_known_at(asking.mark.known_at);
  meta.set_query_id(asking.running.query_id);
  meta.set_time_zone(plan.zone.name());
  for (const std::string& warning : asking.identity.Warnings()) meta.add_warnings(warning);
  return response;
}

}  // namespace

base::Result<v1::QueryResponse> RunQuery(const Catalogue& catalogue, clickhouse::Store& store,
                                         Identities& identities, const v1::QueryRequest& request,
                                         const Caller& caller) {
  const auto plan = FirstPlan(catalogue, request);
  if (!plan) return tl::unexpected(plan.error());
  const Running running = RunningOf(caller);
  const MarkResolver marks(store);
  const auto mark = marks.Resolve(WantedMark(request), running);
  if (!mark) return tl::unexpected(mark.error());
  auto response = RunPlanned(catalogue, identities, request, *plan,
                             {store, *mark, caller, running, {}, {}, {}});
  if (!response && response.error().code == base::Code::kFailedPrecondition) {
    // Between two of its statements queries may have been switched, and the version that it reads
    // dropped. The one that is read now holds for the same mark.
    const auto again =
        marks.Resolve({.id = static_cast<int64_t>(mark->id), .known_at = {}}, running);
    if (again && again->versions != mark->versions) {
      response = RunPlanned(catalogue, identities, request, *plan,
                            {store, *again, caller, running, {}, {}, {}});
    }
  }
  if (response && request.known_at() != 0 && mark->newest && request.known_at() > mark->known_at) {
    response->mutable_meta()->add_warnings(
        "known_at lies after the newest mark: a later mark may still fall before it; ask by "
        "mark_id for an answer that stays");
  }
  return response;
}

base::Result<v1::QueryResponse> RunQueryAt(const Mark& mark, const Catalogue& catalogue,
                                           clickhouse::Store& store, Identities& identities,
                                           const v1::QueryRequest& request, const Caller& caller) {
  const auto plan = FirstPlan(catalogue, request);
  if (!plan) return tl::unexpected(plan.error());
  const Running running = RunningOf(caller);
  return RunPlanned(catalogue, identities, request, *plan,
                    {store, mark, caller, running, {}, {}, {}});
}

}  // namespace clientele::query
