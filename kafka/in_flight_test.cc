#include "kafka/in_flight.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace clientele::kafka {
namespace {

class Ignore final : public DeliveryReceiver {
 public:
  void OnDelivery(uint64_t, const Delivery&) override {}
};

TEST(InFlight, GivesEveryPlaceOnceAndAgainWhenGivenBack) {
  Ignore receiver;
  InFlight in_flight(2, 1'000);
  InFlight::Place* const first = in_flight.Take(receiver, 7, 10);
  InFlight::Place* const second = in_flight.Take(receiver, 8, 10);
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_NE(first, second);
  EXPECT_EQ(first->tag, 7U);
  EXPECT_EQ(first->receiver.load(), &receiver);
  EXPECT_EQ(in_flight.Take(receiver, 9, 10), nullptr);
  EXPECT_FALSE(in_flight.HasRoom());
  EXPECT_EQ(in_flight.messages(), 2U);
  EXPECT_EQ(in_flight.bytes(), 20U);
  in_flight.GiveBack(*first);
  EXPECT_TRUE(in_flight.HasRoom());
  EXPECT_EQ(in_flight.Take(receiver, 9, 10), first);
}

TEST(InFlight, IsBoundedInBytesButTakesOneLargeMessage) {
  Ignore receiver;
  InFlight in_flight(10, 100);
  InFlight::Place* const large = in_flight.Take(receiver, 1, 5'000);
  ASSERT_NE(large, nullptr);
  EXPECT_FALSE(in_flight.HasRoom());
  EXPECT_EQ(in_flight.Take(receiver, 2, 1), nullptr);
  EXPECT_EQ(in_flight.bytes(), 5'000U);
  in_flight.GiveBack(*large);
  EXPECT_EQ(in_flight.bytes(), 0U);
  EXPECT_NE(in_flight.Take(receiver, 2, 1), nullptr);
}

TEST(InFlight, TakesBackManyPlacesTogether) {
  constexpr uint32_t kPlaces = 200;
  Ignore receiver;
  InFlight in_flight(kPlaces, 1'000'000);
  std::vector<InFlight::Place*> taken;
  const auto take_all = [&] {
    taken.clear();
    while (auto* const place = in_flight.Take(receiver, 1, 10)) taken.push_back(place);
  };
  take_all();
  ASSERT_EQ(taken.size(), kPlaces);
  {
    InFlight::Returned returned(in_flight);
    for (InFlight::Place* const place : taken) returned.Add(*place);
    EXPECT_LT(in_flight.messages(), kPlaces / 2) << "it held more back than a few";
    returned.GiveBack();
    EXPECT_EQ(in_flight.messages(), 0U);
    EXPECT_EQ(in_flight.bytes(), 0U);
    take_all();
    EXPECT_EQ(std::set(taken.begin(), taken.end()).size(), kPlaces);
    for (InFlight::Place* const place : taken) returned.Add(*place);
  }
  EXPECT_EQ(in_flight.messages(), 0U) << "the rest comes back at the end";
}

TEST(InFlight, NeverGivesOnePlaceToTwoThreads) {
  constexpr int kThreads = 4;
  constexpr uint64_t kRounds = 20'000;
  InFlight in_flight(3, 1'000'000);
  std::atomic<uint64_t> faults = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&in_flight, &faults, t] {
        Ignore mine;
        InFlight::Returned returned(in_flight);
        for (uint64_t round = 0; round < kRounds; ++round) {
          const uint64_t tag = round * kThreads + static_cast<uint64_t>(t);
          InFlight::Place* const place = in_flight.Take(mine, tag, 1);
          if (place == nullptr) continue;
          if (place->receiver.load() != &mine || place->tag != tag) ++faults;
          if (round % 2 == 0) {
            in_flight.GiveBack(*place);
          } else {
            returned.Add(*place);
            returned.GiveBack();
          }
        }
      });
    }
  }
  EXPECT_EQ(faults.load(), 0U);
  EXPECT_EQ(in_flight.messages(), 0U);
  EXPECT_EQ(in_flight.bytes(), 0U);
  Ignore receiver;
  for (int i = 0; i < 3; ++i) EXPECT_NE(in_flight.Take(receiver, 0, 1), nullptr);
  EXPECT_EQ(in_flight.Take(receiver, 0, 1), nullptr);
}

}  // namespace
}  // namespace clientele::kafka
