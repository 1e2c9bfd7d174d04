#include "engine/admission.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "engine/running.h"

namespace clientele::engine {
namespace {

bool IsSet(const Wake& wake) {
  pollfd one = wake.Poll();
  return poll(&one, 1, 0) > 0;
}

TEST(Admission, FirstComeFirstServed) {
  Admission admission(1, 1, 1);
  Wake first_wake;
  Wake second_wake;
  Wake third_wake;
  std::optional<Admission::Ticket> first(std::in_place, admission, SlotKind::kWriter, first_wake);
  std::optional<Admission::Ticket> second(std::in_place, admission, SlotKind::kWriter, second_wake);
  Admission::Ticket third(admission, SlotKind::kWriter, third_wake);
  EXPECT_TRUE(first->admitted());
  EXPECT_FALSE(second->admitted());
  first.reset();
  EXPECT_TRUE(second->admitted());
  EXPECT_TRUE(IsSet(second_wake));
  EXPECT_FALSE(third.admitted());
  second.reset();
  EXPECT_TRUE(third.admitted());
}

TEST(Admission, WhoLeavesTheLineIsForgotten) {
  Admission admission(1, 1, 1);
  Wake wake;
  std::optional<Admission::Ticket> first(std::in_place, admission, SlotKind::kReader, wake);
  std::optional<Admission::Ticket> second(std::in_place, admission, SlotKind::kReader, wake);
  Admission::Ticket third(admission, SlotKind::kReader, wake);
  second.reset();
  first.reset();
  EXPECT_TRUE(third.admitted());
}

TEST(Admission, KindsDoNotTakeFromEachOther) {
  Admission admission(1, 1, 1);
  Wake wake;
  const Admission::Ticket writer(admission, SlotKind::kWriter, wake);
  const Admission::Ticket reader(admission, SlotKind::kReader, wake);
  const Admission::Ticket control(admission, SlotKind::kControl, wake);
  EXPECT_TRUE(writer.admitted() && reader.admitted() && control.admitted());
}

TEST(Admission, NeverMoreThanItsSlots) {
  Admission admission(3, 1, 1);
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      Wake wake;
      for (int i = 0; i < 200; ++i) {
        const Admission::Ticket ticket(admission, SlotKind::kWriter, wake);
        while (!ticket.admitted()) {
          pollfd one = wake.Poll();
          poll(&one, 1, 1'000);
          wake.Clear();
        }
        const int now = ++inside;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        --inside;
      }
    });
  }
  threads.clear();
  EXPECT_LE(most, 3);
}

TEST(RunningStatements, CancelsByIdAndRefusesTwins) {
  RunningStatements all;
  Wake wake;
  RunningStatements::Entry first(all, "a", wake);
  {
    const RunningStatements::Entry twin(all, "a", wake);
    EXPECT_FALSE(twin.added());
  }
  RunningStatements::Entry second(all, "b", wake);
  EXPECT_EQ(all.Ids(), (std::vector<std::string>{"a", "b"}));
  all.Cancel({"b", "unknown"});
  EXPECT_FALSE(first.cancelled());
  EXPECT_TRUE(second.cancelled());
  EXPECT_TRUE(IsSet(wake));
  all.CancelAll();
  EXPECT_TRUE(first.cancelled());
}

}  // namespace
}  // namespace clientele::engine
