#include "app/simulate/calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace clientele::app::simulate {
namespace {

using event::v1::Call;
using event::v1::CallLeg;
using event::v1::Event;
using event::v1::Identifier;

constexpr int64_t kOpenMs = 8 * kHourMs;
constexpr int64_t kCloseMs = 22 * kHourMs;
constexpr int64_t kLongestWaitMs = 240 * kSecondMs;  // then the call leaves for voicemail and such
constexpr int kMostWaiting = 8;                      // more are refused
constexpr double kPatienceS = 210;                   // mean, of those who wait at all
constexpr double kHangUpAtOnce = 0.022;
constexpr double kLineBusy = 0.004;  // the exchange had no line
constexpr double kLeastTalkS = 45;   // so that the initiative's effect is exact

// Share of the day's calls, from 8:00 on.
constexpr std::array<double, 14> kCallsByHour{.46,  .70,  .86, .92, .88, .98, 1.12,
                                              1.10, 1.02, .74, .62, .46, .34, .20};
constexpr std::array<double, 8> kByWeekday{0, 1.12, 1.04, 1.0, 0.99, 0.97, 0.72, 0.56};

}  // namespace

EventHandle Calls::DraftCall(int64_t occurred_at, Call::Direction direction) {
  EventHandle event = world_.teller.Draft("ats", occurred_at);
  Call& call = *event->mutable_call();
  call.set_call_id(fmt::format("call-{}", ++next_call_));
  call.set_direction(direction);
  return event;
}

