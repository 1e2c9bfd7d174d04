// Sends the sample straight into a server's stream, without a detour through JSON: events are
// swapped into the batch at hand. One thread.
#pragma once

#include "app/publish/client.h"
#include "app/publish/progress.h"
#include "app/simulate/outbox.h"

namespace clientele::app::simulate {

class PublishSink final : public EventSink {
 public:
  // Both outlive it. The tag of an event is its number, from 1.
  PublishSink(PublishClient& client, Progress& progress) : client_(client), progress_(progress) {}

  [[nodiscard]] base::Status Take(event::v1::Event& event) override {
    const auto place = client_.Next(++taken_);
    if (!place) return tl::unexpected(place.error());
    (*place)->Swap(&event);
    if (taken_ % kShowEvery == 0) progress_.Show(client_.counts().accepted);
    return {};
  }

  // Estimates the whole from the days that are done.
  void OnDay(int done, int days) {
    progress_.SetTotal(taken_ * static_cast<uint64_t>(days) / static_cast<uint64_t>(done));
  }

 private:
  static constexpr uint64_t kShowEvery = 1'000;

  PublishClient& client_;
  Progress& progress_;
  uint64_t taken_ = 0;
};

}  // namespace clientele::app::simulate
