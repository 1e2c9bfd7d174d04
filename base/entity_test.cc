#include "base/entity.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace clientele::base {
namespace {

TEST(Entity, AKafkaKeyReadsBack) {
  std::string bytes;
  AppendKafkaKey({.tenant = "acme", .kind = 300, .entity_id = "c-1"}, bytes);
  EXPECT_EQ(bytes, std::string("\x04"
                               "acme\x01\x2c"
                               "c-1"));
  const auto key = ParseKafkaKey(bytes);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->tenant, "acme");
  EXPECT_EQ(key->kind, 300U);
  EXPECT_EQ(key->entity_id, "c-1");
}

TEST(Entity, RefusesWhatIsNoKey) {
  EXPECT_FALSE(ParseKafkaKey(""));
  EXPECT_FALSE(
      ParseKafkaKey("\x04"
                    "acme\x01"));
}

TEST(Entity, PartsOfACompositeIdCannotRunIntoEachOther) {
  EXPECT_NE(CompositeId({"ab", "c"}), CompositeId({"a", "bc"}));
  EXPECT_EQ(CompositeId({"ab", "1:c"}), "2:ab3:1:c");
}

TEST(Entity, ARetractionTellsItsTarget) {
  event::v1::Event event;
  event.mutable_retraction()->set_kind(21);
  EXPECT_EQ(KindOf(event), 27U);
  EXPECT_EQ(EntityKindOf(event), 21U);
}

TEST(Entity, KindsHaveNames) {
  EXPECT_EQ(KindName(21), "call");
  EXPECT_EQ(KindName(6), "unknown");
  EXPECT_EQ(KindName(9999), "unknown");
  EXPECT_EQ(KindNumber("call"), 21U);
  EXPECT_EQ(KindNumber("tenant"), 0U);
}

event::v1::Event FromJson(const std::string& json) {
  event::v1::Event event;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &event).ok()) << json;
  return event;
}

struct IdCase {
  std::string json;
  std::string id;
};

// One for every kind.
std::vector<IdCase> IdCases() {
  return {
      {R"({"touchpoint":{"touchpoint_id":"t"}})", "t"},
      {R"({"touchpoint":{}})", ""},
      {R"({"call":{"call_id":"c"}})", "c"},
      {R"({"case":{"case_id":"c"}})", "c"},
      {R"({"score":{"evaluation_id":"e"}})", "e"},
      {R"({"survey":{"response_id":"r1","question_id":"q"}})", "2:r11:q"},
      {R"({"customer_id":"u","customer_profile":{"valid_from":12}})", "1:u2:12"},
      {R"({"identity_link":{"customer_a":"bb","customer_b":"a"}})", "1:a2:bb"},
      {R"({"retraction":{"kind":21,"entity_id":"c"}})", "c"},
      {R"({"cost":{"cost_id":"c"}})", "c"},
      {R"({"initiative":{"initiative_id":"i"}})", "i"},
      {R"({"agent_state":{"employee_id":"e","state":"READY","from":7}})", "1:e1:21:7"},
      {R"({"staff":{"employee_id":"e","valid_from":7}})", "1:e1:7"},
      {R"({"training":{"employee_id":"e","kind":"TEST","id":"t"}})", "1:e1:21:t"},
      {R"({"scorecard":{"scorecard_id":"s","version":3}})", "1:s1:3"},
      {R"({"sampling_plan":{"plan_id":"p","version":3}})", "1:p1:3"},
      {R"({"incentive_plan":{"plan_id":"p","version":3}})", "1:p1:3"},
      {R"({"journey_model":{"model_id":"m","version":3}})", "1:m1:3"},
      {R"({"target":{"metric":"nps","scope":{"kind":"TEAM","id":"t"},"period":{"from":1,"to":2}}})",
       "3:nps1:31:t1:11:2"},
      {R"({"target":{"metric":"nps","scope":{"kind":"COMPANY"},"period":{"from":1,"to":2}}})",
       "3:nps1:10:1:11:2"},
      {R"({"calendar":{"calendar_id":"c","version":3}})", "1:c1:3"},
      {R"({"service_target":{"queue_id":"q","valid_from":7}})", "5:queue1:q1:7"},
      {R"({"service_target":{"team_id":"q","valid_from":7}})", "4:team1:q1:7"},
      {R"({"incident":{"incident_id":"i"}})", "i"},
      {R"({"exchange_rate":{"currency":"EUR","to":"RUB","day":"2026-01-02"}})",
       "3:EUR3:RUB10:2026-01-02"},
  };
}

