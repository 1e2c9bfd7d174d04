// Every event of the sample passes ingest, and the planted truth is what a naive reading of the
// whole log gives: group by the Kafka key, take the greatest revision above every retraction's, of
// equal ones the first, and add up.
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "app/simulate/sample_fixture.h"
#include "base/clock.h"
#include "base/entity.h"
#include "ingest/fake_producer.h"
#include "ingest/prepare.h"

namespace clientele::app::simulate {
namespace {

using event::v1::Call;
using event::v1::Event;
using event::v1::Touchpoint;

struct Entity {
  std::optional<uint32_t> bar;
  std::vector<Event> tellings;  // in order of the log

  [[nodiscard]] const Event* Counting() const {
    const Event* counting = nullptr;
    for (const Event& telling : tellings) {
      if (bar && telling.revision() <= *bar) continue;
      if (counting == nullptr || telling.revision() > counting->revision()) counting = &telling;
    }
    return counting;
  }
};

// Moscow is three hours ahead of UTC, all the year.
std::string MoscowDay(int64_t moment) {
  const auto seconds = static_cast<time_t>(moment / 1'000'000 + 3 * 3'600);
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[11];
  EXPECT_EQ(strftime(text, sizeof text, "%Y-%m-%d", &parts), 10U);
  return text;
}

int64_t Milliseconds(int64_t from, int64_t to) { return (to - from) / 1'000; }

void Count(const Event& event, std::map<std::string, DayTruth>& days) {
  if (event.purpose() == Event::MYSTERY || event.purpose() == Event::TEST) return;
  if (event.has_touchpoint()) {
    DayTruth& day = days[MoscowDay(event.occurred_at())];
    const int64_t amount = event.touchpoint().money().amount_minor();
    if (event.touchpoint().kind() == Touchpoint::PURCHASE) {
      day.purchases += 1;
      day.revenue_minor += amount;
    } else if (event.touchpoint().kind() == Touchpoint::RETURN) {
      day.returned_minor += amount;
    }
    return;
  }
  const Call& call = event.call();
  if (call.direction() != Call::INBOUND) return;
  ServiceTruth one;
  switch (call.end()) {
    case Call::ANSWERED:
      one.answered = 1;
      one.wait_ms = Milliseconds(call.queued_at(), call.answered_at());
      one.answered_in_20s = one.wait_ms <= 20'000;
      for (const auto& leg : call.legs()) {
        one.talk_ms += leg.talk_ms();
        one.hold_ms += leg.hold_ms();
        one.wrap_ms += leg.wrap_ms();
      }
      break;
    case Call::ABANDONED:
      one.abandoned = 1;
      one.short_abandoned = Milliseconds(call.queued_at(), call.ended_at()) < 5'000;
      break;
    case Call::FLOWED_OUT:
    case Call::VOICEMAIL:
    case Call::CALLBACK:
      one.flowed_out = 1;
      break;
    default:
      one.blocked = 1;
  }
  one.offered = one.answered + one.abandoned + one.flowed_out;
  DayTruth& day = days[MoscowDay(one.blocked != 0 ? event.occurred_at() : call.queued_at())];
  day.calls.Add(one);
  if (one.blocked == 0) day.by_queue[call.queue_id()].Add(one);
}

class TruthTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_TRUE(producer_.Flush(std::chrono::seconds(60))); }

  // What the log holds of calls and touchpoints, by key.
  std::map<std::string, Entity> Log(const Sample& sample) {
    std::map<std::string, Entity> entities;
    const int64_t now = sample.simulation->timeline().End() + kHour;
    int64_t refused = 0;
    for (const std::string& bytes : sample.events) {
      const base::Status status = preparer_.Prepare(bytes, now);
      if (!status) {
        Event event;
        EXPECT_TRUE(event.ParseFromString(bytes));
        if (refused++ < 10) {
          ADD_FAILURE() << status.error().field << ": " << status.error().message << "\n"
                        << event.ShortDebugString();
        }
        continue;
      }
      Event stored;
      EXPECT_TRUE(stored.ParseFromString(preparer_.value()));
      Entity& entity = entities[preparer_.key()];
      if (stored.has_retraction()) {
        const uint32_t bar = stored.retraction().revision();
        entity.bar = std::max(entity.bar.value_or(bar), bar);
      } else if (stored.has_call() || stored.has_touchpoint()) {
        entity.tellings.push_back(std::move(stored));
      }
    }
    EXPECT_EQ(refused, 0);
    return entities;
  }

  base::FakeClock clock_{1'795'500'000'000'000};
  ingest::KeySet keys_{ingest::Key{7}};
  ingest::FakeProducer producer_;
  ingest::DataKeys data_keys_{keys_, producer_, clock_};
  ingest::Preparer preparer_{"main", keys_, data_keys_, *ingest::FindPhoneRegion("RU")};
};

void ExpectEqual(const ServiceTruth& planted, const ServiceTruth& counted) {
  EXPECT_EQ(planted.offered, counted.offered);
  EXPECT_EQ(planted.answered, counted.answered);
  EXPECT_EQ(planted.abandoned, counted.abandoned);
  EXPECT_EQ(planted.short_abandoned, counted.short_abandoned);
  EXPECT_EQ(planted.flowed_out, counted.flowed_out);
  EXPECT_EQ(planted.blocked, counted.blocked);
  EXPECT_EQ(planted.answered_in_20s, counted.answered_in_20s);
  EXPECT_EQ(planted.wait_ms, counted.wait_ms);
  EXPECT_EQ(planted.talk_ms, counted.talk_ms);
  EXPECT_EQ(planted.hold_ms, counted.hold_ms);
  EXPECT_EQ(planted.wrap_ms, counted.wrap_ms);
}

TEST_F(TruthTest, IsWhatTheWholeLogGives) {
  for (const uint64_t seed : {1, 5}) {
    const Sample sample = MakeSample(SampleOptions(6'000, 30, seed));
    std::map<std::string, DayTruth> counted;
    int corrected = 0;
    int barred = 0;
    for (const auto& [key, entity] : Log(sample)) {
      const Event* const counting = entity.Counting();
      barred += entity.bar ? 1 : 0;
      if (counting == nullptr) continue;
      corrected += counting->revision() > 0 ? 1 : 0;
      Count(*counting, counted);
    }
    EXPECT_GT(corrected, 50);
    EXPECT_GT(barred, 5);
    const Truth& truth = sample.simulation->truth();
    for (int day = 0; day < truth.timeline().days(); ++day) {
      SCOPED_TRACE(truth.timeline().Name(day));
      const DayTruth& planted = truth.days()[static_cast<size_t>(day)];
      const DayTruth& found = counted[truth.timeline().Name(day)];
      ExpectEqual(planted.calls, found.calls);
      EXPECT_TRUE(planted.by_queue == found.by_queue);
      EXPECT_EQ(planted.purchases, found.purchases);
      EXPECT_EQ(planted.revenue_minor, found.revenue_minor);
      EXPECT_EQ(planted.returned_minor, found.returned_minor);
    }
    EXPECT_GT(truth.days()[10].calls.offered, 100);
    EXPECT_GT(truth.days()[10].purchases, 10);
  }
}

}  // namespace
}  // namespace clientele::app::simulate
