// Every rule of every kind, by an event in JSON that breaks it: which field is named, and how.
#include "ingest/rules/kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/event_fixture.h"
#include "ingest/validation.h"

namespace clientele::ingest {
namespace {

using event::v1::Event;
using testing::HasSubstr;

base::Status CheckPayloadNow(const Event& event) { return ingest::CheckPayload(event, kNow); }

struct Case {
  const char* json;   // merged over the good event of the kind
  const char* field;  // empty: it is good
  const char* reason;
};

// `good` with `change` merged over it must break exactly as told.
void Check(const std::string& good, const std::vector<Case>& cases) {
  ASSERT_TRUE(CheckPayloadNow(FromJson(good)))
      << good << CheckPayloadNow(FromJson(good)).error().field
      << CheckPayloadNow(FromJson(good)).error().message;
  for (const Case& one : cases) {
    Event event = FromJson(good);
    Event change = FromJson(one.json);
    event.MergeFrom(change);
    const base::Status status = CheckPayloadNow(event);
    if (std::string(one.field).empty()) {
      EXPECT_TRUE(status) << one.json << ": " << status.error().field << status.error().message;
      continue;
    }
    ASSERT_FALSE(status) << one.json << " broke nothing";
    EXPECT_EQ(status.error().field, one.field) << one.json;
    EXPECT_THAT(status.error().message, HasSubstr(one.reason)) << one.json;
    EXPECT_EQ(status.error().code, base::Code::kInvalidArgument);
  }
}

TEST(KindRules, CharactersAreCountedNotBytes) {
  Event event = FromJson(R"({"call":{"call_id":"c","direction":"OUTBOUND","end":"NO_ANSWER"}})");
  std::string id;
  for (int i = 0; i < 128; ++i) id += "я";
  event.mutable_call()->set_call_id(id);
  EXPECT_TRUE(CheckPayloadNow(event));
  event.mutable_call()->set_call_id(id + "я");
  EXPECT_THAT(CheckPayloadNow(event).error().message, HasSubstr("129 characters"));
}

TEST(KindRules, Call) {
  const std::string good = R"({"call":{"call_id":"c","direction":"INBOUND","queue_id":"q",
    "queued_at":1000,"answered_at":2000,"ended_at":3000,"end":"ANSWERED","ended_by":"CUSTOMER",
    "legs":[{"employee_id":"e","started_at":1000,"answered_at":2000,"ended_at":3000}]}})";
  Event nul = FromJson(good);
  nul.mutable_call()->set_call_id(std::string("a\0b", 3));
  EXPECT_EQ(CheckPayloadNow(nul).error().field, "call.call_id");
  EXPECT_THAT(CheckPayloadNow(nul).error().message, HasSubstr("NUL"));
  Event many = FromJson(good);
  for (int i = 0; i < 64; ++i) many.mutable_call()->add_legs()->set_employee_id("e");
  EXPECT_THAT(CheckPayloadNow(many).error().message, HasSubstr("65 entries: must be from 0 to 64"));
  Event tags = FromJson(good);
  tags.mutable_call()->mutable_speech()->add_tags(Long(65));
  EXPECT_EQ(CheckPayloadNow(tags).error().field, "call.speech.tags[0]");
  Event reference = FromJson(good);
  reference.mutable_call()->set_recording_ref(Long(513));
  EXPECT_EQ(CheckPayloadNow(reference).error().field, "call.recording_ref");
  Event empty = FromJson(good);
  empty.mutable_call()->clear_call_id();
  EXPECT_EQ(CheckPayloadNow(empty).error().field, "call.call_id");
  Check(
      good,
      {
          {R"({"call":{"direction":77}})", "call.direction",
           "77: must be one of INBOUND, OUTBOUND"},
          {R"({"call":{"end":99}})", "call.end", "99: must be one of ANSWERED"},
          {R"({"call":{"ended_by":9}})", "call.ended_by", "CUSTOMER, EMPLOYEE, SYSTEM"},
          {R"({"call":{"queued_at":-5}})", "call.queued_at", "-5"},
          {R"({"call":{"queued_at":7258118400000000}})", "call.queued_at", "2200"},
          {R"({"call":{"answered_at":999}})", "call.answered_at",
           "999: must not be before queued_at 1000"},
          {R"({"call":{"ended_at":1999}})", "call.ended_at", "must not be before answered_at 2000"},
          {R"({"call":{"ivr_ms":-1}})", "call.ivr_ms", "from 0 to 86400000"},
          {R"({"call":{"end":"BUSY"}})", "call.queued_at", "never queued"},
          {R"({"call":{"end":"ABANDONED"}})", "call.answered_at", "nobody answered"},
          {R"({"call":{"legs":[{"talk_ms":1}]}})", "call.legs[1].employee_id", "1 to 128"},
          {R"({"call":{"legs":[{"employee_id":"e","talk_ms":86400001}]}})", "call.legs[1].talk_ms",
           "86400001: must be from 0 to 86400000"},
          {R"({"call":{"legs":[{"employee_id":"e","hold_ms":-1}]}})", "call.legs[1].hold_ms", "-1"},
          {R"({"call":{"legs":[{"employee_id":"e","wrap_ms":-1}]}})", "call.legs[1].wrap_ms", "-1"},
          {R"({"call":{"legs":[{"employee_id":"e","line":10}]}})", "call.legs[1].line", "0 to 9"},
          {R"({"call":{"legs":[{"employee_id":"e","transfer":9}]}})", "call.legs[1].transfer",
           "BLIND"},
          {R"({"call":{"legs":[{"employee_id":"e","started_at":9,"ended_at":8}]}})",
           "call.legs[1].ended_at", "must not be before started_at 9"},
          {R"({"call":{"speech":{"agent_ms":-1}}})", "call.speech.agent_ms", "-1"},
      });
  Check(R"({"call":{"call_id":"c","direction":"INBOUND","queued_at":1,"end":"ABANDONED"}})",
        {{R"({"call":{"end":"ANSWERED"}})", "call.answered_at", "is required"}});
  Check(
      R"({"call":{"call_id":"c","direction":"OUTBOUND","end":"NO_ANSWER"}})",
      {{R"({"call":{"direction":"INBOUND","end":"ABANDONED"}})", "call.queued_at", "is required"}});
}

