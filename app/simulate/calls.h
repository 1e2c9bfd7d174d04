// The telephone: calls that arrive, wait, are answered, handed on or given up, and what the agents
// were doing meanwhile. One thread.
#pragma once

#include <map>
#include <vector>

#include "app/simulate/queue_model.h"
#include "app/simulate/world.h"

namespace clientele::app::simulate {

inline constexpr int64_t kSecondMs = 1'000;
inline constexpr int64_t kMinuteMs = 60 * kSecondMs;
inline constexpr int64_t kHourMs = 60 * kMinuteMs;

inline int64_t Ms(double seconds) { return static_cast<int64_t>(seconds * 1'000.0); }

class Calls {
 public:
  explicit Calls(World& world) : world_(world) {}

  // All calls of the day; leaves the answered ones in world.contacts.
  void Tell(int day);

 private:
  struct Arrival {
    int64_t at = 0;  // milliseconds of the day
    int customer = 0;
    std::string topic;
    std::string conversation;  // empty: a new matter
  };
  struct Work {
    int64_t from = 0;  // milliseconds of the day
    int64_t until = 0;
    int64_t wrap_until = 0;
  };
  struct Answered {
    const Arrival* arrival = nullptr;
    int employee = 0;
    int64_t at = 0;
  };

  void TellQueue(int day, TeamIndex team);
  std::vector<Shift> PlanShifts(int day, TeamIndex team, Random& random);
  std::vector<Arrival> PlanArrivals(int day, TeamIndex team, Random& random);
  void TakeArrival(int day, TeamIndex team, const Arrival& arrival, QueueModel& model,
                   const std::vector<Shift>& shifts, Random& random);
  // Gives up when the work of the first agent ends.
  int64_t TellAnswered(int day, TeamIndex team, const Answered& answered, Random& random);
  void AddHandOver(int day, int64_t until, event::v1::Event& event, Contact& contact,
                   Random& random);
  void TellInternal(int day, int from, int to, int64_t at, int64_t talk_ms, Random& random);
  void TellUnanswered(int day, TeamIndex team, const Arrival& arrival, event::v1::Call::End end,
                      int64_t until, Random& random);
  void TellNight(int day, TeamIndex team, Random& random);
  void TellOutbound(int day, Random& random);
  void TellOutboundCall(int day, int employee, int64_t at, Random& random);
  void TellStates(int day, const Shift& shift, const std::vector<Break>& breaks);
  void TellState(int employee, int state, int64_t from, int64_t to);
  void PlanReturn(int day, TeamIndex team, const Contact& contact, Random& random);

  EventHandle DraftCall(int64_t occurred_at, event::v1::Call::Direction direction);
  [[nodiscard]] int64_t Moment(int day, int64_t millisecond) const {
    return world_.timeline.Start(day) + millisecond * kMillisecond;
  }

  World& world_;
  uint64_t next_call_ = 0;
  std::vector<int> experts_;                                           // on duty today
  std::map<int, std::vector<Work>> work_;                              // of today, by employee
  std::map<int, std::vector<std::pair<TeamIndex, Arrival>>> returns_;  // by day
};

}  // namespace clientele::app::simulate