void Calls::Tell(int day) {
  Random random(world_.options.seed, "calls", static_cast<uint64_t>(day));
  work_.clear();
  experts_ =
      world_.company.OnDuty(kExperts, day, world_.timeline.Weekday(day), world_.options.Load());
  for (int team = 0; team < kPhoneTeams; ++team) TellQueue(day, static_cast<TeamIndex>(team));
  TellOutbound(day, random);
  for (const TeamIndex team : {kDigital, kExperts}) {
    Random shifts_random(world_.options.seed, "shifts", static_cast<uint64_t>(day * kTeams + team));
    for (const Shift& shift : PlanShifts(day, team, shifts_random)) {
      if (team == kDigital) {
        // Conversations in writing overlap: told as stretches of work.
        for (int64_t at = shift.from + 5 * kMinuteMs; at < shift.to - 30 * kMinuteMs;) {
          const int64_t until = at + Ms(240 + shifts_random.Exponential(1'100));
          work_[shift.employee].push_back({at, until, until});
          at = until + Ms(30 + shifts_random.Exponential(420));
        }
      }
      TellStates(day, shift, shift.breaks);
    }
  }
  returns_.erase(day);
}

std::vector<Shift> Calls::PlanShifts(int day, TeamIndex team, Random& random) {
  const auto people =
      world_.company.OnDuty(team, day, world_.timeline.Weekday(day), world_.options.Load());
  std::vector<Shift> shifts;
  for (size_t i = 0; i < people.size(); ++i) {
    Shift shift;
    shift.employee = people[i];
    constexpr std::array<int64_t, 3> kFrom{8, 13, 10};
    shift.from = kFrom[people.size() == 2 ? i % 2 : i % 3] * kHourMs;
    shift.to = shift.from + 9 * kHourMs;
    if (people.size() == 1) {
      shift.from = kOpenMs;
      shift.to = kCloseMs;
    }
    const auto turn = static_cast<int64_t>(i / 3);
    const int64_t jitter = static_cast<int64_t>(random.Below(10)) * kMinuteMs;
    const int64_t lunch = shift.from + 3 * kHourMs + turn * 50 * kMinuteMs + jitter;
    const int64_t pause = shift.from + 6 * kHourMs + turn * 20 * kMinuteMs + jitter;
    shift.breaks = {{lunch, lunch + 40 * kMinuteMs}, {pause, pause + 20 * kMinuteMs}};
    shifts.push_back(std::move(shift));
  }
  return shifts;
}

std::vector<Calls::Arrival> Calls::PlanArrivals(int day, TeamIndex team, Random& random) {
  const Queue& queue = world_.company.queues[team];
  const int weekday = world_.timeline.Weekday(day);
  double mean =
      queue.calls * kByWeekday[static_cast<size_t>(weekday)] * std::min(1.0, world_.options.Load());
  const Stories& stories = world_.company.stories;
  if (team == stories.monday_team && weekday == 1) mean *= stories.monday_load;
  std::vector<Arrival> arrivals(static_cast<size_t>(random.Poisson(mean)));
  for (Arrival& arrival : arrivals) {
    const auto hour = static_cast<int64_t>(random.Pick(kCallsByHour));
    arrival.at = kOpenMs + hour * kHourMs + static_cast<int64_t>(random.Below(kHourMs));
    arrival.customer = world_.customers.PickActive(random);
    arrival.topic = random.Of(queue.topics);
  }
  // Who was not helped calls again instead of somebody new.
  size_t next = 0;
  for (const auto& [to_team, again] : returns_[day]) {
    if (to_team != team || next >= arrivals.size()) continue;
    const int64_t at = arrivals[next].at;
    arrivals[next] = again;
    arrivals[next++].at = at;
  }
  std::ranges::sort(arrivals, {}, &Arrival::at);
  return arrivals;
}

void Calls::TellQueue(int day, TeamIndex team) {
  Random random(world_.options.seed, "queue", static_cast<uint64_t>(day * kTeams + team));
  const std::vector<Shift> shifts = PlanShifts(day, team, random);
  QueueModel model(shifts);
  for (const Arrival& arrival : PlanArrivals(day, team, random)) {
    TakeArrival(day, team, arrival, model, shifts, random);
  }
  TellNight(day, team, random);
  model.Close();
  for (size_t i = 0; i < shifts.size(); ++i) TellStates(day, shifts[i], model.TakenBreaks(i));
}

void Calls::TakeArrival(int day, TeamIndex team, const Arrival& arrival, QueueModel& model,
                        const std::vector<Shift>& shifts, Random& random) {
  if (random.Chance(kLineBusy)) {
    TellUnanswered(day, team, arrival, Call::BUSY, arrival.at, random);
    return;
  }
  if (model.Waiting(arrival.at) >= kMostWaiting) {
    TellUnanswered(day, team, arrival, Call::QUEUE_FULL, arrival.at, random);
    return;
  }
  const QueueModel::Offer offer = model.Earliest(arrival.at);
  const int64_t ring_ms = 1'200 + static_cast<int64_t>(random.Below(4'800));
  const double patience_s =
      random.Chance(kHangUpAtOnce) ? random.Exponential(3) : 5 + random.Exponential(kPatienceS);
  const int64_t leaves_at = arrival.at + std::min(Ms(patience_s), kLongestWaitMs);
  const bool answered = offer.at != QueueModel::kNever && offer.at + ring_ms <= leaves_at;
  model.Wait(answered ? offer.at + ring_ms : leaves_at);
  if (answered) {
    const Answered work{&arrival, shifts[offer.agent].employee, offer.at + ring_ms};
    model.Occupy(offer.agent, TellAnswered(day, team, work, random));
    return;
  }
  constexpr std::array<double, 3> kOverflow{0.25, 0.3, 0.45};
  constexpr std::array<Call::End, 3> kEnds{Call::FLOWED_OUT, Call::VOICEMAIL, Call::CALLBACK};
  const bool overflows = Ms(patience_s) > kLongestWaitMs;
  TellUnanswered(day, team, arrival, overflows ? kEnds[random.Pick(kOverflow)] : Call::ABANDONED,
                 leaves_at, random);
}

void Calls::TellUnanswered(int day, TeamIndex team, const Arrival& arrival, Call::End end,
                           int64_t until, Random& random) {
  EventHandle event = DraftCall(Moment(day, arrival.at), Call::INBOUND);
  Identify(*event, Identifier::PHONE, Customers::Phone(arrival.customer));
  Call& call = *event->mutable_call();
  const Queue& queue = world_.company.queues[team];
  call.set_dialled_number(queue.number);
  call.set_topic(arrival.topic);
  call.set_conversation_id(arrival.conversation);
  call.set_end(end);
  call.set_ivr_ms(8'000 + static_cast<int64_t>(random.Below(22'000)));
  if (end != Call::QUEUE_FULL && end != Call::BUSY) {
    call.set_queue_id(queue.id);
    call.set_queued_at(Moment(day, arrival.at));
  }
  call.set_ended_at(Moment(day, until));
  call.set_ended_by(end == Call::ABANDONED ? Call::CUSTOMER : Call::SYSTEM);
  world_.teller.TellCorrectable(std::move(event), Moment(day, until) + 2 * kSecond);
}

