#include "app/simulate/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/simulate/words.h"

namespace clientele::app::simulate {
namespace {

using event::v1::Channel;
using event::v1::HandOff;
using event::v1::Identifier;
using event::v1::Touchpoint;

constexpr double kPerActiveCustomer = 0.0085;  // conversations a day
constexpr double kUnanswered = 0.03;
constexpr double kHandedOver = 0.12;
constexpr std::array<Channel::Value, 3> kTalkChannels{Channel::MESSENGER, Channel::CHAT,
                                                      Channel::EMAIL};
constexpr std::array<double, 3> kTalkChannelShares{0.45, 0.35, 0.20};
// From 8:00 on.
constexpr std::array<double, 14> kTalksByHour{.5, .8, 1, 1.1, 1, 1, 1.1, 1.1, 1, .9, .9, 1, .9, .5};

int64_t SecondsMicros(double seconds) {
  return static_cast<int64_t>(seconds * 1'000) * kMillisecond;
}

}  // namespace

void Messages::Tell(int day) {
  Random random(world_.options.seed, "messages", static_cast<uint64_t>(day));
  const int weekday = world_.timeline.Weekday(day);
  agents_ = world_.company.OnDuty(kDigital, day, weekday, world_.options.Load());
  experts_ = world_.company.OnDuty(kExperts, day, weekday, world_.options.Load());
  const double usual = kPerActiveCustomer * static_cast<double>(world_.customers.active().size());
  const int conversations = random.Poisson(weekday >= 6 ? 0.7 * usual : usual);
  for (int i = 0; i < conversations; ++i) TellConversation(day, random);
}

EventHandle Messages::Draft(Conversation& talk, Touchpoint::Author author, int employee) {
  EventHandle event = world_.teller.Draft("chat", talk.at);
  if (talk.channel == Channel::MESSENGER) {
    Identify(*event, Identifier::MESSENGER, Customers::Messenger(talk.customer));
  } else if (talk.channel == Channel::CHAT) {
    Identify(*event, Identifier::COOKIE, Customers::Cookie(talk.customer));
  } else {
    Identify(*event, Identifier::EMAIL, Customers::Mail(talk.customer));
  }
  Touchpoint& message = *event->mutable_touchpoint();
  talk.last_message = fmt::format("m-{}", ++next_message_);
  message.set_touchpoint_id(talk.last_message);
  message.set_kind(Touchpoint::MESSAGE);
  message.set_channel(talk.channel);
  message.set_direction(author == Touchpoint::CUSTOMER ? Touchpoint::INBOUND
                                                       : Touchpoint::OUTBOUND);
  message.set_author(author);
  message.set_conversation_id(talk.id);
  message.set_case_id(talk.case_id);
  message.set_topic(talk.topic);
  if (employee >= 0) {
    const Employee& person = world_.company.Person(employee);
    message.set_employee_id(person.id);
    message.set_team_id(world_.company.teams[person.team].id);
    message.set_line(person.line);
  }
  return event;
}

void Messages::TellReply(const Conversation& talk, EventHandle event, Random& random) {
  const int64_t at = event->occurred_at();
  if (talk.channel != Channel::MESSENGER) {
    world_.teller.TellCorrectable(std::move(event), at + kSecond);
    return;
  }
  event->mutable_touchpoint()->set_delivery(Touchpoint::SENT);
  auto next = std::make_unique<event::v1::Event>(*event);
  world_.teller.Tell(std::move(event), at + kSecond);
  constexpr std::array<double, 3> kOutcomes{0.16, 0.82, 0.02};
  constexpr std::array<Touchpoint::DeliveryState, 3> kStates{Touchpoint::DELIVERED,
                                                             Touchpoint::READ, Touchpoint::FAILED};
  next->mutable_touchpoint()->set_delivery(kStates[random.Pick(kOutcomes)]);
  next->set_revision(1);
  world_.teller.Tell(std::move(next), at + SecondsMicros(5 + random.LogNormal(90, 1.2)));
}

void Messages::TellConversation(int day, Random& random) {
  Conversation talk;
  talk.id = fmt::format("conv-w{}", ++next_conversation_);
  talk.customer = world_.customers.PickActive(random);
  talk.channel = kTalkChannels[random.Pick(kTalkChannelShares)];
  talk.topic = random.Chance(0.5) ? random.Of(std::span<const char* const>(kOrderTopics))
                                  : random.Of(std::span<const char* const>(kSupportTopics));
  talk.employee = agents_[random.Below(agents_.size())];
  talk.pace = talk.channel == Channel::EMAIL ? 14 : 1;
  talk.at = world_.timeline.Start(day) +
            static_cast<int64_t>(8 + random.Pick(kTalksByHour)) * kHour +
            static_cast<int64_t>(random.Below(3'600'000)) * kMillisecond;
  if (random.Chance(0.03)) talk.case_id = fmt::format("case-{}", talk.id);
  const int64_t first_at = talk.at;
  EventHandle first = Draft(talk, Touchpoint::CUSTOMER, -1);
  world_.teller.TellCorrectable(std::move(first), first_at + kSecond);
  if (talk.channel == Channel::CHAT && random.Chance(0.8)) {
    talk.at += SecondsMicros(random.Between(1, 4));
    EventHandle bot = Draft(talk, Touchpoint::BOT, -1);
    bot->mutable_touchpoint()->set_reply_kind(Touchpoint::TEMPLATE);
    TellReply(talk, std::move(bot), random);
    if (random.Chance(0.18)) return;  // the bot was enough
  }
  if (random.Chance(kUnanswered)) return;
  TellAnswers(day, talk, random);
}

void Messages::TellAnswers(int day, Conversation& talk, Random& random) {
  const int first = talk.employee;
  const Employee& person = world_.company.Person(first);
  const int64_t asked_at = talk.at;
  talk.at += SecondsMicros(talk.pace * person.pace * random.LogNormal(75, 0.7));
  Contact contact;
  contact.wait_s = static_cast<double>(talk.at - asked_at) / static_cast<double>(kSecond);
  contact.resolved = random.Chance(0.88);
  if (random.Chance(0.35)) {
    EventHandle holding = Draft(talk, Touchpoint::EMPLOYEE, talk.employee);
    holding->mutable_touchpoint()->set_reply_kind(Touchpoint::HOLDING);
    TellReply(talk, std::move(holding), random);
    talk.at += SecondsMicros(talk.pace * random.LogNormal(300, 0.6));
  }
  if (random.Chance(kHandedOver) && !experts_.empty()) {
    contact.handed_over = TellHandOver(day, talk, random);
    contact.resolved = random.Chance(contact.handed_over == HandedOver::kWarm ? 0.92 : 0.75);
  }
  EventHandle answer = Draft(talk, Touchpoint::EMPLOYEE, talk.employee);
  Touchpoint& message = *answer->mutable_touchpoint();
  message.set_reply_kind(random.Chance(0.2) ? Touchpoint::TEMPLATE : Touchpoint::SUBSTANTIVE);
  if (random.Chance(world_.company.Treated(kDigital, day) ? 0.6 : 0.15)) {
    message.set_kb_article_id(random.Of(std::span<const char* const>(kKnowledgeArticles)));
  }
  message.set_resolved(contact.resolved);
  contact.kind = event::v1::Subject::TOUCHPOINT;
  contact.entity_id = talk.last_message;
  contact.conversation_id = talk.id;
  contact.case_id = talk.case_id;
  contact.topic = talk.topic;
  contact.customer = talk.customer;
  contact.employee = first;
  contact.team = person.team;
  contact.channel = talk.channel;
  contact.ended_at = talk.at;
  TellReply(talk, std::move(answer), random);
  TellFollowUp(talk, random);
  world_.contacts.push_back(std::move(contact));
}

void Messages::TellFollowUp(Conversation& talk, Random& random) {
  if (!random.Chance(0.55)) return;
  talk.at += SecondsMicros(talk.pace * random.LogNormal(60, 0.8));
  EventHandle thanks = Draft(talk, Touchpoint::CUSTOMER, -1);
  const int64_t at = talk.at;
  world_.teller.TellCorrectable(std::move(thanks), at + kSecond);
  if (!random.Chance(0.5)) return;
  talk.at += SecondsMicros(talk.pace * random.LogNormal(80, 0.6));
  EventHandle reply = Draft(talk, Touchpoint::EMPLOYEE, talk.employee);
  reply->mutable_touchpoint()->set_reply_kind(Touchpoint::SUBSTANTIVE);
  TellReply(talk, std::move(reply), random);
}

// RELAY: the first line asks the expert and answers itself, later. WARM: the expert goes on.
HandedOver Messages::TellHandOver(int day, Conversation& talk, Random& random) {
  const bool warm = day >= world_.company.stories.warm_day;
  const int expert = experts_[random.Below(experts_.size())];
  EventHandle note = Draft(talk, Touchpoint::EMPLOYEE, talk.employee);
  Touchpoint& message = *note->mutable_touchpoint();
  message.set_reply_kind(Touchpoint::HOLDING);
  HandOff& hand_off = *message.mutable_hand_off();
  hand_off.set_from(world_.company.Person(talk.employee).id);
  hand_off.set_to(world_.company.Person(expert).id);
  hand_off.set_mode(warm ? HandOff::WARM : HandOff::RELAY);
  hand_off.set_reason("needs an expert");
  TellReply(talk, std::move(note), random);
  talk.at += SecondsMicros(talk.pace * random.LogNormal(warm ? 240 : 900, 0.6));
  if (warm) talk.employee = expert;
  return warm ? HandedOver::kWarm : HandedOver::kRelay;
}

}  // namespace clientele::app::simulate
