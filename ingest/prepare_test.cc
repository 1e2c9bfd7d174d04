#include "ingest/prepare.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/clock.h"
#include "base/entity.h"
#include "clientele/log/v1/log.pb.h"
#include "ingest/aes.h"
#include "ingest/event_fixture.h"
#include "ingest/fake_producer.h"
#include "ingest/validation.h"

namespace clientele::ingest {
namespace {

using event::v1::Event;
using event::v1::Identifier;
using testing::HasSubstr;

class PrepareTest : public testing::Test {
 protected:
  PrepareTest() : preparer_("acme", keys_, data_keys_, *FindPhoneRegion("RU")) {}

  // The last deliveries go to the data keys.
  void TearDown() override { EXPECT_TRUE(producer_.Flush(std::chrono::seconds(20))); }

  static Event Call() {
    Event event;
    event.mutable_source()->set_system("crm");
    event.mutable_source()->set_external_id("17");
    event.set_occurred_at(kNow);
    auto* const call = event.mutable_call();
    call->set_call_id("c-1");
    call->set_direction(event::v1::Call::OUTBOUND);
    call->set_end(event::v1::Call::NO_ANSWER);
    return event;
  }
  static void AddIdentifier(Event& event, Identifier::Type type, const std::string& value) {
    auto* const identifier = event.add_identifiers();
    identifier->set_type(type);
    identifier->set_value(value);
  }

  // What goes into the log.
  Event Prepared(const Event& event) {
    const base::Status status = preparer_.Prepare(event.SerializeAsString(), kNow);
    EXPECT_TRUE(status) << status.error().field << ": " << status.error().message;
    Event stored;
    EXPECT_TRUE(stored.ParseFromString(preparer_.value()));
    return stored;
  }
  base::Error Refused(const std::string& bytes) {
    const base::Status status = preparer_.Prepare(bytes, kNow);
    EXPECT_FALSE(status);
    return status ? base::Error() : status.error();
  }
  base::Error Refused(const Event& event) { return Refused(event.SerializeAsString()); }

