// What has happened lies at most 5 minutes ahead of the server; what is planned may lie ahead.
#include "ingest/rules/reached.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/event_fixture.h"
#include "ingest/validation.h"

namespace clientele::ingest {
namespace {

using event::v1::Event;
using testing::HasSubstr;

// `json` with "@" for the moment.
Event With(std::string json, int64_t moment) {
  for (size_t at = json.find('@'); at != std::string::npos; at = json.find('@')) {
    json.replace(at, 1, std::to_string(moment));
  }
  return FromJson(json);
}

TEST(ReachedRules, WhatHasHappenedIsNotAhead) {
  struct Moment {
    const char* json;
    const char* field;
  };
  const Moment moments[] = {
      {R"({"call":{"queued_at":@}})", "queued_at"},
      {R"({"call":{"answered_at":@}})", "answered_at"},
      {R"({"call":{"ended_at":@}})", "ended_at"},
      {R"({"call":{"legs":[{},{"started_at":@}]}})", "legs[1].started_at"},
      {R"({"call":{"legs":[{"answered_at":@}]}})", "legs[0].answered_at"},
      {R"({"call":{"legs":[{"ended_at":@}]}})", "legs[0].ended_at"},
      {R"({"touchpoint":{"reply_at":@}})", "reply_at"},
      {R"({"case":{"opened_at":@}})", "opened_at"},
      {R"({"case":{"first_response_at":@}})", "first_response_at"},
      {R"({"case":{"resolved_at":@}})", "resolved_at"},
      {R"({"case":{"informed_at":[1,@]}})", "informed_at[1]"},
      {R"({"case":{"reopened_at":[@]}})", "reopened_at[0]"},
      {R"({"score":{"submitted_at":@}})", "submitted_at"},
      {R"({"score":{"disputed_at":@}})", "disputed_at"},
      {R"({"score":{"decided_at":@}})", "decided_at"},
      {R"({"score":{"acknowledged_at":@}})", "acknowledged_at"},
      {R"({"score":{"coached_at":@}})", "coached_at"},
      {R"({"survey":{"sent_at":@}})", "sent_at"},
      {R"({"survey":{"delivered_at":@}})", "delivered_at"},
      {R"({"survey":{"bounced_at":@}})", "bounced_at"},
      {R"({"survey":{"started_at":@}})", "started_at"},
      {R"({"survey":{"partial_at":@}})", "partial_at"},
      {R"({"survey":{"completed_at":@}})", "completed_at"},
      {R"({"survey":{"expired_at":@}})", "expired_at"},
      {R"({"agent_state":{"from":@}})", "from"},
      {R"({"agent_state":{"to":@}})", "to"},
      {R"({"incident":{"from":@}})", "from"},
      {R"({"incident":{"to":@}})", "to"},
  };
  for (const Moment& one : moments) {
    EXPECT_TRUE(rules::CheckReached(With(one.json, kNow + rules::kMostAhead), kNow)) << one.json;
    const auto status = rules::CheckReached(With(one.json, kNow + rules::kMostAhead + 1), kNow);
    ASSERT_FALSE(status) << one.json;
    EXPECT_EQ(status.error().field, one.field);
    EXPECT_EQ(status.error().message,
              "1790000300000001: has happened, must be at most 5 minutes after the server's "
              "1790000000000000");
    EXPECT_EQ(status.error().code, base::Code::kInvalidArgument);
  }
}

TEST(ReachedRules, HoldForAWholeEventWithItsPath) {
  const std::string call = R"({"call":{"call_id":"c","direction":"INBOUND","end":"ANSWERED",
      "queued_at":5,"answered_at":@}})";
  EXPECT_TRUE(CheckPayload(With(call, kNow), kNow));
  const auto status = CheckPayload(With(call, kNow + int64_t{315'361'800} * 1'000'000), kNow);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().field, "call.answered_at");
  EXPECT_THAT(status.error().message, HasSubstr("at most 5 minutes after"));
}

TEST(ReachedRules, PlansMayLieAhead) {
  constexpr int64_t kYear = int64_t{365} * 86'400 * 1'000'000;
  const char* const plans[] = {
      R"({"case":{"case_id":"c","opened_at":5,"due_at":@}})",
      R"({"touchpoint":{"kind":"CONTRACT","channel":"WEB","contract":{"from":5,"to":@}}})",
      R"({"touchpoint":{"kind":"MEETING","channel":"STORE","promise":{"due_at":@}}})",
      R"({"cost":{"cost_id":"c","purpose":"SERVICE","currency":"EUR",
          "period":{"from":5,"to":@}}})",
      R"({"target":{"metric":"aht","scope":{"kind":"COMPANY"},"value":1,
          "period":{"from":5,"to":@}}})",
      R"({"initiative":{"initiative_id":"i","phase":"PILOT","started_at":@,
          "treated":{"teams":["t"]}}})",
      R"({"staff":{"employee_id":"e","state":"WORKING","hired_at":@,"valid_from":@}})",
      R"({"calendar":{"calendar_id":"c","version":1,"time_zone":"UTC","valid_from":@}})",
  };
  for (const char* const plan : plans) {
    const auto status = CheckPayload(With(plan, kNow + kYear), kNow);
    EXPECT_TRUE(status) << plan << status.error().field << ": " << status.error().message;
  }
}

}  // namespace
}  // namespace clientele::ingest