TEST(KindRules, Touchpoint) {
  Check(
      R"({"touchpoint":{"kind":"MESSAGE","channel":"CHAT","direction":"INBOUND","author":"CUSTOMER",
            "items":[{"sku":"s","quantity":1.5,"amount_minor":5}],
            "money":{"amount_minor":-5,"currency":"EUR"},"text":{"clear":"hello"}}})",
      {
          {R"({"touchpoint":{"kind":55}})", "touchpoint.kind", "55: must be one of VISIT"},
          {R"({"touchpoint":{"channel":55}})", "touchpoint.channel", "PHONE"},
          {R"({"touchpoint":{"line":10}})", "touchpoint.line", "0 to 9"},
          {R"({"touchpoint":{"reply_kind":"HOLDING"}})", "touchpoint.reply_kind",
           "EMPLOYEE or a BOT"},
          {R"({"touchpoint":{"author":"BOT","reply_kind":"HOLDING"}})", "", ""},
          {R"({"touchpoint":{"hand_off":{"from":"a","to":"b"}}})", "touchpoint.hand_off.mode",
           "RELAY"},
          {R"({"touchpoint":{"hand_off":{"to":"b","mode":"WARM"}}})", "touchpoint.hand_off.from",
           "1 to"},
          {R"({"touchpoint":{"money":{"currency":"eur"}}})", "touchpoint.money.currency",
           "ISO 4217"},
          {R"({"touchpoint":{"items":[{"quantity":1}]}})", "touchpoint.items[1].sku", "1 to 128"},
          {R"({"touchpoint":{"items":[{"sku":"s","quantity":"NaN"}]}})",
           "touchpoint.items[1].quantity", "must be a number"},
          {R"({"touchpoint":{"kind":"CONTRACT"}})", "touchpoint.contract",
           "required of a CONTRACT"},
          {R"({"touchpoint":{"contract":{"from":5,"to":5}}})", "touchpoint.contract.to",
           "above from 5"},
          {R"({"touchpoint":{"promise":{"due_at":-1}}})", "touchpoint.promise.due_at", "-1"},
          {R"({"touchpoint":{"kind":"REVIEW"}})", "touchpoint.rating", "required of a REVIEW"},
          {R"({"touchpoint":{"rating":{"value":6,"scale":5,"platform":"p"}}})",
           "touchpoint.rating.value", "6: must be a number from 0 to 5"},
          {R"({"touchpoint":{"rating":{"value":6,"platform":"p"}}})", "touchpoint.rating.scale",
           "1 to 100"},
          {R"({"touchpoint":{"reason":{}}})", "touchpoint.reason.code", "SERVICE, PRICE"},
          {R"({"touchpoint":{"attributes":{"":"x"}}})", "touchpoint.attributes[\"\"]", "1 to 64"},
          {R"({"touchpoint":{"text":{"sealed":{}}}})", "touchpoint.text.sealed", "ingest alone"},
      });
  Check(R"({"touchpoint":{"kind":"CHURN"}})",
        {
            {R"({"touchpoint":{"kind":"PURCHASE","channel":"STORE"}})", "touchpoint.money",
             "PURCHASE"},
            {R"({"touchpoint":{"kind":"VISIT"}})", "touchpoint.channel", "not set"},
            {R"({"touchpoint":{"kind":"MESSAGE","channel":"SMS"}})", "touchpoint.direction",
             "not set"},
            {R"({"touchpoint":{"kind":"MESSAGE","channel":"SMS","direction":"SELF"}})",
             "touchpoint.author", "not set"},
            {R"({"touchpoint":{"items":[{"sku":"s","amount_minor":1}]}})", "touchpoint.money",
             "currency"},
        });
  Event text = FromJson(R"({"touchpoint":{"kind":"NOTE","channel":"PHONE"}})");
  text.mutable_touchpoint()->mutable_text()->set_clear(Long(16'385));
  EXPECT_THAT(CheckPayloadNow(text).error().message, HasSubstr("16385 characters"));
  Event pairs = FromJson(R"({"touchpoint":{"kind":"CHURN"}})");
  for (int i = 0; i < 33; ++i) {
    (*pairs.mutable_touchpoint()->mutable_attributes())[std::to_string(i)] = "x";
  }
  EXPECT_THAT(CheckPayloadNow(pairs).error().message, HasSubstr("33 entries"));
}

TEST(KindRules, Case) {
  Check(
      R"({"case":{"case_id":"c","opened_at":1000,"informed_at":[1500,1500],"resolved_at":2000}})",
      {
          {R"({"case":{"first_response_at":999}})", "case.first_response_at", "opened_at 1000"},
          {R"({"case":{"resolved_at":999}})", "case.resolved_at", "opened_at 1000"},
          {R"({"case":{"informed_at":[1400]}})", "case.informed_at[2]", "1400: must not be before"},
          {R"({"case":{"informed_at":[0]}})", "case.informed_at[2]", "not set"},
          {R"({"case":{"fault_side":9}})", "case.fault_side", "COMPANY, CUSTOMER, THIRD"},
          {R"({"case":{"compensation_minor":5}})", "case.currency", "ISO 4217"},
          {R"({"case":{"compensation_minor":-5,"currency":"EUR"}})", "case.compensation_minor",
           "-5"},
      });
  EXPECT_EQ(CheckPayloadNow(FromJson(R"({"case":{"case_id":"c"}})")).error().field,
            "case.opened_at");
}

TEST(KindRules, Score) {
  Check(
      R"({"score":{"evaluation_id":"e","subject":{"kind":"CALL","entity_id":"c"},
    "employee_id":"a","evaluator_id":"b","by":"HUMAN","scorecard_id":"s","scorecard_version":1,
    "items":[{"criterion_id":"k","level":"max","comment":{"clear":"ok"}}],"submitted_at":1000}})",
      {
          {R"({"score":{"by":9}})", "score.by", "HUMAN, AUTO"},
          {R"({"score":{"items":[{"criterion_id":"k","value":1}]}})", "score.items[1].criterion_id",
           "twice"},
          {R"({"score":{"items":[{"criterion_id":"l"}]}})", "score.items[1].level", "is required"},
          {R"({"score":{"items":[{"criterion_id":"l","value":-1}]}})", "score.items[1].value",
           "-1"},
          {R"({"score":{"items":[{"criterion_id":"l","value":1,"not_applicable":true}]}})",
           "score.items[1].not_applicable", "neither"},
          {R"({"score":{"disputed_at":999}})", "score.disputed_at", "submitted_at 1000"},
          {R"({"score":{"outcome":"UPHELD"}})", "score.decided_at", "required with an outcome"},
          {R"({"score":{"disputed_at":1001,"decided_at":1002}})", "score.outcome",
           "UPHELD or OVERTURNED"},
          {R"({"score":{"decided_at":1002,"outcome":"UPHELD"}})", "score.disputed_at", "disputed"},
          {R"({"score":{"sample":{"plan_id":"p","inclusion_probability":1.5}}})",
           "score.sample.inclusion_probability", "1.5: must be above 0"},
          {R"({"score":{"evaluation_ms":-1}})", "score.evaluation_ms", "-1"},
      });
  EXPECT_EQ(CheckPayloadNow(FromJson(R"({"score":{"evaluation_id":"e"}})")).error().field,
            "score.subject.kind");
}

