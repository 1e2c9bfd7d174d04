#include "app/simulate/voice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace clientele::app::simulate {
namespace {

using event::v1::Channel;
using event::v1::Event;
using event::v1::Identifier;
using event::v1::Survey;

constexpr double kLeavesInBetween = 0.05;
constexpr double kAskedAfterCall = 0.075;
constexpr double kAskedAfterMessages = 0.2;
constexpr int kRelationEveryDays = 120;
constexpr double kBaseSatisfied = 0.76;
constexpr double kUnresolved = -0.22;
constexpr double kLongWait = -0.07;
constexpr double kLongWaitS = 60;

void Ask(Survey& survey, const char* survey_id, const char* question, Survey::Scale scale) {
  survey.Clear();
  survey.set_survey_id(survey_id);
  survey.set_question_id(question);
  survey.set_scale(scale);
}

}  // namespace

void Voice::Tell(int day) {
  Random random(world_.options.seed, "voice", static_cast<uint64_t>(day));
  for (const Contact& contact : world_.contacts) {
    const bool call = contact.kind == event::v1::Subject::CALL;
    if (random.Chance(call ? kAskedAfterCall : kAskedAfterMessages)) {
      TellAfterContact(day, contact, random);
    }
  }
  for (const int customer : world_.customers.active()) {
    if (customer % kRelationEveryDays == day % kRelationEveryDays) {
      TellRelation(day, customer, random);
    }
  }
}

