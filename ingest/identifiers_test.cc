#include "ingest/identifiers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/event_id.h"

namespace clientele::ingest {
namespace {

using event::v1::Identifier;

Identifier Make(Identifier::Type type, const std::string& value,
                const std::string& name_space = "") {
  Identifier identifier;
  identifier.set_type(type);
  identifier.set_value(value);
  identifier.set_namespace_(name_space);
  return identifier;
}

base::Result<std::string> Normalise(const Identifier& identifier) {
  return NormaliseIdentifier(identifier, *FindPhoneRegion("RU"));
}

TEST(Identifiers, AreNormalisedByType) {
  EXPECT_EQ(*Normalise(Make(Identifier::PHONE, " 8 916 123-45-67 ")), "79161234567");
  EXPECT_EQ(*Normalise(Make(Identifier::EMAIL, " Anna.K@Example.COM\n")), "anna.k@example.com");
  EXPECT_EQ(*Normalise(Make(Identifier::CRM_ID, "\tAbC 1 ")), "AbC 1");
  EXPECT_EQ(*Normalise(Make(Identifier::OTHER, "Имя")), "Имя");
}

TEST(Identifiers, ErrorsNameTheFieldAndNeverTheValue) {
  struct Case {
    Identifier identifier;
    const char* field;
    const char* rule;
  };
  const std::vector<Case> cases = {
      {Make(Identifier::TYPE_UNSPECIFIED, "x"), "type", "must be one of PHONE"},
      {Make(static_cast<Identifier::Type>(99), "x"), "type", "99"},
      {Make(Identifier::CRM_ID, "  "), "value", "1 to 320"},
      {Make(Identifier::CRM_ID, std::string("a\0b", 3)), "value", "NUL"},
      {Make(Identifier::CRM_ID, std::string(321, 'k')), "value", "321 characters"},
      {Make(Identifier::CRM_ID, "x", std::string(65, 'n')), "namespace", "65 characters"},
      {Make(Identifier::CRM_ID, "x", std::string("\0", 1)), "namespace", "NUL"},
      {Make(Identifier::PHONE, "secret"), "value", "phone"},
      {Make(Identifier::EMAIL, "secret"), "value", "name@domain"},
      {Make(Identifier::EMAIL, "@secret"), "value", "name@domain"},
      {Make(Identifier::EMAIL, "secret @x"), "value", "name@domain"},
  };
  for (const Case& one : cases) {
    const auto normalised = Normalise(one.identifier);
    ASSERT_FALSE(normalised) << one.identifier.ShortDebugString();
    EXPECT_EQ(normalised.error().field, one.field);
    EXPECT_THAT(normalised.error().message, testing::HasSubstr(one.rule));
    EXPECT_THAT(normalised.error().message, testing::Not(testing::HasSubstr("secret")));
  }
  EXPECT_TRUE(Normalise(Make(Identifier::CRM_ID, std::string(320, 'k'))));
}

TEST(Identifiers, ThePseudonymNeverChanges) {
  Key key{};
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(i);
  Pseudonymizer pseudonymizer(key);
  // HMAC-SHA-256 computed apart (Python's hmac).
  EXPECT_EQ(pseudonymizer.Of(Identifier::PHONE, "", "79161234567").ToString(),
            "47c28202-0f3d-82e6-c0c1-56b728e2f2eb");
  EXPECT_EQ(pseudonymizer.Of(Identifier::CRM_ID, "crm2", "17").ToString(),
            "99f60974-a962-1556-12fa-8112c0ffd5e3");
  EXPECT_EQ(pseudonymizer.Of(Identifier::PHONE, "", "79161234567").ToString(),
            "47c28202-0f3d-82e6-c0c1-56b728e2f2eb");
}

TEST(Identifiers, PartsAndTenantsAreKeptApart) {
  Pseudonymizer one(Key{1});
  Pseudonymizer two(Key{2});
  EXPECT_NE(one.Of(Identifier::CRM_ID, "a", "bc"), one.Of(Identifier::CRM_ID, "ab", "c"));
  EXPECT_NE(one.Of(Identifier::CRM_ID, "", "1"), one.Of(Identifier::COOKIE, "", "1"));
  EXPECT_NE(one.Of(Identifier::CRM_ID, "", "1"), two.Of(Identifier::CRM_ID, "", "1"));
}

TEST(EventId, IsDerivedFromTheSourceRecord) {
  const SourceRecord record{"acme", "crm", "17", 2, 1'700'000'000'123'456};
  const base::Uuid id = DeriveEventId(record);
  EXPECT_EQ(id, DeriveEventId(record));
  EXPECT_EQ(id.ToString().substr(0, 15), "018bcfe5-687b-8");
  EXPECT_EQ(id.bytes[8] >> 6, 2);
  EXPECT_EQ(id.ToString(), "018bcfe5-687b-8769-879c-8c2970ca5363");  // stored data
  for (const SourceRecord& other : {SourceRecord{"acmf", "crm", "17", 2, record.occurred_at},
                                    SourceRecord{"acme", "crm1", "7", 2, record.occurred_at},
                                    SourceRecord{"acme", "crm", "18", 2, record.occurred_at},
                                    SourceRecord{"acme", "crm", "17", 3, record.occurred_at},
                                    SourceRecord{"acme", "crm", "172", 0, record.occurred_at}}) {
    EXPECT_NE(DeriveEventId(other), id);
  }
}

}  // namespace
}  // namespace clientele::ingest