TEST(KindRules, Survey) {
  Check(R"({"survey":{"response_id":"r","survey_id":"s","question_id":"q","scale":"CSAT_5",
            "answer":5,"completed_at":1000}})",
        {
            {R"({"survey":{"answer":6}})", "survey.answer", "6: must be a number from 1 to 5"},
            {R"({"survey":{"answer":0}})", "survey.answer", "from 1 to 5"},
            {R"({"survey":{"answer":"NaN"}})", "survey.answer", "number"},
            {R"({"survey":{"scale":"NPS_11","answer":11}})", "survey.answer", "0 to 10"},
            {R"({"survey":{"scale":"NPS_11","answer":0}})", "", ""},
            {R"({"survey":{"scale":"NPS_BINARY"}})", "survey.answer", "0 to 1"},
            {R"({"survey":{"scale":"NPS_BINARY","answer":0.3}})", "survey.answer",
             "0.3: must be 0 or 1, NPS_BINARY has no others"},
            {R"({"survey":{"scale":"NPS_BINARY","answer":0}})", "", ""},
            {R"({"survey":{"scale":"CSAT_2","answer":0.5}})", "survey.answer",
             "0.5: must be 0 or 1, CSAT_2 has no others"},
            {R"({"survey":{"scale":"CSAT_2","answer":2}})", "survey.answer", "0 to 1"},
            {R"({"survey":{"scale":"CSAT_2","answer":1}})", "", ""},
            {R"({"survey":{"scale":"CSAT_3"}})", "survey.answer", "1 to 3"},
            {R"({"survey":{"scale":"CSAT_3","answer":0}})", "survey.answer", "1 to 3"},
            {R"({"survey":{"scale":"CES_7","answer":8}})", "survey.answer", "1 to 7"},
            {R"({"survey":{"scale":"CES_7","answer":0}})", "survey.answer", "1 to 7"},
            {R"({"survey":{"scale":"NPS_11","answer":-1}})", "survey.answer", "0 to 10"},
            {R"({"survey":{"scale":"RATING_N","rating_max":4,"answer":0}})", "survey.answer",
             "1 to 4"},
            {R"({"survey":{"scale":"RATING_N"}})", "survey.rating_max", "2 to 100"},
            {R"({"survey":{"scale":"RATING_N","rating_max":4}})", "survey.answer", "1 to 4"},
            {R"({"survey":{"rating_max":4}})", "survey.rating_max", "only RATING_N"},
            {R"({"survey":{"scale":"SERVQUAL_7"}})", "survey.answer", "expectation and perception"},
            {R"({"survey":{"expectation":4}})", "survey.expectation", "only SERVQUAL_7"},
            {R"({"survey":{"importance":-1}})", "survey.importance", "-1"},
            {R"({"survey":{"not_asked":true}})", "survey.not_asked", "no answer"},
            {R"({"survey":{"asked_if":{}}})", "survey.asked_if.question_id", "1 to 128"},
            {R"({"survey":{"subject":{"entity_id":"c"}}})", "survey.subject.kind", "CALL"},
            {R"({"survey":{"channel":99}})", "survey.channel", "PHONE"},
            {R"({"survey":{"scale":44}})", "survey.scale", "NPS_11"},
            {R"({"survey":{"sent_at":1001}})", "survey.completed_at",
             "1000: must not be before sent_at 1001"},
            {R"({"survey":{"sent_at":1000}})", "", ""},
            {R"({"survey":{"sent_at":900,"delivered_at":899}})", "survey.delivered_at",
             "899: must not be before sent_at 900"},
            {R"({"survey":{"sent_at":900,"bounced_at":899}})", "survey.bounced_at", "sent_at 900"},
            {R"({"survey":{"sent_at":900,"started_at":899}})", "survey.started_at", "sent_at 900"},
            {R"({"survey":{"sent_at":900,"partial_at":899}})", "survey.partial_at", "sent_at 900"},
            {R"({"survey":{"sent_at":900,"expired_at":899}})", "survey.expired_at", "sent_at 900"},
        });
  Check(R"({"survey":{"response_id":"r","survey_id":"s","question_id":"q","scale":"SERVQUAL_7",
            "expectation":5,"perception":4,"completed_at":1000}})",
        {{R"({"survey":{"perception":8}})", "survey.perception", "1 to 7"}});
  EXPECT_EQ(
      CheckPayloadNow(FromJson(R"({"survey":{"response_id":"r","survey_id":"s","question_id":"q",
            "scale":"CSAT_5","answer":5}})"))
          .error()
          .field,
      "survey.completed_at");
}