Voice::Response Voice::Plan(int customer, int64_t sent_at, double answers, Random& random) {
  Response response;
  response.id = fmt::format("r-{}", ++next_response_);
  response.customer = customer;
  response.sent_at = sent_at;
  if (random.Chance(0.04)) {
    response.bounced_at = sent_at + 20 * kSecond;
    return response;
  }
  response.delivered_at = sent_at + static_cast<int64_t>(2 + random.Below(60)) * kSecond;
  if (random.Chance(answers)) {
    response.started_at =
        response.delivered_at + static_cast<int64_t>(random.LogNormal(1'800, 1.3)) * kSecond;
    response.completed_at =
        response.started_at + static_cast<int64_t>(10 + random.Below(110)) * kSecond;
  } else if (random.Chance(0.5)) {
    response.expired_at = sent_at + 7 * kDay;
  } else if (random.Chance(kLeavesInBetween)) {
    response.started_at = response.delivered_at + kHour;
    response.partial_at = response.started_at + kMinute;
  }
  return response;
}

void Voice::TellSteps(const Response& response, const Survey& asked) {
  Survey told = asked;
  told.clear_answer();
  told.clear_expectation();
  told.clear_perception();
  told.clear_comment();
  told.set_response_id(response.id);
  told.set_channel(response.by_mail ? Channel::EMAIL : Channel::SMS);
  uint32_t revision = 0;
  const auto tell = [&](int64_t known_at) {
    EventHandle event = world_.teller.Draft("survey", response.sent_at);
    if (response.by_mail) {
      Identify(*event, Identifier::EMAIL, Customers::Mail(response.customer));
    } else {
      Identify(*event, Identifier::PHONE, Customers::Phone(response.customer));
    }
    event->set_revision(revision++);
    *event->mutable_survey() = told;
    world_.teller.Tell(std::move(event), known_at);
  };
  told.set_sent_at(response.sent_at);
  if (asked.not_asked()) {
    if (response.completed_at != 0) tell(response.completed_at + kSecond);
    return;
  }
  tell(response.sent_at + kSecond);
  told.set_bounced_at(response.bounced_at);
  told.set_delivered_at(response.delivered_at);
  tell(std::max(response.bounced_at, response.delivered_at) + kSecond);
  if (response.completed_at != 0) {
    Survey answered = asked;
    answered.MergeFrom(told);
    answered.set_started_at(response.started_at);
    answered.set_completed_at(response.completed_at);
    told = std::move(answered);
    tell(response.completed_at + kSecond);
  } else if (response.partial_at != 0) {
    told.set_started_at(response.started_at);
    told.set_partial_at(response.partial_at);
    tell(response.partial_at + kSecond);
  } else if (response.expired_at != 0) {
    told.set_expired_at(response.expired_at);
    tell(response.expired_at + kSecond);
  }
}

// The chance of 4 or 5 of 5: what the initiative and the hand-overs change is added to it.
double Voice::Satisfied(int day, const Contact& contact) const {
  const Company& company = world_.company;
  double chance = kBaseSatisfied + company.Person(contact.employee).charm;
  if (!contact.resolved) chance += kUnresolved;
  if (contact.kind == event::v1::Subject::CALL && contact.wait_s > kLongWaitS) chance += kLongWait;
  if (contact.handed_over == HandedOver::kRelay) chance += company.stories.relay_satisfaction;
  if (company.Treated(contact.team, day)) chance += company.stories.satisfaction_effect;
  return chance;
}

void Voice::TellAfterContact(int day, const Contact& contact, Random& random) {
  const Employee& person = world_.company.Person(contact.employee);
  Response response = Plan(contact.customer, contact.ended_at + 5 * kMinute, 0.3, random);
  const double satisfied = Satisfied(day, contact);
  Survey asked;
  const auto about = [&] {
    asked.mutable_subject()->set_kind(contact.kind);
    asked.mutable_subject()->set_entity_id(contact.entity_id);
    asked.set_employee_id(person.id);
    asked.set_team_id(world_.company.teams[contact.team].id);
  };
  Ask(asked, "after-contact", "satisfied", Survey::CSAT_5);
  about();
  asked.set_importance(0.6);
  const bool good = random.Chance(satisfied);
  asked.set_answer(good ? (random.Chance(0.62) ? 5 : 4) : static_cast<double>(1 + random.Below(3)));
  if (random.Chance(0.12)) {
    asked.mutable_comment()->set_clear(good ? "Спасибо, всё понятно объяснили."
                                            : "Вопрос так и не решили.");
  }
  TellSteps(response, asked);
  if (random.Chance(0.3)) {
    Ask(asked, "after-contact", "effort", Survey::CES_7);
    about();
    asked.set_importance(0.4);
    asked.set_low_is_good(true);
    asked.set_answer(static_cast<double>(good ? 1 + random.Below(3) : 3 + random.Below(5)));
    TellSteps(response, asked);
  }
  if (contact.kind == event::v1::Subject::TOUCHPOINT) {
    Ask(asked, "after-contact", "smile", random.Chance(0.5) ? Survey::CSAT_3 : Survey::CSAT_2);
    about();
    const double top = asked.scale() == Survey::CSAT_3 ? 3 : 1;
    asked.set_answer(good ? top : top - 1);
    TellSteps(response, asked);
  }
}

void Voice::TellRelation(int day, int index, Random& random) {
  const Customer& customer = world_.customers.At(index);
  const Acquisition& acquisition = Customers::AcquisitionAt(customer.acquisition);
  const int64_t at =
      world_.timeline.Start(day) + 11 * kHour + static_cast<int64_t>(random.Below(7'200)) * kSecond;
  Response response = Plan(index, at, 0.24, random);
  response.by_mail = true;
  Survey asked;
  if (customer.business) {
    Ask(asked, "relation-business", "recommend_yes_no", Survey::NPS_BINARY);
    asked.set_answer(random.Chance(0.86) ? 1 : 0);
    TellSteps(response, asked);
    for (const char* const dimension : {"reliability", "responsiveness"}) {
      Ask(asked, "relation-business", dimension, Survey::SERVQUAL_7);
      asked.set_expectation(static_cast<double>(5 + random.Below(3)));
      asked.set_perception(static_cast<double>(4 + random.Below(4)));
      TellSteps(response, asked);
    }
    return;
  }
  // Those who come through the loyal channel recommend more.
  const bool loyal = acquisition.monthly_churn < 0.03;
  std::array<double, 11> weights{.02, .01, .02, .03, .03, .06, .07, .13, .19, .20, .24};
  if (loyal) weights[9] = weights[10] = 0.42;
  const auto answer = static_cast<double>(random.Pick(weights));
  Ask(asked, "relation", "recommend", Survey::NPS_11);
  asked.set_answer(answer);
  TellSteps(response, asked);
  Ask(asked, "relation", "what_was_wrong", Survey::RATING_N);
  asked.set_rating_max(10);
  asked.mutable_asked_if()->set_question_id("recommend");
  asked.mutable_asked_if()->set_condition("answer <= 6");
  if (answer <= 6) {
    asked.set_answer(static_cast<double>(1 + random.Below(6)));
    if (response.completed_at != 0) TellSteps(response, asked);
  } else {
    asked.set_not_asked(true);
    TellSteps(response, asked);
  }
}

}  // namespace clientele::app::simulate
