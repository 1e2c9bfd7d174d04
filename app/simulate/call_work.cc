// The rest of Calls: hand-overs to the second line, calls from inside, at night and outwards, and
// the states of the agents.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/simulate/calls.h"
#include "clientele/event/v1/company_facts.pb.h"

namespace clientele::app::simulate {
namespace {

using event::v1::AgentState;
using event::v1::Call;
using event::v1::CallLeg;
using event::v1::Event;
using event::v1::Identifier;

constexpr double kOutboundPerAgent = 2.2;  // a day
constexpr int kLongestReturnDays = 6;

}  // namespace

// RELAY: the first line holds the customer and asks the expert. WARM: the expert takes over.
void Calls::AddHandOver(int day, int64_t until, Event& event, Contact& contact, Random& random) {
  if (experts_.empty()) return;
  const Stories& stories = world_.company.stories;
  Call& call = *event.mutable_call();
  CallLeg& first = *call.mutable_legs(0);
  const int expert = experts_[random.Below(experts_.size())];
  if (day < stories.warm_day) {
    const int64_t hold_ms = Ms(stories.relay_hold_s * random.Between(0.5, 1.5));
    first.set_hold_ms(first.hold_ms() + hold_ms);
    TellInternal(day, contact.employee, expert, until - first.talk_ms() / 3, hold_ms, random);
    contact.handed_over = HandedOver::kRelay;
    contact.resolved = random.Chance(0.72);
    return;
  }
  const int64_t consult_ms = Ms(random.Between(15, 35));
  first.set_hold_ms(first.hold_ms() + consult_ms);
  first.set_transfer(CallLeg::CONSULT);
  CallLeg& second = *call.add_legs();
  const int64_t from = until + consult_ms;
  second.set_employee_id(world_.company.Person(expert).id);
  second.set_team_id(world_.company.teams[kExperts].id);
  second.set_line(2);
  second.set_started_at(Moment(day, from));
  second.set_answered_at(Moment(day, from));
  second.set_talk_ms(Ms(60 + random.LogNormal(150, 0.5)));
  second.set_wrap_ms(Ms(random.LogNormal(60, 0.4)));
  second.set_transfer(CallLeg::NONE);
  const int64_t end = from + second.talk_ms();
  second.set_ended_at(Moment(day, end));
  work_[expert].push_back({from, end, end + second.wrap_ms()});
  contact.handed_over = HandedOver::kWarm;
  contact.resolved = random.Chance(0.92);
}

void Calls::TellInternal(int day, int from, int to, int64_t at, int64_t talk_ms, Random& random) {
  EventHandle event = DraftCall(Moment(day, at), Call::INTERNAL);
  Call& call = *event->mutable_call();
  call.set_topic("consultation");
  call.set_answered_at(Moment(day, at) + static_cast<int64_t>(random.Below(4'000)) * kMillisecond);
  call.set_ended_at(call.answered_at() + talk_ms * kMillisecond);
  call.set_end(Call::ANSWERED);
  call.set_ended_by(Call::EMPLOYEE);
  for (const int person : {from, to}) {
    CallLeg& leg = *call.add_legs();
    leg.set_employee_id(world_.company.Person(person).id);
    leg.set_team_id(world_.company.teams[world_.company.Person(person).team].id);
    leg.set_line(world_.company.Person(person).line);
    leg.set_started_at(Moment(day, at));
    leg.set_answered_at(call.answered_at());
    leg.set_ended_at(call.ended_at());
    leg.set_talk_ms(talk_ms);
  }
  work_[to].push_back({at, at + talk_ms, at + talk_ms});
  const int64_t known_at = call.ended_at() + 2 * kSecond;
  world_.teller.Tell(std::move(event), known_at);
}

// Nobody is there: a voice asks to leave a message.
void Calls::TellNight(int day, TeamIndex team, Random& random) {
  const Queue& queue = world_.company.queues[team];
  const int calls = random.Poisson(queue.calls * 0.008 * std::min(1.0, world_.options.Load()));
  for (int i = 0; i < calls; ++i) {
    Arrival arrival;
    arrival.at = static_cast<int64_t>(random.Below(8)) * kHourMs +
                 static_cast<int64_t>(random.Below(kHourMs - 60 * kSecondMs));
    arrival.customer = world_.customers.PickActive(random);
    arrival.topic = random.Of(queue.topics);
    TellUnanswered(day, team, arrival, Call::VOICEMAIL, arrival.at + 15 * kSecondMs, random);
  }
}

void Calls::TellOutbound(int day, Random& random) {
  for (const TeamIndex team : {kSales, kDigital, kExperts}) {
    for (const int employee :
         world_.company.OnDuty(team, day, world_.timeline.Weekday(day), world_.options.Load())) {
      const int calls = random.Poisson(kOutboundPerAgent * std::min(1.0, world_.options.Load()));
      for (int i = 0; i < calls; ++i) {
        TellOutboundCall(day, employee, Ms(random.Between(13.0, 16.9) * 3'600), random);
      }
    }
  }
}

void Calls::TellOutboundCall(int day, int employee, int64_t at, Random& random) {
  const Employee& person = world_.company.Person(employee);
  EventHandle event = DraftCall(Moment(day, at), Call::OUTBOUND);
  const int customer = world_.customers.PickActive(random);
  Identify(*event, Identifier::PHONE, Customers::Phone(customer));
  Call& call = *event->mutable_call();
  call.set_topic(random.Chance(0.5) ? "call_back" : "offer");
  CallLeg& leg = *call.add_legs();
  leg.set_employee_id(person.id);
  leg.set_team_id(world_.company.teams[person.team].id);
  leg.set_line(person.line);
  leg.set_started_at(Moment(day, at));
  constexpr std::array<double, 3> kOutcomes{0.62, 0.31, 0.07};
  constexpr std::array<Call::End, 3> kEnds{Call::ANSWERED, Call::NO_ANSWER, Call::BUSY};
  call.set_end(kEnds[random.Pick(kOutcomes)]);
  int64_t until = at + Ms(random.Between(8, 35));
  int64_t wrap_until = until;
  if (call.end() == Call::ANSWERED) {
    call.set_answered_at(Moment(day, until));
    leg.set_answered_at(call.answered_at());
    leg.set_talk_ms(Ms(20 + random.LogNormal(110, 0.6)));
    leg.set_wrap_ms(Ms(random.LogNormal(30, 0.4)));
    until += leg.talk_ms();
    wrap_until = until + leg.wrap_ms();
    call.set_ended_by(Call::CUSTOMER);
  }
  leg.set_ended_at(Moment(day, until));
  call.set_ended_at(Moment(day, until));
  // The agents of the queues make theirs between calls: their states stay those of the queue.
  if (person.team != kSales) work_[employee].push_back({at, until, wrap_until});
  world_.teller.TellCorrectable(std::move(event), Moment(day, wrap_until) + 2 * kSecond);
}

void Calls::PlanReturn(int day, TeamIndex team, const Contact& contact, Random& random) {
  if (contact.resolved || !random.Chance(0.55)) return;
  const int back = day + 1 + static_cast<int>(random.Below(kLongestReturnDays));
  if (back >= world_.timeline.days() || world_.customers.At(contact.customer).churned_day <= back) {
    return;
  }
  Arrival again;
  again.customer = contact.customer;
  again.topic = contact.topic;
  again.conversation = contact.conversation_id;
  returns_[back].emplace_back(team, std::move(again));
}

void Calls::TellState(int employee, int state, int64_t from, int64_t to) {
  EventHandle event = world_.teller.Draft("wfm", from);
  AgentState& told = *event->mutable_agent_state();
  told.set_employee_id(world_.company.Person(employee).id);
  told.set_state(static_cast<AgentState::State>(state));
  told.set_from(from);
  told.set_to(to);
  world_.teller.Tell(std::move(event), (to == 0 ? from : to) + kSecond);
}

// One state follows the other, from log-in to log-out; work that overlaps counts once.
void Calls::TellStates(int day, const Shift& shift, const std::vector<Break>& breaks) {
  struct Stretch {
    int state;
    int64_t from;
    int64_t to;
  };
  std::vector<Stretch> stretches;
  for (size_t i = 0; i < breaks.size(); ++i) {
    const bool training = i == 1 && world_.timeline.Weekday(day) == 3;
    stretches.push_back(
        {training ? AgentState::TRAINING : AgentState::BREAK, breaks[i].from, breaks[i].to});
  }
  for (const Work& work : work_[shift.employee]) {
    stretches.push_back({AgentState::BUSY, work.from, work.until});
    if (work.wrap_until > work.until) {
      stretches.push_back({AgentState::WRAP, work.until, work.wrap_until});
    }
  }
  std::ranges::sort(stretches, [](const Stretch& left, const Stretch& right) {
    return left.from != right.from ? left.from < right.from : left.state < right.state;
  });
  int64_t at = shift.from;
  const auto tell = [&](int state, int64_t from, int64_t to) {
    TellState(shift.employee, state, Moment(day, from), to == 0 ? 0 : Moment(day, to));
  };
  tell(AgentState::LOGGED_IN, at, at + 40 * kSecondMs);
  at += 40 * kSecondMs;
  for (const Stretch& stretch : stretches) {
    if (stretch.from - at >= kSecondMs) tell(AgentState::READY, at, stretch.from);
    const int64_t from = std::max(at, stretch.from);
    if (stretch.to - from >= kSecondMs) tell(stretch.state, from, stretch.to);
    at = std::max(at, stretch.to);
  }
  if (shift.to - at >= kSecondMs) tell(AgentState::READY, at, shift.to);
  tell(AgentState::LOGGED_OUT, std::max(at, shift.to), 0);
}

}  // namespace clientele::app::simulate