TEST(KindRules, CustomersAndTheirLinks) {
  Check(R"({"customer_id":"01890a5d-ac96-774b-bcce-b302099a8057",
            "customer_profile":{"tier":"gold","valid_from":5}})",
        {{R"({"customer_profile":{"valid_from":-1}})", "customer_profile.valid_from", "-1"}});
  EXPECT_EQ(CheckPayloadNow(FromJson(R"({"customer_profile":{"valid_from":5}})")).error().field,
            "identifiers");
  Check(R"({"identity_link":{"customer_a":"01890a5d-ac96-774b-bcce-b302099a8057",
            "customer_b":"01890a5d-ac96-774b-bcce-b302099a8058","linked":false}})",
        {
            {R"({"identity_link":{"customer_b":"01890a5d-ac96-774b-bcce-b302099a8057"}})",
             "identity_link.customer_b", "another than customer_a"},
            {R"({"identity_link":{"customer_a":"17"}})", "identity_link.customer_a", "UUID"},
        });
  EXPECT_EQ(CheckPayloadNow(FromJson(R"({"identity_link":{
      "customer_a":"01890a5d-ac96-774b-bcce-b302099a8057",
      "customer_b":"01890a5d-ac96-774b-bcce-b302099a8058"}})"))
                .error()
                .field,
            "identity_link.linked");
  Check(R"({"retraction":{"kind":21,"entity_id":"c","revision":0}})",
        {
            {R"({"retraction":{"kind":27}})", "retraction.kind", "27: must be the field number"},
            {R"({"retraction":{"kind":6}})", "retraction.kind", "6"},
        });
  EXPECT_EQ(
      CheckPayloadNow(FromJson(R"({"retraction":{"kind":21,"entity_id":"c"}})")).error().field,
      "retraction.revision");
}

