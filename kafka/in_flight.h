// What a producer has given to librdkafka and not heard of yet: a fixed set of places, one per
// message, so that a message costs no allocation and the queue cannot grow. Lock-free; any thread
// takes places, the delivery thread gives them back, many at a time: what both sides write is then
// seldom in the other one's cache.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "kafka/producer.h"

namespace clientele::kafka {

class InFlight {
 public:
  struct Place {
    // Stored last and loaded first: what the producing thread wrote before is then visible to the
    // delivery thread.
    std::atomic<DeliveryReceiver*> receiver = nullptr;
    uint64_t tag = 0;
    uint32_t bytes = 0;

   private:
    friend class InFlight;
    std::atomic<uint32_t> next = 0;  // number of the next free place, from 1; 0: none
  };

  InFlight(uint32_t most_messages, uint64_t most_bytes)
      : places_(most_messages), most_bytes_(most_bytes) {
    for (uint32_t i = 0; i + 1 < most_messages; ++i) {
      places_[i].next.store(i + 2, std::memory_order_relaxed);
    }
    free_.store(most_messages > 0 ? 1 : 0);
  }

  // Null if all places or all bytes are taken. A single message may pass the limit of bytes, so
  // that a large one is not refused for ever.
  [[nodiscard]] Place* Take(DeliveryReceiver& receiver, uint64_t tag, uint32_t bytes) {
    if (BytesIn(taken_.fetch_add(kOneMessage + bytes)) >= most_bytes_) {
      taken_.fetch_sub(kOneMessage + bytes);
      return nullptr;
    }
    Place* const place = Pop();
    if (place == nullptr) {
      taken_.fetch_sub(kOneMessage + bytes);
      return nullptr;
    }
    place->tag = tag;
    place->bytes = bytes;
    place->receiver.store(&receiver, std::memory_order_release);
    return place;
  }

  void GiveBack(Place& place) {
    const uint64_t taken = kOneMessage + place.bytes;
    Push(place, place);
    taken_.fetch_sub(taken);
  }

  // Places of one thread's that are given back together.
  class Returned {
   public:
    explicit Returned(InFlight& home) : home_(home) {}
    ~Returned() { GiveBack(); }
    Returned(const Returned&) = delete;
    Returned& operator=(const Returned&) = delete;

    void Add(Place& place) {
      if (last_ == nullptr) last_ = &place;
      place.next.store(first_ == nullptr ? 0 : home_.NumberOf(*first_), std::memory_order_relaxed);
      first_ = &place;
      taken_ += kOneMessage + place.bytes;
      if (taken_ >= kMost * kOneMessage) GiveBack();
    }
    void GiveBack() {
      if (first_ == nullptr) return;
      home_.Push(*first_, *last_);
      home_.taken_.fetch_sub(taken_);
      first_ = last_ = nullptr;
      taken_ = 0;
    }

   private:
    static constexpr uint64_t kMost = 64;  // held back at most

    InFlight& home_;
    Place* first_ = nullptr;
    Place* last_ = nullptr;
    uint64_t taken_ = 0;
  };

  [[nodiscard]] bool HasRoom() const {
    return messages() < places_.size() && bytes() < most_bytes_;
  }
  [[nodiscard]] uint64_t messages() const { return taken_.load() / kOneMessage; }
  [[nodiscard]] uint64_t bytes() const { return BytesIn(taken_.load()); }

 private:
  // Messages and their bytes in one number: bytes in the low part.
  static constexpr uint64_t kOneMessage = uint64_t{1} << 40;
  static uint64_t BytesIn(uint64_t taken) { return taken % kOneMessage; }
  static constexpr size_t kCacheLine = 64;

  // The head of the free list: place number (from 1) in the low half; the high half counts changes,
  // so that a head that came back is not taken for one that never left.
  static constexpr uint64_t kOneChange = uint64_t{1} << 32;
  static uint32_t NumberIn(uint64_t head) { return static_cast<uint32_t>(head); }
  static uint64_t Changed(uint64_t head, uint32_t number) {
    return ((head & ~uint64_t{0xffffffff}) + kOneChange) | number;
  }

  Place* Pop() {
    uint64_t head = free_.load(std::memory_order_acquire);
    while (NumberIn(head) != 0) {
      Place& place = places_[NumberIn(head) - 1];
      const uint32_t next = place.next.load(std::memory_order_relaxed);
      if (free_.compare_exchange_weak(head, Changed(head, next), std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
        return &place;
      }
    }
    return nullptr;
  }

  [[nodiscard]] uint32_t NumberOf(const Place& place) const {
    return static_cast<uint32_t>(&place - places_.data()) + 1;
  }

  // Places that are chained already, from the first to the last.
  void Push(Place& first, Place& last) {
    const uint32_t number = NumberOf(first);
    uint64_t head = free_.load(std::memory_order_acquire);
    do {
      last.next.store(NumberIn(head), std::memory_order_relaxed);
    } while (!free_.compare_exchange_weak(head, Changed(head, number), std::memory_order_acq_rel,
                                          std::memory_order_acquire));
  }

  std::vector<Place> places_;
  uint64_t most_bytes_;
  alignas(kCacheLine) std::atomic<uint64_t> free_;
  alignas(kCacheLine) std::atomic<uint64_t> taken_ = 0;
};

}  // namespace clientele::kafka
