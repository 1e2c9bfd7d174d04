#include "app/simulate/queue_model.h"

#include <algorithm>

namespace clientele::app::simulate {

QueueModel::QueueModel(const std::vector<Shift>& shifts) {
  for (const Shift& shift : shifts) agents_.push_back({shift, shift.from, 0, {}});
}

void QueueModel::Settle(Agent& agent, int64_t at) {
  while (agent.next_break < agent.shift.breaks.size()) {
    const Break& planned = agent.shift.breaks[agent.next_break];
    if (std::max(agent.free_at, at) < planned.from) return;
    const int64_t from = std::max(agent.free_at, planned.from);
    agent.free_at = from + planned.to - planned.from;
    agent.taken.push_back({from, agent.free_at});
    ++agent.next_break;
  }
}

QueueModel::Offer QueueModel::Earliest(int64_t at) {
  Offer best;
  int64_t best_idle_since = 0;
  for (size_t i = 0; i < agents_.size(); ++i) {
    Agent& agent = agents_[i];
    Settle(agent, at);
    const int64_t from = std::max(agent.free_at, at);
    if (from >= agent.shift.to) continue;
    // Of those who are free: who has been so the longest.
    if (from < best.at || (from == best.at && agent.free_at < best_idle_since)) {
      best = {i, from};
      best_idle_since = agent.free_at;
    }
  }
  return best;
}

void QueueModel::Occupy(size_t agent, int64_t until) { agents_[agent].free_at = until; }

int QueueModel::Waiting(int64_t at) {
  std::erase_if(leaving_, [at](int64_t leaves) { return leaves <= at; });
  return static_cast<int>(leaving_.size());
}

void QueueModel::Close() {
  for (Agent& agent : agents_) Settle(agent, agent.shift.to);
}

}  // namespace clientele::app::simulate