TEST(KindRules, FactsAboutTheCompanyHaveNoCustomer) {
  EXPECT_EQ(CheckPayloadNow(FromJson(R"({"customer_id":"01890a5d-ac96-774b-bcce-b302099a8057",
      "cost":{}})"))
                .error()
                .field,
            "customer_id");
}

TEST(KindRules, CostInitiativeIncident) {
  Check(R"({"cost":{"cost_id":"c","purpose":"SERVICE","amount_minor":-5,"currency":"EUR",
            "period":{"from":1,"to":2}}})",
        {
            {R"({"cost":{"purpose":9}})", "cost.purpose", "ACQUISITION"},
            {R"({"cost":{"period":{"to":1}}})", "cost.period.to", "above from 1"},
            {R"({"cost":{"currency":"EURO"}})", "cost.currency", "ISO 4217"},
            {R"({"cost":{"channel":99}})", "cost.channel", "PHONE"},
            {R"({"cost":{"amount_minor":"2000000000000000"}})", "cost.amount_minor", "from -10"},
        });
  Check(R"({"initiative":{"initiative_id":"i","phase":"PILOT","started_at":5,
            "treated":{"teams":["t"],"channels":["PHONE"]},"outcomes":[{"metric":"aht"}]}})",
        {
            {R"({"initiative":{"ended_at":5}})", "initiative.ended_at", "above started_at"},
            {R"({"initiative":{"control":{}}})", "initiative.control.teams", "needs"},
            {R"({"initiative":{"treated":{"channels":["PHONE"]}}})",
             "initiative.treated.channels[1]", "twice"},
            {R"({"initiative":{"planned_cost_minor":5}})", "initiative.currency", "ISO 4217"},
            {R"({"initiative":{"outcomes":[{}]}})", "initiative.outcomes[1].metric", "1 to 64"},
            {R"({"initiative":{"phase":7}})", "initiative.phase", "PILOT"},
        });
  Check(R"({"incident":{"incident_id":"i","from":5}})",
        {
            {R"({"incident":{"to":4}})", "incident.to", "above from"},
            {R"({"incident":{"teams":[""]}})", "incident.teams[0]", "1 to 128"},
            {R"({"incident":{"channels":[0]}})", "incident.channels[0]", "not set"},
        });
}

