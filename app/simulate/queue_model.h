// One day of a queue: calls in order of arrival, each to the person who is free first; who waits
// too long goes. With the agents' shifts and breaks, so that waits come from load and staffing.
// Times are milliseconds of the day. A plain value; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace clientele::app::simulate {

struct Break {
  int64_t from = 0;
  int64_t to = 0;
};

struct Shift {
  int employee = 0;
  int64_t from = 0;
  int64_t to = 0;
  std::vector<Break> breaks;  // planned, in order; taken when the call at hand is done
};

class QueueModel {
 public:
  static constexpr int64_t kNever = INT64_MAX;

  explicit QueueModel(const std::vector<Shift>& shifts);

  struct Offer {
    size_t agent = 0;  // index of the shift
    int64_t at = kNever;
  };
  // Who can take a call that arrives at `at`, and when; kNever: nobody any more. Arrivals in order.
  [[nodiscard]] Offer Earliest(int64_t at);
  // That agent is busy with it until then.
  void Occupy(size_t agent, int64_t until);
  // A call that arrived at `at` leaves the queue then, answered or not.
  void Wait(int64_t until) { leaving_.push_back(until); }
  // Calls that wait at that moment.
  [[nodiscard]] int Waiting(int64_t at);
  // As they were taken, by shift.
  [[nodiscard]] const std::vector<Break>& TakenBreaks(size_t agent) const {
    return agents_[agent].taken;
  }
  // Lets the breaks pass that nobody interrupted.
  void Close();

 private:
  struct Agent {
    Shift shift;
    int64_t free_at = 0;
    size_t next_break = 0;
    std::vector<Break> taken;
  };
  static void Settle(Agent& agent, int64_t at);

  std::vector<Agent> agents_;
  std::vector<int64_t> leaving_;
};

}  // namespace clientele::app::simulate
