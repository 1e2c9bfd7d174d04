#include <fmt/format.h>

#include <iterator>

#include "app/simulate/truth_report.h"
#include "base/entity.h"
#include "base/log.h"
#include "clientele/event/v1/quality_facts.pb.h"

namespace clientele::app::simulate {
namespace {

using base::JsonString;

void AppendService(const ServiceTruth& truth, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "\"offered\":{},\"answered\":{},\"abandoned\":{},\"short_abandoned\":{},"
                 "\"flowed_out\":{},\"blocked\":{},\"answered_in_20s\":{},\"wait_ms\":{},"
                 "\"talk_ms\":{},\"hold_ms\":{},\"wrap_ms\":{}",
                 truth.offered, truth.answered, truth.abandoned, truth.short_abandoned,
                 truth.flowed_out, truth.blocked, truth.answered_in_20s, truth.wait_ms,
                 truth.talk_ms, truth.hold_ms, truth.wrap_ms);
}

void AppendOptions(const Options& options, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "\"options\":{{\"seed\":{},\"days\":{},\"customers\":{},\"scale\":{},"
                 "\"zone\":{},\"end\":{}}}",
                 options.seed, options.days, options.customers, options.scale,
                 JsonString(options.zone), JsonString(options.end));
}

void AppendSent(const SentTruth& sent, std::string& out) {
  fmt::format_to(std::back_inserter(out), "\"sent\":{{\"events\":{},\"by_kind\":{{", sent.all);
  bool first = true;
  for (uint32_t kind = 0; kind < SentTruth::kKinds; ++kind) {
    if (sent.by_kind[kind] == 0) continue;
    fmt::format_to(std::back_inserter(out), "{}\"{}\":{}", first ? "" : ",", base::KindName(kind),
                   sent.by_kind[kind]);
    first = false;
  }
  fmt::format_to(std::back_inserter(out),
                 "}},\"duplicates\":{},\"late\":{},\"corrections\":{},\"correctable\":{},"
                 "\"retractions\":{},\"mystery\":{}}}",
                 sent.duplicates, sent.late, sent.corrections, sent.correctable,
                 sent.by_kind[event::v1::Event::kRetractionFieldNumber], sent.mystery);
}

void AppendDays(const Truth& truth, std::string& out) {
  out += "\"days\":[";
  for (int day = 0; day < truth.timeline().days(); ++day) {
    const DayTruth& of_day = truth.days()[static_cast<size_t>(day)];
    fmt::format_to(std::back_inserter(out), "{}{{\"day\":\"{}\",", day == 0 ? "\n" : ",\n",
                   truth.timeline().Name(day));
    AppendService(of_day.calls, out);
    out += ",\"queues\":{";
    bool first = true;
    for (const auto& [queue, service] : of_day.by_queue) {
      out += (first ? "" : ",") + JsonString(queue) + ":{";
      AppendService(service, out);
      out += '}';
      first = false;
    }
    fmt::format_to(std::back_inserter(out),
                   "}},\"purchases\":{},\"revenue_minor\":{},\"returned_minor\":{}}}",
                   of_day.purchases, of_day.revenue_minor, of_day.returned_minor);
  }
  out += "\n]";
}

std::string TeamList(const Company& company, const std::vector<TeamIndex>& teams) {
  std::string list;
  for (const TeamIndex team : teams) {
    list += (list.empty() ? "" : ",") + JsonString(company.teams[team].id);
  }
  return "[" + list + "]";
}

// A story's day: it is one of the sample.
std::string DayName(const Timeline& timeline, int day) { return JsonString(timeline.Name(day)); }