TEST(KindRules, People) {
  Check(R"({"agent_state":{"employee_id":"e","state":"READY","from":5}})",
        {
            {R"({"agent_state":{"to":5}})", "agent_state.to", "above from 5"},
            {R"({"agent_state":{"state":77}})", "agent_state.state", "LOGGED_IN"},
        });
  Check(R"({"staff":{"employee_id":"e","state":"WORKING","valid_from":5,"unit_path":"a/b",
            "display_name":{"clear":"Anna"}}})",
        {
            {R"({"staff":{"unit_path":"/a"}})", "staff.unit_path", "one / between"},
            {R"({"staff":{"hired_at":5,"left_at":4}})", "staff.left_at", "hired_at 5"},
            {R"({"staff":{"line":11}})", "staff.line", "0 to 9"},
            {R"({"staff":{"state":9}})", "staff.state", "WORKING"},
        });
  Check(R"({"training":{"employee_id":"e","kind":"TEST","id":"t","score":100}})",
        {
            {R"({"training":{"score":101}})", "training.score", "0 to 100"},
            {R"({"training":{"kind":8}})", "training.kind", "COURSE"},
        });
}

TEST(KindRules, TargetsCalendarsRates) {
  Check(R"({"target":{"metric":"aht","scope":{"kind":"TEAM","id":"t"},"value":0,
            "period":{"from":1,"to":2}}})",
        {
            {R"({"target":{"scope":{"kind":"COMPANY"}}})", "target.scope.id", "must be empty"},
            {R"({"target":{"scope":{"kind":9}}})", "target.scope.kind", "COMPANY, UNIT"},
            {R"({"target":{"value":"Infinity"}})", "target.value", "inf"},
        });
  Check(R"({"calendar":{"calendar_id":"c","version":1,"time_zone":"UTC","valid_from":5,
            "weekly_hours":[{"weekday":1,"from_minute":540,"to_minute":1080}],
            "holidays":[{"day":"2024-02-29"}]}})",
        {
            {R"({"calendar":{"weekly_hours":[{"weekday":8,"to_minute":9}]}})",
             "calendar.weekly_hours[1].weekday", "1 to 7"},
            {R"({"calendar":{"time_zone":"Mars/X"}})", "calendar.time_zone",
             "\"Mars/X\": must be an IANA name such as Europe/Moscow"},
            {R"({"calendar":{"time_zone":"europe/moscow"}})", "calendar.time_zone", "IANA name"},
            {R"({"calendar":{"time_zone":"../etc/passwd"}})", "calendar.time_zone", "IANA name"},
            {R"({"calendar":{"time_zone":"localtime"}})", "calendar.time_zone", "IANA name"},
            {R"({"calendar":{"time_zone":"Asia/Yekaterinburg"}})", "", ""},
            {R"({"calendar":{"weekly_hours":[{"weekday":7,"from_minute":9,"to_minute":9}]}})",
             "calendar.weekly_hours[1].to_minute", "above from_minute"},
            {R"({"calendar":{"holidays":[{"day":"2023-02-29"}]}})", "calendar.holidays[1].day",
             "YYYY-MM-DD"},
            {R"({"calendar":{"holidays":[{"day":"1.1.2023"}]}})", "calendar.holidays[1].day",
             "YYYY-MM-DD"},
        });
  Check(R"({"service_target":{"queue_id":"q","valid_from":5,"threshold_ms":20000}})",
        {
            {R"({"service_target":{"target_share":1.1}})", "service_target.target_share", "0 to 1"},
            {R"({"service_target":{"threshold_ms":-1}})", "service_target.threshold_ms", "-1"},
            {R"({"service_target":{"policy":9}})", "service_target.policy", "ANSWERED"},
            {R"({"service_target":{"team_id":""}})", "service_target.team_id", "1 to 128"},
        });
  Check(R"({"exchange_rate":{"currency":"EUR","to":"RUB","rate":100.5,"day":"2026-01-02"}})",
        {
            {R"({"exchange_rate":{"to":"EUR"}})", "exchange_rate.to", "another"},
            {R"({"exchange_rate":{"rate":-1}})", "exchange_rate.rate", "above 0"},
            {R"({"exchange_rate":{"rate":"NaN"}})", "exchange_rate.rate", "above 0"},
            {R"({"exchange_rate":{"day":"2026-13-02"}})", "exchange_rate.day", "YYYY-MM-DD"},
        });
}

