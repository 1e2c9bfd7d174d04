#include "app/simulate/quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace clientele::app::simulate {
namespace {

using event::v1::Event;
using event::v1::Score;
using event::v1::ScoreItem;
using event::v1::Subject;

constexpr double kSampledPerEmployee = 1.3;  // evaluations by people, a day at full load
constexpr double kByMachine = 0.04;          // of the contacts
constexpr double kMid = 0.15;                // of what is not failed, in part
constexpr double kNotApplicable = 0.05;
constexpr int kCoachingRampDays = 21;
constexpr int kRampUpDays = 45;       // of a newcomer
constexpr int kCalibrationDays = 14;  // between sessions
constexpr int kCalibrationCalls = 3;

constexpr std::array<Quality::Criterion, 8> kCriteria{
    {{"greeting", "Приветствие", 5, -2.6, false, false},
     {"needs", "Выяснил потребность", 20, -1.3, false, false},
     {"knowledge", "Знание продукта", 20, -1.7, false, true},
     {"solution", "Решение вопроса", 25, -1.6, false, true},
     {"courtesy", "Вежливость", 10, -2.8, false, false},
     {"hold_rules", "Правила удержания", 5, -1.9, false, false},
     {"records", "Запись в карточке", 15, -1.2, false, false},
     {"data_protection", "Защита данных", 0, -5.0, true, true}}};

double Logistic(double logit) { return 1 / (1 + std::exp(-logit)); }

}  // namespace

std::span<const Quality::Criterion> Quality::Criteria() { return kCriteria; }

void Quality::Tell(int day) {
  Random random(world_.options.seed, "quality", static_cast<uint64_t>(day));
  if (!world_.contacts.empty()) {
    TellSampled(day, random);
    TellByMachine(day, random);
    if (day % kCalibrationDays == 7) TellCalibration(day, random);
  }
  TellMystery(day, random);
}

double Quality::FailChance(int day, const Criterion& criterion,
                           const Evaluation& evaluation) const {
  const Stories& stories = world_.company.stories;
  const Employee& person = world_.company.Person(evaluation.employee);
  double logit = criterion.errors + person.errors;
  if (person.team == stories.coached_team && day >= stories.coaching_day) {
    const double ramp = static_cast<double>(day - stories.coaching_day) / kCoachingRampDays;
    logit += stories.coaching_effect * std::min(1.0, ramp);
  }
  if (person.hired_day > 0) {
    const double left = 1.0 - static_cast<double>(day - person.hired_day) / kRampUpDays;
    logit += std::max(0.0, left);
  }
  if (evaluation.grader != nullptr) logit += evaluation.grader->severity;
  if (evaluation.grader_index == stories.favourite_grader &&
      evaluation.employee == stories.favourite_employee) {
    logit += stories.favour;
  }
  return Logistic(logit);
}

EventHandle Quality::DraftScore(const Contact& contact, const Evaluation& evaluation) {
  const Employee& person = world_.company.Person(evaluation.employee);
  EventHandle event = world_.teller.Draft("qa", evaluation.at);
  Score& score = *event->mutable_score();
  score.set_evaluation_id(fmt::format("ev-{}", ++next_evaluation_));
  score.mutable_subject()->set_kind(contact.kind);
  score.mutable_subject()->set_entity_id(contact.entity_id);
  score.set_employee_id(person.id);
  score.set_team_id(world_.company.teams[person.team].id);
  score.set_by(evaluation.by);
  if (evaluation.grader != nullptr) {
    score.set_evaluator_id(evaluation.grader->id);
    score.set_evaluator_unit(static_cast<Score::EvaluatorUnit>(evaluation.grader->unit));
  }
  score.set_scorecard_id(std::string(kCallCard));
  const int second_from = SecondVersionDay(world_.timeline);
  score.set_scorecard_version(evaluation.at >= world_.timeline.Start(second_from) ? 2 : 1);
  score.set_submitted_at(evaluation.at);
  score.set_calibration_session_id(evaluation.session);
  if (evaluation.probability > 0) {
    score.mutable_sample()->set_plan_id(std::string(kSamplingPlan));
    score.mutable_sample()->set_inclusion_probability(std::min(1.0, evaluation.probability));
  }
  return event;
}

// `items_seed` is what everybody hears in the contact; what one makes of it differs by severity and
// now and then by chance.
void Quality::FillItems(int day, const Evaluation& evaluation, uint64_t items_seed, Score& score,
                        Random& random) {
  Random heard(items_seed, "heard");
  for (const Criterion& criterion : kCriteria) {
    const double level = heard.Uniform();
    const bool applies = !heard.Chance(criterion.fatal ? 0 : kNotApplicable);
    const double found = random.Chance(0.15) ? random.Uniform() : level;
    ScoreItem& item = *score.add_items();
    item.set_criterion_id(std::string(criterion.id));
    if (!applies) {
      item.set_not_applicable(true);
      continue;
    }
    const double fails = FailChance(day, criterion, evaluation);
    item.set_set_by_system(evaluation.by == Score::AUTO);
    if (found >= fails) {
      const bool mid = !criterion.fatal && found < fails + (1 - fails) * kMid;
      item.set_level(mid ? "mid" : "max");
      continue;
    }
    item.set_level("min");
    item.set_cause(random.Chance(0.6) ? ScoreItem::KNOWLEDGE : ScoreItem::WILL);
    if (evaluation.by == Score::HUMAN && random.Chance(0.1)) {
      item.mutable_comment()->set_clear("Не выполнено, разобрать с сотрудником.");
    }
  }
}

