#include "ingest/phone.h"

#include <gtest/gtest.h>

namespace clientele::ingest {
namespace {

std::string Of(const std::string& text, const std::string& region) {
  const PhoneRegion* found = FindPhoneRegion(region);
  EXPECT_NE(found, nullptr) << region;
  const auto digits = NormalisePhone(text, *found);
  return digits ? *digits : "! " + digits.error().message;
}

TEST(Phone, EveryWayToWriteANumberIsOneNumber) {
  for (const char* text :
       {"+7 (916) 123-45-67", "8 916 123 45 67", "89161234567", "9161234567", "79161234567",
        "tel:+7-916-123-45-67", "810 7 916 123 45 67", "+7 916 123 45 67;ext=12",
        "8(916)123\xe2\x80\x93"
        "45\xe2\x80\x93"
        "67",
        "+7\xc2\xa0"
        "916\xc2\xa0"
        "1234567"}) {
    EXPECT_EQ(Of(text, "RU"), "79161234567") << text;
  }
}

TEST(Phone, RegionsDiffer) {
  EXPECT_EQ(Of("(212) 555-0123", "US"), "12125550123");
  EXPECT_EQ(Of("1-212-555-0123", "US"), "12125550123");
  EXPECT_EQ(Of("011 49 30 123456", "US"), "4930123456");
  EXPECT_EQ(Of("030 123456", "DE"), "4930123456");
  EXPECT_EQ(Of("0049 30 123456", "DE"), "4930123456");
  EXPECT_EQ(Of("+44 (0)20 7946 0018", "RU"), "442079460018");
  EXPECT_EQ(Of("020 7946 0018", "GB"), "442079460018");
  EXPECT_EQ(Of("06 1234 5678", "IT"), "390612345678");
  EXPECT_EQ(Of("06 1 234 5678", "HU"), "3612345678");
  EXPECT_EQ(Of("912 345 678", "ES"), "34912345678");
  EXPECT_EQ(Of("8 029 123-45-67", "BY"), "3750291234567");
}

TEST(Phone, NormalisingTwiceChangesNothing) {
  for (const char* region : {"RU", "US", "DE", "GB", "PL"}) {
    const std::string once = Of("+4930123456", region);
    EXPECT_EQ(Of("+" + once, region), once);
  }
}

TEST(Phone, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "12", "call me", "+", "++79161234567", "7916123456a",
                           "+1234567890123456", "+0123456789", "8-800"}) {
    EXPECT_EQ(Of(text, "RU").substr(0, 1), "!") << text;
  }
  EXPECT_EQ(Of(std::string(65, '1'), "RU").substr(0, 1), "!");
}

TEST(Phone, KnowsItsRegions) {
  EXPECT_EQ(FindPhoneRegion("XX"), nullptr);
  EXPECT_EQ(FindPhoneRegion("ru"), nullptr);
  for (const char* name : {"AE", "DE", "RU", "US", "ZA"}) EXPECT_NE(FindPhoneRegion(name), nullptr);
}

}  // namespace
}  // namespace clientele::ingest
