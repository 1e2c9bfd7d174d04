// Reading a real broker's log: offsets, errors that must stop, gaps, and poison.
#include <thread>

#include "kafka/client.h"
#include "kafka/kafka_fixture.h"

namespace clientele::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ConsumerKafkaTest : public KafkaTest {
 protected:
  void Fill(const std::string& topic, Partition partition, int count) {
    const auto producer = Open();
    for (int i = 0; i < count; ++i) {
      const auto done =
          producer->ProduceAndWait(topic, partition, "k", fmt::format("value {}", i), kPatience);
      ASSERT_TRUE(done && done->outcome == Delivery::Outcome::kPersisted);
    }
  }

  // Two transactions of one record each, the first committed, the second aborted: records at 0 and
  // 2, markers at 1 and 3.
  void WriteTransactions(const std::string& topic) {
    auto conf = MakeConf(broker_.config(), {{"transactional.id", topic}});
    ASSERT_TRUE(conf);
    const auto client = MakeClient(RD_KAFKA_PRODUCER, *std::move(conf));
    ASSERT_TRUE(client);
    constexpr int kPatienceMs = 60'000;
    const auto done = [](rd_kafka_error_t* error) {
      const OwnedError owned(error);
      return owned ? std::string(rd_kafka_error_string(owned.get())) : std::string();
    };
    ASSERT_EQ(done(rd_kafka_init_transactions(client->get(), kPatienceMs)), "");
    for (const bool commit : {true, false}) {
      ASSERT_EQ(done(rd_kafka_begin_transaction(client->get())), "");
      std::string value = commit ? "committed" : "aborted";
      ASSERT_EQ(rd_kafka_producev(client->get(), RD_KAFKA_V_TOPIC(topic.c_str()),
                                  RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                  RD_KAFKA_V_VALUE(value.data(), value.size()), RD_KAFKA_V_END),
                RD_KAFKA_RESP_ERR_NO_ERROR);
      ASSERT_EQ(rd_kafka_flush(client->get(), kPatienceMs), RD_KAFKA_RESP_ERR_NO_ERROR);
      ASSERT_EQ(done(commit ? rd_kafka_commit_transaction(client->get(), kPatienceMs)
                            : rd_kafka_abort_transaction(client->get(), kPatienceMs)),
                "");
    }
  }
};

TEST_F(ConsumerKafkaTest, StartsAtTheGivenOffsets) {
  const std::string topic = NewTopic(2);
  Fill(topic, {0}, 5);
  Fill(topic, {1}, 3);
  const auto log = Read(topic, {{{0}, {3}}, {{1}, {3}}});
  const auto records = PollRecords(*log, 2);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].offset.value, 3);
  EXPECT_EQ(records[1].offset.value, 4);
  EXPECT_EQ(records[1].value, "value 4");
  // Partition 1 was at its end; what comes later comes.
  Fill(topic, {1}, 1);
  EXPECT_EQ(PollRecords(*log, 1).at(0).offset.value, 3);
}

TEST_F(ConsumerKafkaTest, ATimeOutIsAnEmptyBatch) {
  const std::string topic = NewTopic(1);
  const auto log = Read(topic, {{{0}, {0}}});
  const auto batch = log->Poll(10, milliseconds(100));
  ASSERT_TRUE(batch) << batch.error().message;
  EXPECT_TRUE((*batch)->records().empty());
}

TEST_F(ConsumerKafkaTest, DoesNotWaitForMoreThanTheFirst) {
  const std::string topic = NewTopic(1);
  Fill(topic, {0}, 3);
  const auto log = Read(topic, {{{0}, {0}}});
  const auto start = std::chrono::steady_clock::now();
  size_t count = 0;
  while (count < 3) {
    const auto batch = log->Poll(1'000, seconds(50));
    ASSERT_TRUE(batch) << batch.error().message;
    count += (*batch)->records().size();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(40));
}

TEST_F(ConsumerKafkaTest, ABatchOutlivesItsLogAndMayEndInAnotherThread) {
  const std::string topic = NewTopic(1);
  Fill(topic, {0}, 3);
  auto log = Read(topic, {{{0}, {0}}});
  const auto records = PollRecords(*log, 3);
  log.reset();
  std::jthread([&] {
    EXPECT_EQ(records.at(2).value, "value 2");
    batches_.clear();
  }).join();
}

TEST_F(ConsumerKafkaTest, AnOffsetThatWasRemovedIsAnErrorAndNeverAJump) {
  const std::string topic = NewTopic(1);
  Fill(topic, {0}, 5);
  const auto deleted = broker_.DeleteBefore(topic, {0}, {3});
  ASSERT_TRUE(deleted) << deleted.error().message;
  const auto log = Read(topic, {{{0}, {1}}});
  size_t records = 0;
  const base::Error error = PollError(*log, &records);
  EXPECT_EQ(records, 0U);
  EXPECT_EQ(error.code, base::Code::kOutOfRange);
  EXPECT_THAT(error.message, HasSubstr(topic + " partition 0, next offset 1"));
  // It stays.
  EXPECT_EQ(PollError(*log).code, base::Code::kOutOfRange);
}

TEST_F(ConsumerKafkaTest, AnOffsetBeyondTheEndIsAnError) {
  const std::string topic = NewTopic(1);
  Fill(topic, {0}, 2);
  const auto log = Read(topic, {{{0}, {10}}});
  EXPECT_EQ(PollError(*log).code, base::Code::kOutOfRange);
}

TEST_F(ConsumerKafkaTest, ATopicOrPartitionThatIsNotThereIsAnError) {
  const auto nowhere = OpenEventLog(broker_.config(), "no-such-topic", "test", metrics_);
  ASSERT_TRUE(nowhere);
  EXPECT_EQ((*nowhere)->Assign({{{0}, {0}}}).error().code, base::Code::kNotFound);
  const std::string topic = NewTopic(2);
  const auto beyond = OpenEventLog(broker_.config(), topic, "test", metrics_);
  ASSERT_TRUE(beyond);
  const auto assigned = (*beyond)->Assign({{{1}, {0}}, {{2}, {0}}});
  ASSERT_FALSE(assigned);
  EXPECT_EQ(assigned.error().code, base::Code::kNotFound);
  EXPECT_EQ(assigned.error().message, topic + ": there is no partition 2, it has 2");
  EXPECT_TRUE((*beyond)->Assign({{{1}, {0}}}));
}

TEST_F(ConsumerKafkaTest, ATopicThatIsDeletedMeanwhileIsAnError) {
  const std::string topic = NewTopic(1);
  Fill(topic, {0}, 3);
  const auto log = Read(topic, {{{0}, {0}}});
  EXPECT_EQ(PollRecords(*log, 3).size(), 3U);
  ASSERT_TRUE(broker_.DeleteTopic(topic));
  EXPECT_EQ(PollError(*log).code, base::Code::kNotFound);
}

TEST_F(ConsumerKafkaTest, AssignsOnceAndNoNegativeOffset) {
  const std::string topic = NewTopic(1);
  const auto log = OpenEventLog(broker_.config(), topic, "test", metrics_);
  ASSERT_TRUE(log);
  const auto negative = (*log)->Assign({{{0}, {-1}}});
  ASSERT_FALSE(negative);
  EXPECT_EQ(negative.error().code, base::Code::kInvalidArgument);
  EXPECT_THAT(negative.error().message, HasSubstr("offset -1 is negative"));
  ASSERT_TRUE((*log)->Assign({{{0}, {0}}}));
  const auto again = (*log)->Assign({{{0}, {0}}});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, base::Code::kFailedPrecondition);
}

