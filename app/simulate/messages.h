// Conversations in writing: messenger, chat on the site, mail. A bot first, then people; holding
// answers, templates, hand-overs to the second line. One thread.
#pragma once

#include <string>
#include <vector>

#include "app/simulate/world.h"

namespace clientele::app::simulate {

class Messages {
 public:
  explicit Messages(World& world) : world_(world) {}

  // All conversations that begin that day; leaves the answered ones in world.contacts.
  void Tell(int day);

 private:
  struct Conversation {
    std::string id;
    std::string case_id;
    std::string topic;
    std::string last_message;  // touchpoint_id
    int customer = 0;
    int employee = 0;
    event::v1::Channel::Value channel = event::v1::Channel::CHAT;
    int64_t at = 0;   // of the last message
    double pace = 1;  // of replies: mail is slower
  };

  void TellConversation(int day, Random& random);
  void TellAnswers(int day, Conversation& talk, Random& random);
  void TellFollowUp(Conversation& talk, Random& random);
  HandedOver TellHandOver(int day, Conversation& talk, Random& random);
  // A message; `employee` below 0: of the customer or the bot.
  EventHandle Draft(Conversation& talk, event::v1::Touchpoint::Author author, int employee);
  // With what became of its delivery, where the channel tells.
  void TellReply(const Conversation& talk, EventHandle event, Random& random);

  World& world_;
  uint64_t next_message_ = 0;
  uint64_t next_conversation_ = 0;
  std::vector<int> agents_;   // on duty today
  std::vector<int> experts_;  // the same
};

}  // namespace clientele::app::simulate