void Quality::TellSampled(int day, Random& random) {
  const Company& company = world_.company;
  std::vector<double> weights(company.graders.size());
  std::ranges::transform(company.graders, weights.begin(), &Grader::weight);
  const double wanted = kSampledPerEmployee * static_cast<double>(company.employees.size()) *
                        std::min(1.0, world_.options.Load());
  const int evaluations = std::max(1, random.Poisson(wanted));
  for (int i = 0; i < evaluations; ++i) {
    const Contact& contact = world_.contacts[random.Below(world_.contacts.size())];
    Evaluation evaluation;
    evaluation.employee = contact.employee;
    size_t grader = random.Pick(weights);
    // A lead evaluates the own team alone.
    if (grader < kTeams) grader = contact.team;
    evaluation.grader = &company.graders[grader];
    evaluation.grader_index = static_cast<int>(grader);
    constexpr std::array<double, 4> kHow{0.88, 0.05, 0.04, 0.03};
    constexpr std::array<Score::By, 4> kBy{Score::HUMAN, Score::CRM_AUDIT, Score::VIDEO,
                                           Score::SELF};
    evaluation.by = kBy[random.Pick(kHow)];
    evaluation.at = world_.timeline.Start(day) + kDay +
                    static_cast<int64_t>(random.Between(9.5, 17.5) * 3'600) * kSecond;
    evaluation.probability = wanted / static_cast<double>(world_.contacts.size());
    if (evaluation.by == Score::SELF) {
      EventHandle self = DraftScore(contact, evaluation);
      self->mutable_score()->set_evaluator_id(company.Person(contact.employee).id);
      self->mutable_score()->clear_evaluator_unit();
      FillItems(day, evaluation, random.Next(), *self->mutable_score(), random);
      TellScore(std::move(self), day, random);
      continue;
    }
    EventHandle event = DraftScore(contact, evaluation);
    event->mutable_score()->set_evaluation_ms(
        static_cast<int64_t>(1'000 * (120 + random.LogNormal(360, 0.4))));
    FillItems(day, evaluation, random.Next(), *event->mutable_score(), random);
    TellScore(std::move(event), day, random);
  }
}

void Quality::TellByMachine(int day, Random& random) {
  for (const Contact& contact : world_.contacts) {
    if (!random.Chance(kByMachine)) continue;
    Evaluation evaluation;
    evaluation.employee = contact.employee;
    evaluation.by = Score::AUTO;
    evaluation.at = contact.ended_at + kHour;
    EventHandle event = DraftScore(contact, evaluation);
    FillItems(day, evaluation, random.Next(), *event->mutable_score(), random);
    const int64_t known_at = evaluation.at + kMinute;
    world_.teller.Tell(std::move(event), known_at);
  }
}

// Everybody evaluates the same few contacts; it counts in nobody's score.
void Quality::TellCalibration(int day, Random& random) {
  for (int i = 0; i < kCalibrationCalls; ++i) {
    const Contact& contact = world_.contacts[random.Below(world_.contacts.size())];
    const uint64_t heard = random.Next();
    for (size_t grader = 0; grader < world_.company.graders.size(); ++grader) {
      Evaluation evaluation;
      evaluation.employee = contact.employee;
      evaluation.grader = &world_.company.graders[grader];
      evaluation.grader_index = static_cast<int>(grader);
      evaluation.at = world_.timeline.Start(day) + kDay + 15 * kHour +
                      static_cast<int64_t>(random.Below(1'800)) * kSecond;
      evaluation.session = fmt::format("cal-{}", world_.timeline.Name(day));
      EventHandle event = DraftScore(contact, evaluation);
      FillItems(day, evaluation, heard, *event->mutable_score(), random);
      world_.teller.Tell(std::move(event), evaluation.at + kMinute);
    }
  }
}

void Quality::TellScore(EventHandle event, int day, Random& random) {
  Event later = *event;
  Score& score = *later.mutable_score();
  int64_t at = score.submitted_at();
  world_.teller.Tell(std::move(event), at + kSecond);
  uint32_t revision = 0;
  const auto tell = [&] {
    EventHandle next = std::make_unique<Event>(later);
    next->set_revision(++revision);
    world_.teller.Tell(std::move(next), at + kSecond);
  };
  if (random.Chance(0.06)) {
    at += static_cast<int64_t>(random.Between(2, 40) * 3'600) * kSecond;
    score.set_disputed_at(at);
    tell();
    at += static_cast<int64_t>(random.Between(4, 60) * 3'600) * kSecond;
    score.set_decided_at(at);
    score.set_outcome(random.Chance(0.35) ? Score::OVERTURNED : Score::UPHELD);
    tell();
    return;
  }
  const Employee* person = nullptr;
  for (const Employee& candidate : world_.company.employees) {
    if (candidate.id == score.employee_id()) person = &candidate;
  }
  const Stories& stories = world_.company.stories;
  const bool coached = person != nullptr && person->team == stories.coached_team &&
                       day >= stories.coaching_day && day < stories.coaching_day + 14;
  if (!coached && !random.Chance(0.3)) return;
  at += static_cast<int64_t>(random.Between(1, 30) * 3'600) * kSecond;
  score.set_acknowledged_at(at);
  if (coached) {
    at += kHour;
    score.set_coached_at(at);
  }
  tell();
}

}  // namespace clientele::app::simulate