TEST(KindRules, Models) {
  Check(
      R"({"scorecard":{"scorecard_id":"s","version":1,"method":"WEIGHTED","valid_from":5,
     "sections":[{"criteria":[{"criterion_id":"k","levels":[{"level":"max","value":1}]}]}],
     "bands":[{"name":"low","from":0,"to":46}]}})",
      {
          {R"({"scorecard":{"sections":[{"criteria":[{"criterion_id":"k"}]}]}})",
           "scorecard.sections[1].criteria[0].criterion_id", "twice"},
          {R"({"scorecard":{"sections":[{}]}})", "scorecard.sections[1].criteria", "from 1 to 128"},
          {R"({"scorecard":{"bands":[{"name":"x","from":45,"to":50}]}})", "scorecard.bands[1].from",
           "overlaps"},
          {R"({"scorecard":{"bands":[{"name":"x","from":50,"to":50}]}})", "scorecard.bands[1].to",
           "above"},
          {R"({"scorecard":{"method":9}})", "scorecard.method", "BINARY"},
      });
  Check(
      R"({"sampling_plan":{"plan_id":"p","version":1,"share":0.1,"period":"WEEK","valid_from":5}})",
      {
          {R"({"sampling_plan":{"share":0}})", "sampling_plan.share", "above 0"},
          {R"({"sampling_plan":{"count":0}})", "sampling_plan.count", "1 to 10000"},
          {R"({"sampling_plan":{"frame":[{"dimension":"topic"}]}})",
           "sampling_plan.frame[0].values", "1 to"},
          {R"({"sampling_plan":{"period":9}})", "sampling_plan.period", "DAY"},
      });
  Check(
      R"({"incentive_plan":{"plan_id":"p","version":1,"audience":"EMPLOYEE","currency":"EUR",
     "components":[{"metric":"qa","scope":"OWN","floor":1,"cap":2}],"valid_from":5}})",
      {
          {R"({"incentive_plan":{"components":[{"metric":"qa","scope":"OWN","floor":2,"cap":2}]}})",
           "incentive_plan.components[1].cap", "above floor"},
          {R"({"incentive_plan":{"components":[{"metric":"qa"}]}})",
           "incentive_plan.components[1].scope", "OWN, TEAM"},
          {R"({"incentive_plan":{"fixed_minor":-1}})", "incentive_plan.fixed_minor", "-1"},
      });
  Check(
      R"({"journey_model":{"model_id":"m","version":1,"valid_from":5,"steps":[
     {"step_id":"a","owner_role":"r","matches":[{"channel":"WEB"}],
      "steps":[{"step_id":"b","owner_role":"r"}]}]}})",
      {
          {R"({"journey_model":{"steps":[{"step_id":"b","owner_role":"r"}]}})",
           "journey_model.steps[1].step_id", "twice"},
          {R"({"journey_model":{"steps":[{"step_id":"c"}]}})", "journey_model.steps[1].owner_role",
           "1 to"},
          {R"({"journey_model":{"steps":[{"step_id":"c","owner_role":"r","matches":[{}]}]}})",
           "journey_model.steps[1].matches[0].kind", "at least one"},
          {R"({"journey_model":{"steps":[{"step_id":"c","owner_role":"r","matches":[{"kind":99}]}]}})",
           "journey_model.steps[1].matches[0].kind", "99"},
          {R"({"journey_model":{"steps":[{"step_id":"c","owner_role":"r","norm":{}}]}})",
           "journey_model.steps[1].norm.max_ms_to_next", "0"},
          // An event on the web, of any topic, would be both; one by phone would not.
          {R"({"journey_model":{"steps":[{"step_id":"c","owner_role":"r",
       "matches":[{"channel":"PHONE"},{"topic":"x"}]}]}})",
           "journey_model.steps[1].matches[1]",
           "of step \"c\": an event can fit it and steps[0].matches[0] of step \"a\""},
          {R"({"journey_model":{"steps":[{"step_id":"c","owner_role":"r",
       "steps":[{"step_id":"d","owner_role":"r","matches":[{"kind":20,"channel":"WEB"}]}]}]}})",
           "journey_model.steps[1].steps[0].matches[0]", "must differ in a field that both give"},
          {R"({"journey_model":{"steps":[{"step_id":"c","owner_role":"r",
       "matches":[{"channel":"PHONE","topic":"x"}],
       "steps":[{"step_id":"d","owner_role":"r","matches":[{"channel":"PHONE","topic":"x"}]}]},
       {"step_id":"e","owner_role":"r","matches":[{"channel":"PHONE","topic":"y"}]}]}})",
           "", ""},
          // Calls have no attributes, nor a kind of touchpoint.
          {R"({"journey_model":{"steps":[{"step_id":"c","owner_role":"r",
       "matches":[{"channel":"FORM","attribute":"k","attribute_value":"v"}]},
       {"step_id":"d","owner_role":"r","matches":[{"kind":21,"channel":"FORM"}]},
       {"step_id":"e","owner_role":"r",
       "matches":[{"channel":"FORM","attribute":"k","attribute_value":"w"}]}]}})",
           "", ""},
          {R"({"journey_model":{"steps":[{"step_id":"c","owner_role":"r",
       "matches":[{"channel":"FORM","attribute":"k","attribute_value":"v"}]},
       {"step_id":"d","owner_role":"r",
       "matches":[{"channel":"FORM","attribute":"l","attribute_value":"v"}]}]}})",
           "journey_model.steps[2].matches[0]", "of step \"d\""},
          {R"({"journey_model":{"steps":[{"step_id":"c","owner_role":"r","steps":[{"step_id":"d",
       "owner_role":"r","steps":[{"step_id":"e","owner_role":"r","steps":[{"step_id":"f",
       "owner_role":"r","steps":[{"step_id":"g","owner_role":"r"}]}]}]}]}]}})",
           "journey_model.steps[1].steps[0].steps[0].steps[0].steps", "at most 4 deep"},
      });
}

// A kind without rules, or rules that look at another payload, show here.
TEST(KindRules, EveryKindRefusesItsEmptyPayload) {
  const auto* payload = Event::descriptor()->FindOneofByName("payload");
  for (int i = 0; i < payload->field_count(); ++i) {
    Event event;
    event.GetReflection()->MutableMessage(&event, payload->field(i));
    const base::Status status = CheckPayloadNow(event);
    ASSERT_FALSE(status) << payload->field(i)->name();
    const std::string own = payload->field(i)->name() + ".";
    const bool profile = payload->field(i)->name() == "customer_profile";
    EXPECT_EQ(status.error().field.substr(0, own.size()), profile ? "identifiers" : own);
  }
}

}  // namespace
}  // namespace clientele::ingest
