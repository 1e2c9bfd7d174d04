#include "query/query.h"

#include "base/uuid.h"
#include "query/answer.h"
#include "query/mark.h"
#include "query/plan.h"
#include "query/render.h"

namespace clientele::query {
namespace {

MarkWanted WantedMark(const v1::QueryRequest& request) {
  MarkWanted wanted;
  if (request.has_mark_id()) wanted.id = request.mark_id();
  if (request.has_known_at()) wanted.known_at = request.known_at();
  return wanted;
}

struct Cost {
  uint64_t rows_read = 0;
  double elapsed_ms = 0;
};

base::Result<Cost> RunScans(const Plan& plan, clickhouse::Store& store, const Mark& mark,
                            const Caller& caller, const Running& running, Answer& answer) {
  Cost cost;
  for (size_t i = 0; i < plan.scans.size(); ++i) {
    auto rendered = Render(plan, plan.scans[i], caller.tenant, mark);
    if (!rendered) return tl::unexpected(rendered.error());
    const auto summary = store.Select(
        running.Make(rendered->sql, std::move(rendered->parameters), fmt::format("figures-{}", i)),
        [&](const clickhouse::Block& block) { return answer.Take(i, block); });
    if (!summary) return tl::unexpected(running.Translate(summary.error()));
    cost.rows_read += summary->rows_read;
    cost.elapsed_ms += summary->elapsed_ms;
  }
  return cost;
}

}  // namespace

base::Result<v1::QueryResponse> RunQuery(const Catalogue& catalogue, clickhouse::Store& store,
                                         const v1::QueryRequest& request, const Caller& caller) {
  const auto plan = MakePlan(catalogue, request);
  if (!plan) return tl::unexpected(plan.error());
  const Running running{"query-" + base::RandomUuid().ToString(), caller.until, caller.cancel};
  const auto mark = MarkResolver(store).Resolve(WantedMark(request), running);
  if (!mark) return tl::unexpected(mark.error());
  Answer answer(*plan);
  const auto cost = RunScans(*plan, store, *mark, caller, running, answer);
  if (!cost) return tl::unexpected(cost.error());
  v1::QueryResponse response;
  if (auto written = answer.Write(*mark, response); !written) {
    return tl::unexpected(running.Translate(written.error()));
  }
  v1::Meta& meta = *response.mutable_meta();
  meta.set_mark_id(static_cast<int64_t>(mark->id));
  meta.set_known_at(mark->known_at);
  meta.set_rows_read(cost->rows_read);
  meta.set_elapsed_ms(cost->elapsed_ms);
  meta.set_query_id(running.query_id);
  meta.set_time_zone(plan->zone.name());
  for (const std::string& warning : plan->warnings) meta.add_warnings(warning);
  if (request.known_at() != 0 && mark->newest && request.known_at() > mark->known_at) {
    meta.add_warnings(
        "known_at lies after the newest mark: a later mark may still fall before it; ask by "
        "mark_id for an answer that stays");
  }
  return response;
}

}  // namespace clientele::query