void AppendChannels(const Simulation& simulation, std::string& out) {
  std::array<int, Customers::kAcquisitions> customers{};
  std::array<int, Customers::kAcquisitions> churned{};
  for (int i = 0; i < simulation.customers().count(); ++i) {
    const Customer& customer = simulation.customers().At(i);
    ++customers[customer.acquisition];
    if (customer.churned_day < simulation.timeline().days()) ++churned[customer.acquisition];
  }
  fmt::format_to(std::back_inserter(out), "\"loyal_channel\":{{\"channel\":{},\"channels\":[",
                 JsonString(simulation.company().stories.loyal_channel));
  for (size_t i = 0; i < customers.size(); ++i) {
    const Acquisition& acquisition = Customers::AcquisitionAt(i);
    fmt::format_to(std::back_inserter(out),
                   "{}{{\"channel\":{},\"campaign\":{},\"monthly_churn\":{},\"orders\":{},"
                   "\"customers\":{},\"churned\":{}}}",
                   i == 0 ? "" : ",", JsonString(acquisition.name),
                   JsonString(acquisition.campaign), acquisition.monthly_churn, acquisition.orders,
                   customers[i], churned[i]);
  }
  out += "]},\n";
}

void AppendGraders(const Company& company, std::string& out) {
  out += "\"graders\":[";
  for (size_t i = 0; i < company.graders.size(); ++i) {
    const Grader& grader = company.graders[i];
    fmt::format_to(std::back_inserter(out), "{}{{\"id\":{},\"unit\":\"{}\",\"severity_logit\":{}}}",
                   i == 0 ? "" : ",", JsonString(grader.id),
                   event::v1::Score::EvaluatorUnit_Name(
                       static_cast<event::v1::Score::EvaluatorUnit>(grader.unit)),
                   grader.severity);
  }
  const Stories& stories = company.stories;
  fmt::format_to(std::back_inserter(out),
                 "],\n\"favourite\":{{\"grader\":{},\"employee\":{},\"effect_logit\":{}}},\n",
                 JsonString(company.graders[static_cast<size_t>(stories.favourite_grader)].id),
                 JsonString(company.Person(stories.favourite_employee).id), stories.favour);
}

void AppendStories(const Simulation& simulation, std::string& out) {
  const Company& company = simulation.company();
  const Stories& stories = company.stories;
  const Timeline& timeline = simulation.timeline();
  const auto add = std::back_inserter(out);
  fmt::format_to(add,
                 "\"stories\":{{\n\"coaching\":{{\"team\":{},\"from\":{},\"effect_logit\":{},"
                 "\"ramp_days\":21}},\n",
                 JsonString(company.teams[stories.coached_team].id),
                 DayName(timeline, stories.coaching_day), stories.coaching_effect);
  fmt::format_to(add, "\"mondays\":{{\"queue\":{},\"load_factor\":{}}},\n",
                 JsonString(company.queues[stories.monday_team].id), stories.monday_load);
  AppendChannels(simulation, out);
  fmt::format_to(add,
                 "\"initiative\":{{\"id\":{},\"from\":{},\"treated\":{},\"control\":{},"
                 "\"talk_effect_s\":{},\"satisfaction_effect\":{}}},\n",
                 JsonString(stories.initiative_id), DayName(timeline, stories.initiative_day),
                 TeamList(company, stories.treated), TeamList(company, stories.control),
                 stories.talk_effect_s, stories.satisfaction_effect);
  AppendGraders(company, out);
  fmt::format_to(add,
                 "\"hand_over\":{{\"warm_from\":{},\"relay_hold_s\":{},"
                 "\"relay_satisfaction_effect\":{}}},\n",
                 DayName(timeline, stories.warm_day), stories.relay_hold_s,
                 stories.relay_satisfaction);
  const Disorder disorder = Teller::disorder();
  fmt::format_to(add,
                 "\"disorder\":{{\"duplicates\":{},\"late\":{},\"corrected\":{},"
                 "\"retracted\":{}}},\n",
                 disorder.duplicates, disorder.late, disorder.corrected, disorder.retracted);
  fmt::format_to(add, "\"wrong_merges\":{{\"linked\":{},\"unlinked\":{}}}\n}}",
                 simulation.planted().wrong_merges, simulation.planted().unlinked);
}

}  // namespace

std::string TruthJson(const Simulation& simulation) {
  std::string out = "{";
  AppendOptions(simulation.options(), out);
  out += ",\n";
  AppendSent(simulation.truth().sent(), out);
  out += ",\n";
  AppendDays(simulation.truth(), out);
  out += ",\n";
  AppendStories(simulation, out);
  out += "}\n";
  return out;
}

}  // namespace clientele::app::simulate
