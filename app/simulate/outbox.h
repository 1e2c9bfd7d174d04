// Events that wait for the moment at which they become known: a bucket a day, so that memory is
// bounded by the days ahead, not by the sample. Events are reused. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/simulate/timeline.h"
#include "base/result.h"
#include "clientele/event/v1/event.pb.h"

namespace clientele::app::simulate {

// Takes the events in the order in which they became known.
class EventSink {
 public:
  virtual ~EventSink() = default;
  // May swap the event away. An error ends the run.
  [[nodiscard]] virtual base::Status Take(event::v1::Event& event) = 0;
};

// How a telling came to be, for the counts.
struct Origin {
  bool duplicate = false;
  bool late = false;
  bool correction = false;
};

using EventHandle = std::unique_ptr<event::v1::Event>;

class Outbox {
 public:
  explicit Outbox(const Timeline& timeline)
      : timeline_(timeline), buckets_(static_cast<size_t>(timeline.days())) {}

  // An empty event.
  [[nodiscard]] EventHandle New();
  // Goes out at `known_at`; never, if that is not before the end.
  void Put(EventHandle event, int64_t known_at, Origin origin);
  // Sends what became known that day, in order of the moments; of equal ones as they were put.
  // `observe(event, origin)` sees each before the sink. Days in order, each once.
  template <typename Observe>
  [[nodiscard]] base::Status Send(int day, EventSink& sink, Observe&& observe) {
    for (Waiting& waiting : Ordered(day)) {
      observe(*waiting.event, waiting.origin);
      if (base::Status taken = sink.Take(*waiting.event); !taken) return taken;
      Release(std::move(waiting.event));
    }
    Drop(day);
    return {};
  }

 private:
  struct Waiting {
    int64_t known_at = 0;
    uint64_t number = 0;
    Origin origin;
    EventHandle event;
  };

  std::vector<Waiting>& Ordered(int day);
  void Release(EventHandle event);
  void Drop(int day);

  const Timeline& timeline_;
  std::vector<std::vector<Waiting>> buckets_;
  std::vector<EventHandle> free_;
  uint64_t next_ = 0;
  int first_open_ = 0;
};

}  // namespace clientele::app::simulate
