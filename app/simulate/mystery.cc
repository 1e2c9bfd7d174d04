// The rest of Quality: the mystery shopper, who calls, visits, buys and takes it back. None of it
// counts in customer figures.
#include <fmt/format.h>

#include <array>

#include "app/simulate/quality.h"
#include "app/simulate/words.h"

namespace clientele::app::simulate {
namespace {

using event::v1::Call;
using event::v1::Channel;
using event::v1::Event;
using event::v1::Identifier;
using event::v1::Score;
using event::v1::Touchpoint;

constexpr double kCallsADay = 0.7;
constexpr double kVisitsADay = 0.3;
constexpr int kShoppers = 9'500'000;  // beyond every customer's number
constexpr const char* kShopper = "mystery-shopper-1";

}  // namespace

void Quality::TellMystery(int day, Random& random) {
  const double load = world_.options.Load() < 0.2 ? 0.2 : 1;
  const int weekday = world_.timeline.Weekday(day);
  const int calls = random.Poisson(kCallsADay * load);
  for (int i = 0; i < calls; ++i) {
    const auto team = static_cast<TeamIndex>(random.Below(kPhoneTeams));
    const auto people = world_.company.OnDuty(team, day, weekday, world_.options.Load());
    TellMysteryCall(day, people[random.Below(people.size())], random);
  }
  const int visits = day == 1 ? 1 : random.Poisson(kVisitsADay * load);
  for (int i = 0; i < visits; ++i) {
    const auto people = world_.company.OnDuty(kSales, day, weekday, world_.options.Load());
    TellMysteryVisit(day, people[random.Below(people.size())], random);
  }
}

void Quality::TellMysteryCall(int day, int employee, Random& random) {
  const Employee& person = world_.company.Person(employee);
  const Queue& queue = world_.company.queues[person.team];
  const int64_t at =
      world_.timeline.Start(day) + static_cast<int64_t>(random.Between(10, 18) * 3'600) * kSecond;
  EventHandle event = world_.teller.Draft("ats", at);
  event->set_purpose(Event::MYSTERY);
  Identify(*event, Identifier::PHONE,
           Customers::Phone(kShoppers + static_cast<int>(random.Below(5))));
  Call& call = *event->mutable_call();
  call.set_call_id(fmt::format("call-m{}", world_.teller.NextNumber()));
  call.set_direction(Call::INBOUND);
  call.set_dialled_number(queue.number);
  call.set_queue_id(queue.id);
  call.set_topic(random.Of(queue.topics));
  call.set_queued_at(at);
  call.set_answered_at(at + static_cast<int64_t>(3 + random.Below(20)) * kSecond);
  call.set_end(Call::ANSWERED);
  call.set_ended_by(Call::CUSTOMER);
  auto& leg = *call.add_legs();
  leg.set_employee_id(person.id);
  leg.set_team_id(world_.company.teams[person.team].id);
  leg.set_line(person.line);
  leg.set_started_at(call.answered_at());
  leg.set_answered_at(call.answered_at());
  leg.set_talk_ms(1'000 * (60 + static_cast<int64_t>(random.Below(200))));
  leg.set_ended_at(call.answered_at() + leg.talk_ms() * kMillisecond);
  call.set_ended_at(leg.ended_at());
  Contact contact;
  contact.entity_id = call.call_id();
  Evaluation evaluation;
  evaluation.employee = employee;
  evaluation.by = Score::MYSTERY_CALL;
  evaluation.at = call.ended_at() + kHour;
  EventHandle score = DraftScore(contact, evaluation);
  score->set_purpose(Event::MYSTERY);
  score->mutable_score()->set_evaluator_id(kShopper);
  score->mutable_score()->set_evaluator_unit(Score::OUTSOURCED);
  FillItems(day, evaluation, random.Next(), *score->mutable_score(), random);
  const int64_t known_at = call.ended_at() + kSecond;
  world_.teller.TellCorrectable(std::move(event), known_at);
  world_.teller.Tell(std::move(score), evaluation.at + kMinute);
}

void Quality::TellMysteryVisit(int day, int employee, Random& random) {
  const int64_t at =
      world_.timeline.Start(day) + static_cast<int64_t>(random.Between(11, 18) * 3'600) * kSecond;
  const std::string order = fmt::format("o-m{}", world_.teller.NextNumber());
  const Article& article = kArticles[random.Below(kArticles.size())];
  std::string visit;
  for (const auto& [kind, later] : {std::pair{Touchpoint::STORE_VISIT, int64_t{0}},
                                    {Touchpoint::PURCHASE, 30 * kMinute},
                                    {Touchpoint::RETURN, 2 * kDay}}) {
    EventHandle event = world_.teller.Draft("crm", at + later);
    event->set_purpose(Event::MYSTERY);
    Identify(*event, Identifier::PHONE, Customers::Phone(kShoppers));
    Touchpoint& touchpoint = *event->mutable_touchpoint();
    touchpoint.set_touchpoint_id(fmt::format("t-m{}", world_.teller.NextNumber()));
    touchpoint.set_kind(kind);
    touchpoint.set_channel(Channel::STORE);
    touchpoint.set_direction(Touchpoint::INBOUND);
    touchpoint.set_employee_id(world_.company.Person(employee).id);
    if (kind == Touchpoint::STORE_VISIT) {
      visit = touchpoint.touchpoint_id();
    } else {
      touchpoint.set_order_id(order);
      touchpoint.mutable_money()->set_amount_minor(article.price_minor);
      touchpoint.mutable_money()->set_currency(kCurrency);
    }
    world_.teller.TellCorrectable(std::move(event), at + later + kHour);
  }
  TellVisitScore(day, employee, visit, random);
}

// Values over their maximum, by the card for visits.
void Quality::TellVisitScore(int day, int employee, const std::string& visit, Random& random) {
  Contact contact;
  contact.kind = event::v1::Subject::TOUCHPOINT;
  contact.entity_id = visit;
  Evaluation evaluation;
  evaluation.employee = employee;
  evaluation.by = Score::MYSTERY_VISIT;
  evaluation.at = world_.timeline.Start(day) + kDay + 10 * kHour;
  EventHandle event = DraftScore(contact, evaluation);
  event->set_purpose(Event::MYSTERY);
  Score& score = *event->mutable_score();
  score.set_evaluator_id(kShopper);
  score.set_evaluator_unit(Score::OUTSOURCED);
  score.set_scorecard_id(std::string(kVisitCard));
  score.set_scorecard_version(1);
  for (const char* const criterion : {"entrance", "advice", "checkout"}) {
    auto& item = *score.add_items();
    item.set_criterion_id(criterion);
    item.set_value(static_cast<double>(4 + random.Below(7)));
  }
  world_.teller.Tell(std::move(event), evaluation.at + kMinute);
}

}  // namespace clientele::app::simulate