int64_t Calls::TellAnswered(int day, TeamIndex team, const Answered& answered, Random& random) {
  const Arrival& arrival = *answered.arrival;
  const Queue& queue = world_.company.queues[team];
  const Employee& person = world_.company.Person(answered.employee);
  EventHandle event = DraftCall(Moment(day, arrival.at), Call::INBOUND);
  Identify(*event, Identifier::PHONE, Customers::Phone(arrival.customer));
  if (random.Chance(0.1)) Identify(*event, Identifier::CRM_ID, Customers::Crm(arrival.customer));
  Call& call = *event->mutable_call();
  call.set_dialled_number(queue.number);
  call.set_queue_id(queue.id);
  call.set_topic(arrival.topic);
  call.set_conversation_id(arrival.conversation.empty() ? fmt::format("conv-{}", call.call_id())
                                                        : arrival.conversation);
  call.set_queued_at(Moment(day, arrival.at));
  call.set_answered_at(Moment(day, answered.at));
  call.set_ivr_ms(8'000 + static_cast<int64_t>(random.Below(22'000)));
  call.set_end(Call::ANSWERED);
  call.set_ended_by(random.Chance(0.7) ? Call::CUSTOMER : Call::EMPLOYEE);

  double talk_s = std::max(kLeastTalkS, random.LogNormal(queue.talk_s, 0.5) * person.pace);
  if (world_.company.Treated(team, day)) talk_s += world_.company.stories.talk_effect_s;
  CallLeg& leg = *call.add_legs();
  leg.set_employee_id(person.id);
  leg.set_team_id(world_.company.teams[team].id);
  leg.set_line(1);
  leg.set_started_at(call.answered_at() - 1'200 * kMillisecond);
  leg.set_answered_at(call.answered_at());
  leg.set_talk_ms(Ms(talk_s));
  leg.set_hold_ms(random.Chance(0.25) ? Ms(random.LogNormal(40, 0.6)) : 0);
  leg.set_wrap_ms(Ms(random.LogNormal(queue.wrap_s, 0.5) * person.pace));
  leg.set_transfer(CallLeg::NONE);

  Contact contact;
  contact.entity_id = call.call_id();
  contact.conversation_id = call.conversation_id();
  contact.topic = arrival.topic;
  contact.customer = arrival.customer;
  contact.employee = answered.employee;
  contact.team = team;
  contact.wait_s = static_cast<double>(answered.at - arrival.at) / 1'000.0;
  contact.resolved = random.Chance(0.86);
  if (random.Chance(queue.to_experts)) {
    AddHandOver(day, answered.at + leg.talk_ms() + leg.hold_ms(), *event, contact, random);
  }
  const int64_t until = answered.at + leg.talk_ms() + leg.hold_ms();
  leg.set_ended_at(Moment(day, until));
  call.set_ended_at(std::max(leg.ended_at(), call.legs(call.legs_size() - 1).ended_at()));
  contact.ended_at = call.ended_at();
  if (random.Chance(contact.resolved ? 0.004 : 0.12)) {
    contact.case_id = fmt::format("case-{}", call.call_id());
    call.set_case_id(contact.case_id);
  }
  if (random.Chance(0.8)) call.set_resolved(random.Chance(0.08) != contact.resolved);
  if (random.Chance(0.6)) {
    auto& speech = *call.mutable_speech();
    const auto share = [&](double least, double most) {
      return static_cast<int64_t>(random.Between(least, most) * static_cast<double>(leg.talk_ms()));
    };
    speech.set_agent_ms(share(0.38, 0.52));
    speech.set_customer_ms(share(0.28, 0.42));
    speech.set_silence_ms(share(0.04, 0.16));
    speech.set_overlap_ms(share(0.01, 0.06));
    if (random.Chance(0.12)) speech.add_tags(contact.resolved ? "thanks" : "complains");
    call.set_recording_ref(
        fmt::format("rec/{}/{}.opus", world_.timeline.Name(day), call.call_id()));
  }
  const int64_t wrap_until = until + leg.wrap_ms();
  work_[answered.employee].push_back({answered.at, until, wrap_until});
  PlanReturn(day, team, contact, random);
  const int64_t known_at = Moment(day, wrap_until) + 3 * kSecond;
  world_.contacts.push_back(std::move(contact));
  world_.teller.TellCorrectable(std::move(event), known_at);
  return wrap_until;
}

}  // namespace clientele::app::simulate
