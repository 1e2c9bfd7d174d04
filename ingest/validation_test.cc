// The envelope's rules (those of the kinds: rules/kinds_test.cc).
#include "ingest/validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "ingest/event_fixture.h"
#include "ingest/rules/text.h"

namespace clientele::ingest {
namespace {

using event::v1::Event;
using testing::HasSubstr;

constexpr const char* kUuid = "01890a5d-ac96-774b-bcce-b302099a8057";

// ---- The envelope.

Event Envelope() {
  Event event = FromJson(R"({"source":{"system":"crm","external_id":"1"},"call":{}})");
  event.set_event_id(kUuid);
  event.set_occurred_at(kNow);
  return event;
}

void BreaksEnvelope(const Event& event, const std::string& field, const std::string& reason) {
  const base::Status status = CheckEnvelope(event, "acme", kNow);
  ASSERT_FALSE(status) << event.ShortDebugString();
  EXPECT_EQ(status.error().field, field);
  EXPECT_THAT(status.error().message, HasSubstr(reason));
}

TEST(EnvelopeRules, AGoodOnePasses) { EXPECT_TRUE(CheckEnvelope(Envelope(), "acme", kNow)); }

TEST(EnvelopeRules, PayloadIsRequired) {
  Event event = Envelope();
  event.clear_call();
  BreaksEnvelope(event, "payload", "not set, or of a kind");
}

TEST(EnvelopeRules, AnotherTenantIsDenied) {
  Event event = Envelope();
  event.set_tenant("acme");
  EXPECT_TRUE(CheckEnvelope(event, "acme", kNow));
  event.set_tenant("other");
  BreaksEnvelope(event, "tenant", "PERMISSION_DENIED: \"other\"");
  EXPECT_EQ(CheckEnvelope(event, "acme", kNow).error().code, base::Code::kPermissionDenied);
}

TEST(EnvelopeRules, EventIdOrExternalId) {
  Event event = Envelope();
  event.clear_event_id();
  EXPECT_TRUE(CheckEnvelope(event, "acme", kNow));
  event.mutable_source()->clear_external_id();
  BreaksEnvelope(event, "event_id", "external_id");
  event.set_event_id("17");
  BreaksEnvelope(event, "event_id", "\"17\": must be a UUID");
  event.set_event_id("00000000-0000-0000-0000-000000000000");
  BreaksEnvelope(event, "event_id", "not zero");
}

TEST(EnvelopeRules, SourceIsNamed) {
  Event event = Envelope();
  event.mutable_source()->clear_system();
  BreaksEnvelope(event, "source.system", "1 to 64");
  event.mutable_source()->set_system(Long(65));
  BreaksEnvelope(event, "source.system", "65 characters");
  event.mutable_source()->set_system("crm");
  event.mutable_source()->set_external_id(std::string("a\0b", 3));
  BreaksEnvelope(event, "source.external_id", "NUL");
  event.mutable_source()->set_external_id(Long(129));
  BreaksEnvelope(event, "source.external_id", "129 characters");
}

TEST(EnvelopeRules, OccurredAtHasAWindow) {
  constexpr int64_t kDay = 86'400'000'000;
  Event event = Envelope();
  event.clear_occurred_at();
  BreaksEnvelope(event, "occurred_at", "not set");
  for (const int64_t bad : {int64_t{-1}, kNow + 301'000'000, kNow - 3'654 * kDay}) {
    event.set_occurred_at(bad);
    BreaksEnvelope(event, "occurred_at", "10 years before to 5 minutes after");
  }
  for (const int64_t good : {kNow + 300'000'000, kNow - 3'653 * kDay}) {
    event.set_occurred_at(good);
    EXPECT_TRUE(CheckEnvelope(event, "acme", kNow));
  }
  event.mutable_staff();
  event.set_occurred_at(kNow + 3'000 * kDay);
  EXPECT_TRUE(CheckEnvelope(event, "acme", kNow));
  event.set_occurred_at(kNow + 3'654 * kDay);
  BreaksEnvelope(event, "occurred_at", "10 years after");
}

TEST(EnvelopeRules, CustomersComeOneWay) {
  Event event = Envelope();
  event.set_customer_id("x");
  BreaksEnvelope(event, "customer_id", "pseudonym");
  event.set_customer_id(kUuid);
  event.add_alias_ids(kUuid);
  EXPECT_TRUE(CheckEnvelope(event, "acme", kNow));
  event.add_alias_ids("y");
  BreaksEnvelope(event, "alias_ids[1]", "\"y\"");
  event.clear_customer_id();
  BreaksEnvelope(event, "alias_ids", "customer_id only");
  event.clear_alias_ids();
  for (int i = 0; i < 16; ++i) event.add_identifiers();
  EXPECT_TRUE(CheckEnvelope(event, "acme", kNow));
  event.set_customer_id(kUuid);
  BreaksEnvelope(event, "customer_id", "identifiers");
  event.clear_customer_id();
  event.add_identifiers();
  BreaksEnvelope(event, "identifiers", "17 entries");
}

TEST(EnvelopeRules, TheRest) {
  Event event = Envelope();
  event.set_sent_at(-1);
  BreaksEnvelope(event, "sent_at", "-1");
  event = Envelope();
  event.set_entity_id(Long(129));
  BreaksEnvelope(event, "entity_id", "129 characters");
  event.set_entity_id(std::string("a\0b", 3));
  BreaksEnvelope(event, "entity_id", "\"a\\x00b\": holds a NUL");
  event = Envelope();
  event.set_purpose(static_cast<Event::Purpose>(9));
  BreaksEnvelope(event, "purpose", "REAL, MYSTERY, TEST");
}

TEST(EnvelopeRules, TenantNames) {
  for (const char* good : {"a", "main", "A-b_c.9"}) EXPECT_TRUE(CheckTenant(good)) << good;
  EXPECT_TRUE(CheckTenant(Long(64)));
  for (const std::string& bad : {std::string(), Long(65), std::string("a b"), std::string("a/b"),
                                 std::string("\0", 1), std::string("ü")}) {
    EXPECT_FALSE(CheckTenant(bad)) << bad;
  }
}

TEST(Text, KnowsUtf8) {
  for (const char* good : {"", "a", "я", "€", "😀", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(base::IsUtf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xc0\xaf", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xff", "a\xe2\x82"}) {
    EXPECT_FALSE(base::IsUtf8(bad));
  }
  EXPECT_EQ(rules::Quoted("a\"b\x01\xff"), "\"a\\\"b\\x01\\xff\"");
  EXPECT_EQ(rules::Quoted(Long(100)), "\"" + Long(64) + "...\"");
}

}  // namespace
}  // namespace clientele::ingest