TEST(Entity, EveryKindNamesItsEntity) {
  std::set<int> kinds;
  for (const IdCase& one : IdCases()) {
    const event::v1::Event event = FromJson(one.json);
    kinds.insert(event.payload_case());
    const auto id = PayloadEntityId(event);
    ASSERT_TRUE(id) << one.json << ": " << id.error().field;
    EXPECT_EQ(*id, one.id) << one.json;
  }
  const auto* payload = event::v1::Event::descriptor()->FindOneofByName("payload");
  EXPECT_EQ(kinds.size(), static_cast<size_t>(payload->field_count()));
}

TEST(Entity, EveryMissingPartIsNamed) {
  const std::map<std::string, std::string> cases = {
      {"{}", "payload"},
      {R"({"call":{}})", "call.call_id"},
      {R"({"case":{}})", "case.case_id"},
      {R"({"score":{}})", "score.evaluation_id"},
      {R"({"survey":{"question_id":"q"}})", "survey.response_id"},
      {R"({"survey":{"response_id":"r"}})", "survey.question_id"},
      {R"({"customer_profile":{"valid_from":1}})", "customer_id"},
      {R"({"customer_id":"u","customer_profile":{}})", "customer_profile.valid_from"},
      {R"({"identity_link":{"customer_b":"b"}})", "identity_link.customer_a"},
      {R"({"identity_link":{"customer_a":"a"}})", "identity_link.customer_b"},
      {R"({"retraction":{}})", "retraction.entity_id"},
      {R"({"cost":{}})", "cost.cost_id"},
      {R"({"initiative":{}})", "initiative.initiative_id"},
      {R"({"incident":{}})", "incident.incident_id"},
      {R"({"agent_state":{"state":"READY","from":7}})", "agent_state.employee_id"},
      {R"({"agent_state":{"employee_id":"e","from":7}})", "agent_state.state"},
      {R"({"agent_state":{"employee_id":"e","state":"READY"}})", "agent_state.from"},
      {R"({"staff":{"employee_id":"e"}})", "staff.valid_from"},
      {R"({"training":{"employee_id":"e","id":"t"}})", "training.kind"},
      {R"({"training":{"employee_id":"e","kind":"TEST"}})", "training.id"},
      {R"({"scorecard":{"scorecard_id":"s"}})", "scorecard.version"},
      {R"({"sampling_plan":{"version":1}})", "sampling_plan.plan_id"},
      {R"({"target":{"scope":{"kind":"COMPANY"}}})", "target.metric"},
      {R"({"target":{"metric":"m","period":{"from":1,"to":2}}})", "target.scope.kind"},
      {R"({"target":{"metric":"m","scope":{"kind":"COMPANY"}}})", "target.period"},
      {R"({"service_target":{"valid_from":1}})", "service_target.queue_id"},
      {R"({"service_target":{"team_id":"t"}})", "service_target.valid_from"},
      {R"({"exchange_rate":{"currency":"EUR","day":"2026-01-02"}})", "exchange_rate.to"},
      {R"({"exchange_rate":{"currency":"EUR","to":"RUB"}})", "exchange_rate.day"},
  };
  for (const auto& [json, field] : cases) {
    const auto id = PayloadEntityId(FromJson(json));
    ASSERT_FALSE(id) << json;
    EXPECT_EQ(id.error().field, field) << json;
    EXPECT_EQ(id.error().code, Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace clientele::base
