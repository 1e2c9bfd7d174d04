#include "ingest/data_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "clientele/log/v1/log.pb.h"
#include "ingest/aes.h"
#include "ingest/event_fixture.h"
#include "ingest/fake_producer.h"

namespace clientele::ingest {
namespace {

using base::Code;
using Outcome = kafka::Delivery::Outcome;

class Waiter final : public KeyWaiter {
 public:
  void OnKeyStored(uint64_t tag, bool stored) override { told_.set_value({tag, stored}); }
  std::pair<uint64_t, bool> Get() { return told_.get_future().get(); }

 private:
  std::promise<std::pair<uint64_t, bool>> told_;
};

// Reads what the fake producer was given, as the topic would hold it.
class FakeReader final : public kafka::LogReader {
 public:
  base::Result<Bounds> BoundsOf(std::string_view, kafka::Partition) override {
    return Bounds{{0}, {static_cast<int64_t>(records.size())}};
  }
  base::Result<OwnedRecord> ReadAt(std::string_view, kafka::Partition, kafka::Offset) override {
    return base::Fail(Code::kUnimplemented, "not read so");
  }
  base::Status VisitToEnd(std::string_view, kafka::Partition, kafka::Offset,
                          const Take& take) override {
    for (const OwnedRecord& record : records) {
      if (auto taken = take(record); !taken) return taken;
    }
    return {};
  }
  void Add(const FakeProducer::Message& message) {
    records.push_back({{0}, {static_cast<int64_t>(records.size())}, 0, message.key, message.value});
  }
  std::vector<OwnedRecord> records;
};

class DataKeysTest : public testing::Test {
 protected:
  std::shared_ptr<DataKey> Of(DataKeys& keys, const std::string& subject) {
    const auto key = keys.Of("acme", subject);
    EXPECT_TRUE(key);
    return *key;
  }

  base::FakeClock clock_{kNow};
  KeySet key_set_{Key{7}};
  std::unique_ptr<DataKeys> keys_;
  FakeProducer producer_;
};

TEST_F(DataKeysTest, OneKeyAPersonStoredOnce) {
  keys_ = std::make_unique<DataKeys>(key_set_, producer_, clock_);
  const auto key = Of(*keys_, "customer:1");
  EXPECT_EQ(Of(*keys_, "customer:1"), key);
  EXPECT_NE(Of(*keys_, "customer:2")->id, key->id);
  EXPECT_NE((*keys_->Of("other", "customer:1"))->id, key->id);
  EXPECT_EQ(producer_.messages().size(), 3U);
}

TEST_F(DataKeysTest, AWaiterIsToldWhenTheKeyIsStored) {
  producer_.Hold();
  keys_ = std::make_unique<DataKeys>(key_set_, producer_, clock_);
  const auto key = Of(*keys_, "customer:1");
  Waiter waiter;
  ASSERT_EQ(keys_->Await(*key, waiter, 5), DataKeys::Stored::kLater);
  producer_.Release();
  EXPECT_EQ(waiter.Get(), std::make_pair(uint64_t{5}, true));
  Waiter later;
  EXPECT_EQ(keys_->Await(*key, later, 6), DataKeys::Stored::kYes);
}

TEST_F(DataKeysTest, AKeyThatIsNotStoredIsNotUsedAgain) {
  producer_.Hold();
  producer_.SetOutcomes(
      [](size_t n, const auto&) { return n == 0 ? Outcome::kUnknown : Outcome::kPersisted; });
  keys_ = std::make_unique<DataKeys>(key_set_, producer_, clock_);
  const auto lost = Of(*keys_, "customer:1");
  Waiter waiter;
  ASSERT_EQ(keys_->Await(*lost, waiter, 5), DataKeys::Stored::kLater);
  producer_.Release();
  EXPECT_EQ(waiter.Get(), std::make_pair(uint64_t{5}, false));
  Waiter late;
  EXPECT_EQ(keys_->Await(*lost, late, 6), DataKeys::Stored::kNo);
  EXPECT_NE(Of(*keys_, "customer:1")->id, lost->id);
}

TEST_F(DataKeysTest, AFullQueueIsTold) {
  producer_.SetQueueSize(0);
  keys_ = std::make_unique<DataKeys>(key_set_, producer_, clock_);
  const auto key = keys_->Of("acme", "customer:1");
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, Code::kResourceExhausted);
  producer_.SetQueueSize(10);
  EXPECT_TRUE(keys_->Of("acme", "customer:1"));
}

TEST_F(DataKeysTest, TheCacheIsBounded) {
  keys_ = std::make_unique<DataKeys>(key_set_, producer_, clock_, 10);
  for (int i = 0; i < 1'000; ++i) (void)Of(*keys_, std::to_string(i));
  EXPECT_EQ(keys_->Cached(), 10U);
}

TEST_F(DataKeysTest, LoadTakesOverTheTopicsKeys) {
  keys_ = std::make_unique<DataKeys>(key_set_, producer_, clock_);
  const auto one = Of(*keys_, "customer:1");
  const auto two = Of(*keys_, "customer:2");
  FakeReader reader;
  for (const auto& message : producer_.messages()) reader.Add(message);
  reader.Add({std::string(kafka::kKeysTopic), producer_.messages()[1].key, "", ""});

  DataKeys fresh(key_set_, producer_, clock_);
  ASSERT_TRUE(fresh.Load(reader));
  EXPECT_EQ(Of(fresh, "customer:1")->id, one->id);
  EXPECT_EQ(Of(fresh, "customer:1")->key, one->key);
  Waiter waiter;
  EXPECT_EQ(fresh.Await(*Of(fresh, "customer:1"), waiter, 0), DataKeys::Stored::kYes);
  // Destroyed: never used again.
  EXPECT_NE(Of(fresh, "customer:2")->id, two->id);
  ASSERT_TRUE(producer_.Flush(std::chrono::seconds(20)));
}

TEST_F(DataKeysTest, AnotherKeySetIsRefused) {
  keys_ = std::make_unique<DataKeys>(key_set_, producer_, clock_);
  (void)Of(*keys_, "customer:1");
  FakeReader reader;
  reader.Add(producer_.messages()[0]);
  KeySet other(Key{8});
  DataKeys foreign(other, producer_, clock_);
  EXPECT_EQ(foreign.Load(reader).error().code, Code::kDataLoss);
  reader.records[0].value = "no record at all";
  DataKeys same(key_set_, producer_, clock_);
  EXPECT_EQ(same.Load(reader).error().code, Code::kDataLoss);
}

TEST(Aes, SealsAndRefusesWhatWasChanged) {
  const Key key{1};
  const auto sealed = Seal(key, "text", "place");
  ASSERT_TRUE(sealed);
  EXPECT_EQ(*Unseal(key, *sealed, "place"), "text");
  EXPECT_FALSE(Unseal(Key{2}, *sealed, "place"));
  EXPECT_FALSE(Unseal(key, *sealed, "elsewhere"));
  for (size_t i = 0; i < sealed->ciphertext.size(); ++i) {
    Sealed changed = *sealed;
    changed.ciphertext[i] = static_cast<char>(changed.ciphertext[i] ^ 1);
    EXPECT_FALSE(Unseal(key, changed, "place"));
  }
  EXPECT_FALSE(Unseal(key, {"", ""}, "place"));
  EXPECT_EQ(*Unseal(key, *Seal(key, "", ""), ""), "");
}

}  // namespace
}  // namespace clientele::ingest
