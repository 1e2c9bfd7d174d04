// For tests: keeps every delivery by its tag. Thread-safe.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

#include "kafka/producer.h"

namespace clientele::kafka {

class DeliveryCollector final : public DeliveryReceiver {
 public:
  void OnDelivery(uint64_t tag, const Delivery& delivery) override {
    const std::lock_guard lock(mutex_);
    deliveries_[tag].push_back(delivery);
  }
  // By tag; more than one delivery of a tag is a fault of the producer's.
  [[nodiscard]] std::map<uint64_t, std::vector<Delivery>> deliveries() const {
    const std::lock_guard lock(mutex_);
    return deliveries_;
  }
  [[nodiscard]] size_t Count(Delivery::Outcome outcome) const {
    const std::lock_guard lock(mutex_);
    size_t count = 0;
    for (const auto& [tag, all] : deliveries_) {
      count += static_cast<size_t>(std::ranges::count(all, outcome, &Delivery::outcome));
    }
    return count;
  }

 private:
  mutable std::mutex mutex_;
  std::map<uint64_t, std::vector<Delivery>> deliveries_;
};

}  // namespace clientele::kafka