  base::FakeClock clock_{kNow};
  KeySet keys_{Key{7}};
  FakeProducer producer_;
  DataKeys data_keys_{keys_, producer_, clock_};
  Preparer preparer_;
};

TEST_F(PrepareTest, FillsInWhatTheServerKnows) {
  const Event stored = Prepared(Call());
  EXPECT_EQ(stored.tenant(), "acme");
  EXPECT_EQ(stored.received_at(), kNow);
  EXPECT_EQ(stored.entity_id(), "c-1");
  EXPECT_EQ(stored.event_id(), preparer_.event_id().ToString());
  EXPECT_EQ(stored.customer_id(), "");
  const auto key = base::ParseKafkaKey(preparer_.key());
  ASSERT_TRUE(key);
  EXPECT_EQ(key->tenant, "acme");
  EXPECT_EQ(key->kind, 21U);
  EXPECT_EQ(key->entity_id, "c-1");
}

TEST_F(PrepareTest, WhatHasHappenedIsNotAheadOfReceivedAt) {
  constexpr int64_t kFiveMinutes = 300'000'000;
  Event event = Call();
  event.mutable_call()->set_ended_at(kNow + kFiveMinutes);
  EXPECT_EQ(Prepared(event).call().ended_at(), kNow + kFiveMinutes);
  event.mutable_call()->set_ended_at(kNow + kFiveMinutes + 1);
  const base::Error error = Refused(event);
  EXPECT_EQ(error.field, "call.ended_at");
  EXPECT_THAT(error.message, HasSubstr("5 minutes after the server's 1790000000000000"));
}

TEST_F(PrepareTest, TheSameRecordGetsTheSameId) {
  const std::string first = Prepared(Call()).event_id();
  EXPECT_EQ(Prepared(Call()).event_id(), first);
  Event given = Call();
  given.set_event_id("01890A5D-AC96-774B-BCCE-B302099A8057");
  EXPECT_EQ(Prepared(given).event_id(), "01890a5d-ac96-774b-bcce-b302099a8057");
}

TEST_F(PrepareTest, IdentifiersBecomePseudonymsAndAreGone) {
  Event event = Call();
  AddIdentifier(event, Identifier::PHONE, "8 916 123-45-67");
  AddIdentifier(event, Identifier::EMAIL, "Anna@Example.com");
  AddIdentifier(event, Identifier::PHONE, "+7 (916) 1234567");
  const Event stored = Prepared(event);
  EXPECT_EQ(stored.identifiers_size(), 0);
  EXPECT_EQ(stored.customer_id().size(), 36U);
  ASSERT_EQ(stored.alias_ids_size(), 1);
  EXPECT_NE(stored.alias_ids(0), stored.customer_id());
  for (const char* clear : {"9161234567", "123-45-67", "nna@", "example"}) {
    EXPECT_THAT(preparer_.value(), testing::Not(HasSubstr(clear)));
    EXPECT_THAT(preparer_.key(), testing::Not(HasSubstr(clear)));
  }
  Event other = Call();
  AddIdentifier(other, Identifier::PHONE, "+79161234567");
  EXPECT_EQ(Prepared(other).customer_id(), stored.customer_id());
}

TEST_F(PrepareTest, ABadIdentifierIsNamedByItsPlace) {
  Event event = Call();
  AddIdentifier(event, Identifier::CRM_ID, "1");
  AddIdentifier(event, Identifier::PHONE, "secret");
  const base::Error error = Refused(event);
  EXPECT_EQ(error.field, "identifiers[1].value");
  EXPECT_THAT(error.message, testing::Not(HasSubstr("secret")));
}

TEST_F(PrepareTest, UnknownFieldsAreKept) {
  Event event = Call();
  event.GetReflection()->MutableUnknownFields(&event)->AddLengthDelimited(900)->assign("later");
  auto* const call = event.mutable_call();
  call->GetReflection()->MutableUnknownFields(call)->AddVarint(901, 42);
  const Event stored = Prepared(event);
  const auto& outer = stored.GetReflection()->GetUnknownFields(stored);
  ASSERT_EQ(outer.field_count(), 1);
  EXPECT_EQ(outer.field(0).length_delimited(), "later");
  const auto& inner = stored.call().GetReflection()->GetUnknownFields(stored.call());
  ASSERT_EQ(inner.field_count(), 1);
  EXPECT_EQ(inner.field(0).varint(), 42U);
}

TEST_F(PrepareTest, AnUnknownKindIsRefused) {
  Event event = Call();
  event.clear_call();
  event.GetReflection()->MutableUnknownFields(&event)->AddLengthDelimited(60)->assign("");
  EXPECT_EQ(Refused(event).field, "payload");
}

TEST_F(PrepareTest, WrongBytesAndWrongTextAreToldApart) {
  const google::protobuf::LogSilencer quiet;
  EXPECT_EQ(Refused("\xff\xff\xff").field, "event");
  EXPECT_THAT(Refused("\xff\xff\xff").message, HasSubstr("3 bytes"));
  EXPECT_EQ(Refused("").field, "payload");
  Event event = Call();
  event.mutable_call()->add_legs()->set_employee_id("@@@@");
  std::string bytes = event.SerializeAsString();
  bytes[bytes.find("@@@@")] = '\xff';
  EXPECT_EQ(Refused(bytes).field, "call.legs[0].employee_id");
  EXPECT_THAT(Refused(bytes).message, HasSubstr("not UTF-8"));
}

TEST_F(PrepareTest, AnEventHasAtMostAMebibyte) {
  EXPECT_THAT(Refused(std::string(kMostEventBytes + 1, 'x')).message, HasSubstr("at most 1048576"));
  // Fits as it comes, not with what ingest adds.
  Event event = Call();
  auto* const unknown = event.GetReflection()->MutableUnknownFields(&event);
  unknown->AddLengthDelimited(900)->assign(
      std::string(kMostEventBytes - event.ByteSizeLong() - 6, 'x'));
  ASSERT_LE(event.ByteSizeLong(), kMostEventBytes);
  const base::Error error = Refused(event);
  EXPECT_EQ(error.field, "event");
  EXPECT_THAT(error.message, HasSubstr("with what ingest adds"));
}

TEST_F(PrepareTest, EntityIds) {
  Event event = Call();
  event.set_entity_id("c-1");
  EXPECT_EQ(Prepared(event).entity_id(), "c-1");
  event.set_entity_id("c-2");
  EXPECT_EQ(Refused(event).field, "entity_id");
  EXPECT_THAT(Refused(event).message, HasSubstr("\"c-2\""));

  Event survey = Call();
  auto* const answer = survey.mutable_survey();
  answer->set_response_id(std::string(100, 'r'));
  answer->set_survey_id("s");
  answer->set_question_id(std::string(100, 'q'));
  answer->set_scale(event::v1::Survey::CSAT_5);
  EXPECT_EQ(Refused(survey).field, "entity_id");
  EXPECT_THAT(Refused(survey).message, HasSubstr("208 characters"));

  Event touchpoint = Call();
  touchpoint.mutable_touchpoint()->set_kind(event::v1::Touchpoint::CHURN);
  const Event stored = Prepared(touchpoint);
  EXPECT_EQ(stored.entity_id(), stored.event_id());
  touchpoint.set_revision(1);
  EXPECT_EQ(Refused(touchpoint).field, "touchpoint.touchpoint_id");
}

TEST_F(PrepareTest, ARetractionIsKeyedByItsTarget) {
  Event event = Call();
  event.mutable_retraction()->set_kind(21);
  event.mutable_retraction()->set_entity_id("c-1");
  EXPECT_EQ(Refused(event).field, "retraction.revision");
  event.mutable_retraction()->set_revision(0);
  (void)Prepared(event);
  const std::string key = preparer_.key();
  (void)Prepared(Call());
  EXPECT_EQ(preparer_.key(), key);
}

TEST_F(PrepareTest, ALinkTakesTwoIdentifiersOrTwoPseudonyms) {
  Event event = Call();
  event.mutable_identity_link()->set_linked(true);
  EXPECT_EQ(Refused(event).field, "identity_link.customer_a");
  AddIdentifier(event, Identifier::PHONE, "+79161234567");
  EXPECT_EQ(Refused(event).field, "identifiers");
  AddIdentifier(event, Identifier::CRM_ID, "17");
  const Event one = Prepared(event);
  EXPECT_EQ(one.customer_id(), "");
  EXPECT_EQ(one.alias_ids_size(), 0);
  event.mutable_identifiers()->SwapElements(0, 1);
  EXPECT_EQ(Prepared(event).entity_id(), one.entity_id());

  Event given = Call();
  *given.mutable_identity_link() = one.identity_link();
  std::string upper = one.identity_link().customer_a();
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  given.mutable_identity_link()->set_customer_a(upper);
  EXPECT_EQ(Prepared(given).entity_id(), one.entity_id());
}

TEST_F(PrepareTest, FreeTextIsSealedWithThePersonsKey) {
  Event event = Call();
  auto* const note = event.mutable_touchpoint();
  note->set_touchpoint_id("t");
  note->set_kind(event::v1::Touchpoint::NOTE);
  note->set_channel(event::v1::Channel::PHONE);
  note->mutable_text()->set_clear("she is unhappy");
  AddIdentifier(event, Identifier::CRM_ID, "17");
  const Event stored = Prepared(event);
  EXPECT_THAT(preparer_.value(), testing::Not(HasSubstr("unhappy")));
  ASSERT_EQ(preparer_.data_keys().size(), 1U);
  const DataKey& key = *preparer_.data_keys()[0];
  const auto& sealed = stored.touchpoint().text().sealed();
  const auto text = Unseal(key.key, {sealed.nonce(), sealed.ciphertext()}, preparer_.key());
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "she is unhappy");
  EXPECT_FALSE(Unseal(key.key, {sealed.nonce(), sealed.ciphertext()}, "elsewhere"));

