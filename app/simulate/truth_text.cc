#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "app/simulate/truth_report.h"
#include "base/entity.h"

namespace clientele::app::simulate {
namespace {

constexpr int kLastDays = 7;

double Share(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

double ServiceLevel(const ServiceTruth& truth) {
  return Share(truth.answered_in_20s, truth.answered + truth.abandoned - truth.short_abandoned);
}

double HandleSeconds(const ServiceTruth& truth) {
  const int64_t sum = truth.talk_ms + truth.hold_ms + truth.wrap_ms;
  return truth.answered == 0
             ? 0
             : static_cast<double>(sum) / 1'000.0 / static_cast<double>(truth.answered);
}

void AppendService(std::string_view name, const ServiceTruth& truth, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "  {:<24}{:>9}{:>9}{:>9}{:>8}{:>11.1f} %{:>10.1f} %{:>9.1f} s\n", name,
                 truth.offered, truth.answered, truth.abandoned, truth.blocked, ServiceLevel(truth),
                 Share(truth.abandoned, truth.offered), HandleSeconds(truth));
}

void AppendCalls(const Simulation& simulation, std::string& out) {
  const Truth& truth = simulation.truth();
  const Stories& stories = simulation.company().stories;
  const std::string& short_queue = simulation.company().queues[stories.monday_team].id;
  ServiceTruth all;
  ServiceTruth mondays;
  std::map<std::string, ServiceTruth> queues;
  for (int day = 0; day < truth.timeline().days(); ++day) {
    const DayTruth& of_day = truth.days()[static_cast<size_t>(day)];
    all.Add(of_day.calls);
    for (const auto& [queue, service] : of_day.by_queue) {
      queues[queue].Add(service);
      if (queue == short_queue && truth.timeline().Weekday(day) == 1) mondays.Add(service);
    }
  }
  fmt::format_to(std::back_inserter(out), "{:<26}{:>9}{:>9}{:>9}{:>8}{:>13}{:>12}{:>11}\n",
                 "Calls (inbound, real)", "offered", "answered", "abandon.", "blocked",
                 "service lvl", "abandoned", "handle");
  AppendService("all days", all, out);
  for (const auto& [queue, service] : queues) AppendService(queue, service, out);
  AppendService(short_queue + " on Mondays", mondays, out);
  for (int day = std::max(0, truth.timeline().days() - kLastDays); day < truth.timeline().days();
       ++day) {
    AppendService(truth.timeline().Name(day), truth.days()[static_cast<size_t>(day)].calls, out);
  }
}

void AppendSentLines(const SentTruth& sent, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "Events: {}, of them {} duplicates, {} late by days, {} corrections (of {} facts "
                 "that can be corrected), {} retractions\n ",
                 sent.all, sent.duplicates, sent.late, sent.corrections, sent.correctable,
                 sent.by_kind[event::v1::Event::kRetractionFieldNumber]);
  for (uint32_t kind = 0; kind < SentTruth::kKinds; ++kind) {
    if (sent.by_kind[kind] == 0) continue;
    fmt::format_to(std::back_inserter(out), " {} {}", base::KindName(kind), sent.by_kind[kind]);
  }
  out += '\n';
}

void AppendStoriesLines(const Simulation& simulation, std::string& out) {
  const Company& company = simulation.company();
  const Stories& stories = company.stories;
  const Timeline& timeline = simulation.timeline();
  const auto add = std::back_inserter(out);
  fmt::format_to(add, "Planted\n");
  fmt::format_to(add, "  coaching      {} from {}: {} on the logit of a failed criterion\n",
                 company.teams[stories.coached_team].id, timeline.Name(stories.coaching_day),
                 stories.coaching_effect);
  fmt::format_to(add, "  Mondays       {}: {} times the calls, fewer people\n",
                 company.queues[stories.monday_team].id, stories.monday_load);
  fmt::format_to(add, "  loyal channel {}: monthly churn", stories.loyal_channel);
  for (size_t i = 0; i < Customers::kAcquisitions; ++i) {
    const Acquisition& acquisition = Customers::AcquisitionAt(i);
    fmt::format_to(add, " {} {:.1f} %", acquisition.name, 100 * acquisition.monthly_churn);
  }
  fmt::format_to(add,
                 "\n  initiative    {} from {}: talk {} s a leg, satisfied {:+.0f} points, in "
                 "3 treated teams\n",
                 stories.initiative_id, timeline.Name(stories.initiative_day),
                 stories.talk_effect_s, 100 * stories.satisfaction_effect);
  fmt::format_to(add, "  graders       severity");
  for (const Grader& grader : company.graders) {
    fmt::format_to(add, " {} {:+}", grader.id, grader.severity);
  }
  fmt::format_to(add, "\n  favourite     {} spares {}: {} on the same logit\n",
                 company.graders[static_cast<size_t>(stories.favourite_grader)].id,
                 company.Person(stories.favourite_employee).id, stories.favour);
  fmt::format_to(
      add, "  hand-overs    WARM from {}; RELAY before: {} s on hold, satisfied {:.0f} points\n",
      timeline.Name(stories.warm_day), stories.relay_hold_s, 100 * stories.relay_satisfaction);
  fmt::format_to(
      add, "  mystery       {} calls, visits and purchases by a shopper: in no customer figure\n",
      simulation.truth().sent().mystery);
  fmt::format_to(add, "  wrong merges  {}, {} of them undone\n", simulation.planted().wrong_merges,
                 simulation.planted().unlinked);
}

}  // namespace

std::string TruthText(const Simulation& simulation) {
  const Options& options = simulation.options();
  std::string out =
      fmt::format("The sample company: {} customers, {} employees, {} days to {} ({}), seed {}\n",
                  options.customers, simulation.company().employees.size(), options.days,
                  options.end, options.zone, options.seed);
  AppendSentLines(simulation.truth().sent(), out);
  AppendCalls(simulation, out);
  AppendStoriesLines(simulation, out);
  return out;
}

}  // namespace clientele::app::simulate
