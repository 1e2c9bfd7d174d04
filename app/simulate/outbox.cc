#include "app/simulate/outbox.h"

#include <algorithm>

namespace clientele::app::simulate {
namespace {

// Enough for the usual day; more would only keep memory.
constexpr size_t kMostFree = 20'000;

}  // namespace

EventHandle Outbox::New() {
  if (free_.empty()) return std::make_unique<event::v1::Event>();
  EventHandle event = std::move(free_.back());
  free_.pop_back();
  return event;
}

void Outbox::Put(EventHandle event, int64_t known_at, Origin origin) {
  const int day = std::max(timeline_.DayOf(known_at), first_open_);
  if (day >= timeline_.days()) {
    Release(std::move(event));
    return;
  }
  event->set_sent_at(known_at);
  buckets_[static_cast<size_t>(day)].push_back({known_at, next_++, origin, std::move(event)});
}

std::vector<Outbox::Waiting>& Outbox::Ordered(int day) {
  first_open_ = day + 1;
  auto& bucket = buckets_[static_cast<size_t>(day)];
  std::ranges::sort(bucket, [](const Waiting& left, const Waiting& right) {
    return left.known_at != right.known_at ? left.known_at < right.known_at
                                           : left.number < right.number;
  });
  return bucket;
}

void Outbox::Release(EventHandle event) {
  if (free_.size() >= kMostFree) return;
  event->Clear();
  free_.push_back(std::move(event));
}

void Outbox::Drop(int day) { std::vector<Waiting>().swap(buckets_[static_cast<size_t>(day)]); }

}  // namespace clientele::app::simulate