TEST_F(ConsumerKafkaTest, MarkersAreGapsAndEverythingAtAnOffsetCounts) {
  const std::string topic = NewTopic(1);
  ASSERT_NO_FATAL_FAILURE(WriteTransactions(topic));
  const auto log = Read(topic, {{{0}, {0}}});
  const auto records = PollRecords(*log, 2);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].offset.value, 0);
  EXPECT_EQ(records[0].value, "committed");
  EXPECT_EQ(records[1].offset.value, 2);
  EXPECT_EQ(records[1].value, "aborted");

  const auto reader = OpenLogReader(broker_.config());
  ASSERT_TRUE(reader);
  EXPECT_EQ((*reader)->BoundsOf(topic, {0})->end.value, 4);
  EXPECT_EQ((*reader)->ReadAt(topic, {0}, {2})->value, "aborted");
  for (const int64_t gap : {1, 3}) {
    const auto found = (*reader)->ReadAt(topic, {0}, {gap});
    ASSERT_FALSE(found) << gap;
    EXPECT_EQ(found.error().code, base::Code::kNotFound);
  }
  const auto all = (*reader)->ReadToEnd(topic, {0}, {0});
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->size(), 2U);
  EXPECT_EQ((*reader)->ReadToEnd(topic, {0}, {3})->size(), 0U);
}

TEST_F(ConsumerKafkaTest, ARecordOfTwentyMegabytesComesWithItsNeighbours) {
  const std::string topic = NewTopic(1, {{"max.message.bytes", "33554432"}});
  const std::string poison(20'000'000, '\xff');
  ASSERT_TRUE(broker_.Put(topic, {0}, "a", "before"));
  const auto put = broker_.Put(topic, {0}, "b", poison);
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->value, 1);
  ASSERT_TRUE(broker_.Put(topic, {0}, "c", "after"));
  const auto log = Read(topic, {{{0}, {0}}});
  const auto records = PollRecords(*log, 3);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].value, "before");
  EXPECT_TRUE(records[1].value == poison);
  EXPECT_EQ(records[2].value, "after");
  const auto reader = OpenLogReader(broker_.config());
  ASSERT_TRUE(reader);
  const auto again = (*reader)->ReadAt(topic, {0}, {1});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->value == poison);
}

TEST_F(ConsumerKafkaTest, ANullKeyOrValueIsEmpty) {
  const std::string topic = NewTopic(1);
  ASSERT_TRUE(broker_.Put(topic, {0}, std::string_view(), std::string_view()));
  const auto log = Read(topic, {{{0}, {0}}});
  const auto records = PollRecords(*log, 1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_TRUE(records[0].key.empty());
  EXPECT_TRUE(records[0].value.empty());
}

TEST_F(ConsumerKafkaTest, CommitsForLagToolsAreSeenByThem) {
  const std::string topic = NewTopic(1);
  Fill(topic, {0}, 3);
  const auto log = Read(topic, {{{0}, {0}}});
  EXPECT_EQ(PollRecords(*log, 3).size(), 3U);
  auto conf = MakeConf(broker_.config(), {{"group.id", "test"}});
  ASSERT_TRUE(conf);
  const auto client = MakeClient(RD_KAFKA_CONSUMER, *std::move(conf));
  ASSERT_TRUE(client);
  int64_t committed = RD_KAFKA_OFFSET_INVALID;
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (committed != 3 && std::chrono::steady_clock::now() < until) {
    // The first one may come before the group's coordinator is known.
    log->CommitForLagTools({{{0}, {3}}});
    ASSERT_TRUE(log->Poll(1, milliseconds(50)));
    const PartitionList list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), 0);
    rd_kafka_committed(client->get(), list.get(), 5'000);
    committed = list->elems[0].offset;
  }
  EXPECT_EQ(committed, 3);
}

}  // namespace
}  // namespace clientele::kafka