  // The same person, the same key; another text, another nonce.
  const Event again = Prepared(event);
  EXPECT_EQ(again.touchpoint().text().sealed().key_id(), sealed.key_id());
  EXPECT_NE(again.touchpoint().text().sealed().nonce(), sealed.nonce());

  // The key went to its topic, wrapped.
  ASSERT_EQ(producer_.messages().size(), 1U);
  const auto message = producer_.messages()[0];
  EXPECT_EQ(message.topic, kafka::kKeysTopic);
  log::v1::DataKeyRecord record;
  ASSERT_TRUE(record.ParseFromString(message.value));
  EXPECT_EQ(record.subject(), "customer:" + stored.customer_id());
  const auto unwrapped =
      Unseal(keys_.Of("acme")->wrapping, {record.nonce(), record.wrapped_key()}, message.key);
  ASSERT_TRUE(unwrapped);
  EXPECT_TRUE(std::equal(unwrapped->begin(), unwrapped->end(), key.key.begin(),
                         [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; }));
}

TEST_F(PrepareTest, EveryFreeTextIsSealed) {
  Event staff = Call();
  staff.mutable_staff()->set_employee_id("e");
  staff.mutable_staff()->set_state(event::v1::Staff::WORKING);
  staff.mutable_staff()->set_valid_from(kNow);
  staff.mutable_staff()->mutable_display_name()->set_clear("Anna Secret");
  EXPECT_TRUE(Prepared(staff).staff().display_name().has_sealed());
  EXPECT_THAT(preparer_.value(), testing::Not(HasSubstr("Secret")));

  Event survey = Call();
  survey.mutable_survey()->set_response_id("r");
  survey.mutable_survey()->set_survey_id("s");
  survey.mutable_survey()->set_question_id("q");
  survey.mutable_survey()->set_scale(event::v1::Survey::CSAT_5);
  survey.mutable_survey()->mutable_comment()->set_clear("Secret");
  EXPECT_TRUE(Prepared(survey).survey().comment().has_sealed());
  EXPECT_THAT(preparer_.value(), testing::Not(HasSubstr("Secret")));
  survey.mutable_survey()->mutable_comment()->set_clear("");
  EXPECT_EQ(Prepared(survey).survey().comment().form_case(), event::v1::Text::FORM_NOT_SET);

  Event score = Call();
  auto* const evaluation = score.mutable_score();
  evaluation->set_evaluation_id("e");
  evaluation->mutable_subject()->set_kind(event::v1::Subject::CALL);
  evaluation->mutable_subject()->set_entity_id("c");
  evaluation->set_employee_id("e");
  evaluation->set_by(event::v1::Score::AUTO);
  evaluation->set_scorecard_id("s");
  evaluation->set_scorecard_version(1);
  evaluation->set_submitted_at(kNow);
  for (const char* id : {"a", "b"}) {
    auto* const item = evaluation->add_items();
    item->set_criterion_id(id);
    item->set_value(1);
    item->mutable_comment()->set_clear("Secret");
  }
  const Event stored = Prepared(score);
  EXPECT_THAT(preparer_.value(), testing::Not(HasSubstr("Secret")));
  EXPECT_TRUE(stored.score().items(0).comment().has_sealed());
  EXPECT_TRUE(stored.score().items(1).comment().has_sealed());
  EXPECT_EQ(preparer_.data_keys().size(), 1U);
}

// Whatever the bytes: no crash, and what is taken is whole.
TEST_F(PrepareTest, AnyBytesAreTakenOrRefused) {
  const google::protobuf::LogSilencer quiet;
  Event event = Call();
  AddIdentifier(event, Identifier::PHONE, "+79161234567");
  event.mutable_call()->add_legs()->set_employee_id("e");
  const std::string good = event.SerializeAsString();
  std::minstd_rand random(42);
  size_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = good;
    for (auto changes = random() % 4; changes > 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (random() % 8 == 0) bytes.resize(random() % bytes.size());
    const base::Status status = preparer_.Prepare(bytes, kNow);
    if (!status) {
      EXPECT_FALSE(status.error().field.empty());
      continue;
    }
    ++taken;
    Event stored;
    ASSERT_TRUE(stored.ParseFromString(preparer_.value()));
    EXPECT_EQ(stored.identifiers_size(), 0);
    std::string key;
    base::AppendKafkaKey({"acme", base::EntityKindOf(stored), stored.entity_id()}, key);
    EXPECT_EQ(key, preparer_.key());
  }
  EXPECT_GT(taken, 5'000U);
  EXPECT_LT(taken, 19'000U);
}

// A new string that is free text, added to the .proto without its sealing, shows here.
TEST(Sealing, TheOnlyFreeTextFieldsAreKnown) {
  std::set<std::string> found;
  const auto* file_pool = Event::descriptor()->file()->pool();
  for (const char* name : {"customer_facts", "quality_facts", "company_facts", "model_facts"}) {
    const auto* file =
        file_pool->FindFileByName(std::string("clientele/event/v1/") + name + ".proto");
    ASSERT_NE(file, nullptr);
    for (int i = 0; i < file->message_type_count(); ++i) {
      const auto* message = file->message_type(i);
      for (int k = 0; k < message->field_count(); ++k) {
        const auto* type = message->field(k)->message_type();
        if (type == event::v1::Text::descriptor()) found.insert(message->field(k)->full_name());
      }
    }
  }
  EXPECT_EQ(found,
            (std::set<std::string>{
                "clientele.event.v1.ScoreItem.comment", "clientele.event.v1.Staff.display_name",
                "clientele.event.v1.Survey.comment", "clientele.event.v1.Touchpoint.text"}));
}

}  // namespace
}  // namespace clientele::ingest
