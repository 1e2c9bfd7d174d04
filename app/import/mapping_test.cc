// LoadMapping's refusals, and MapRow.
#include "app/import/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace clientele::app {
namespace {

using event::v1::Event;
using testing::HasSubstr;

const std::vector<std::string> kColumns = {"id", "at", "what", "amount", "phone", "mail"};

// A mapping of one event with these fields beside what every event needs.
std::string WithFields(const std::string& fields, const std::string& head = "") {
  return "time_zone = \"Europe/Moscow\"\ntime_format = \"%d.%m.%Y %H:%M\"\n" + head +
         "[[event]]\n[event.fields]\n\"source.system\" = \"test\"\n"
         "\"source.external_id\" = { column = \"id\" }\n" +
         fields + "\n";
}

class MappingTest : public testing::Test {
 protected:
  MappingTest()
      : path_(std::filesystem::temp_directory_path() /
              ("mapping_test." + std::to_string(getpid()) + ".toml")) {}
  ~MappingTest() override { std::filesystem::remove(path_); }

  base::Result<Mapping> Load(const std::string& text) {
    std::ofstream(path_) << text;
    return LoadMapping(path_, kColumns);
  }
  std::string Refusal(const std::string& text) {
    const auto mapping = Load(text);
    if (mapping) return "accepted";
    EXPECT_THAT(mapping.error().message, testing::StartsWith(path_ + ": "));
    return mapping.error().message.substr(path_.size() + 2);
  }
  // The one event of the row, or the reason why there is none.
  Event Map(const std::string& fields, const std::vector<std::string>& row) {
    const auto mapping = Load(WithFields(fields));
    EXPECT_TRUE(mapping) << mapping.error().message;
    const auto events = MapRow(*mapping, row);
    EXPECT_TRUE(events) << events.error().message;
    return events && events->size() == 1 ? (*events)[0] : Event();
  }
  std::string Broken(const std::string& fields, const std::vector<std::string>& row) {
    const auto mapping = Load(WithFields(fields));
    EXPECT_TRUE(mapping) << mapping.error().message;
    const auto events = MapRow(*mapping, row);
    return events ? "accepted" : events.error().field + ": " + events.error().message;
  }

  const std::string path_;
};

TEST_F(MappingTest, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(Refusal("name = \"x\n"), HasSubstr("line 1: "));
  EXPECT_EQ(Refusal("delimitter = \";\"\n"), "delimitter: there is no such key");
  EXPECT_EQ(Refusal("delimiter = \"; \"\n"), "delimiter: \"; \": must be one character");
  EXPECT_EQ(Refusal("time_zone = \"localtime\"\n"),
            "time_zone: \"localtime\": there is no such IANA time zone");
  EXPECT_EQ(Refusal("time_zone = \"Moscow\"\n"),
            "time_zone: \"Moscow\": there is no such IANA time zone");
  EXPECT_EQ(Refusal("name = \"x\"\n"), "event: must have at least one [[event]]");
  EXPECT_EQ(Refusal("[[event]]\nfield = 1\n"), "event[0].field: there is no such key");
  EXPECT_EQ(Refusal("[[event]]\n"), "event[0].fields: must name the fields");
}

TEST_F(MappingTest, RefusesFieldsThatAreNotThere) {
  const auto refusal = [this](const std::string& fields) { return Refusal(WithFields(fields)); };
  EXPECT_EQ(refusal(R"("call.id" = "1")"), "call.id: Call has no field \"id\"");
  EXPECT_EQ(refusal(R"("call.legs.line" = "1")"),
            "call.legs.line: legs is repeated: name its [index]");
  EXPECT_EQ(refusal(R"("call.legs[x].line" = "1")"), "call.legs[x].line: [index] must be a number");
  EXPECT_EQ(refusal(R"("call.topic[0]" = "1")"), "call.topic[0]: topic is not repeated");
  EXPECT_EQ(refusal(R"("call.topic.x" = "1")"), "call.topic.x: a plain value has no field \"x\"");
  EXPECT_EQ(refusal(R"("call" = "1")"), "call: is a whole message: name a field of it");
  EXPECT_EQ(refusal(R"("touchpoint.attributes" = "1")"),
            "touchpoint.attributes: is a map: name one of its pairs");
}

TEST_F(MappingTest, RefusesWrongValues) {
  const auto refusal = [this](const std::string& fields) { return Refusal(WithFields(fields)); };
  EXPECT_EQ(refusal(R"("call.topic" = 1)"), "call.topic: must be a string (a constant) or a table");
  EXPECT_EQ(refusal(R"("call.topic" = { colum = "what" })"),
            "call.topic.colum: there is no such key");
  EXPECT_EQ(refusal(R"("call.topic" = { required = true })"),
            "call.topic: must name a column, a template or a constant");
  EXPECT_EQ(
      refusal(R"("call.topic" = { column = "What" })"),
      "call.topic: the file has no column \"What\"; it has: id, at, what, amount, phone, mail");
  EXPECT_EQ(refusal(R"("call.topic" = { template = "{what" })"),
            "call.topic: \"{what\": a { is never closed");
  EXPECT_EQ(refusal(R"("call.ivr_ms" = { column = "amount", unit = "h" })"),
            "call.ivr_ms: unit \"h\": must be ms, s, min or hh:mm:ss");
  EXPECT_EQ(refusal(R"("call.direction" = "IN")"),
            "call.direction: \"IN\": must be one of INBOUND, OUTBOUND, INTERNAL");
  EXPECT_THAT(refusal(R"("call.end" = { column = "what", map = { y = "DONE" } })"),
              HasSubstr("call.end: \"DONE\": must be one of ANSWERED, "));
  EXPECT_EQ(refusal(R"("call.resolved" = { column = "what", map = { y = "yes" } })"),
            "call.resolved: \"yes\": must be true or false");
  EXPECT_EQ(refusal(R"("call.topic" = { column = "what", when = "x" })"),
            "call.topic.when: must be {column = .., is = ..} or a list of such");
}

TEST_F(MappingTest, EveryEventTellsOneThingAndCanBeToldAgain) {
  EXPECT_EQ(Refusal(WithFields("\"call.topic\" = \"x\"\n\"case.topic\" = \"y\"")),
            "event[0]: tells 2 things (call, case): must be one");
  EXPECT_EQ(Refusal(WithFields("")), "event[0]: tells 0 things (): must be one");
  EXPECT_EQ(Refusal("[[event]]\n[event.fields]\n\"call.topic\" = \"x\"\n"),
            "event[0]: must have source.external_id: it tells a row that comes again");
  EXPECT_EQ(Refusal("[[event]]\n[event.fields]\n\"call.queued_at\" = { column = \"at\" }\n"),
            "call.queued_at: a moment needs a time_format");
}

TEST_F(MappingTest, FillsEveryKindOfField) {
  const Event event = Map(
      R"("occurred_at" = { column = "at", plus = [{ column = "amount", unit = "min" }] }
"revision" = { column = "at", time_format = "%d.%m.%Y %H:%M" }
"case.case_id" = { template = "case {id}" }
"case.informed_at[0]" = { column = "at" }
"case.informed_at[1]" = { column = "at", plus = [{ column = "amount", unit = "s" }] }
"case.compensation_minor" = { column = "amount", scale = 100.0 }
"case.fault_side" = { column = "what", map = { ours = "COMPANY", "*" = "THIRD" } })",
      {"7", " 01.09.2026 09:15 ", "ours", "2", "", ""});
  EXPECT_EQ(event.occurred_at(), 1'788'243'420'000'000);
  EXPECT_EQ(event.revision(), 1'788'243'300U);
  EXPECT_EQ(event.case_().case_id(), "case 7");
  ASSERT_EQ(event.case_().informed_at_size(), 2);
  EXPECT_EQ(event.case_().informed_at(1), 1'788'243'302'000'000);
  EXPECT_EQ(event.case_().compensation_minor(), 200);
  EXPECT_EQ(event.case_().fault_side(), event::v1::Case::COMPANY);
}

TEST_F(MappingTest, MapsListsAndWhatStaysEmpty) {
  const std::string fields =
      R"("identifiers[0].type" = { constant = "PHONE", when = { column = "phone" } }
"identifiers[0].value" = { column = "phone" }
"identifiers[1].type" = { constant = "EMAIL", when = { column = "mail" } }
"identifiers[1].value" = { column = "mail" }
"touchpoint.attributes.shop.name" = { column = "what" }
"touchpoint.contract.from" = { column = "at" }
"touchpoint.resolved" = { constant = "true", when = { column = "what", not = ["x", "y"] } })";
  const Event event = Map(fields, {"7", "01.09.2026 09:15", "z", "", "", "a@b.c"});
  ASSERT_EQ(event.identifiers_size(), 1);
  EXPECT_EQ(event.identifiers(0).value(), "a@b.c");
  EXPECT_EQ(event.touchpoint().attributes().at("shop.name"), "z");
  EXPECT_EQ(event.touchpoint().contract().from(), 1'788'243'300'000'000);
  EXPECT_TRUE(event.touchpoint().resolved());
  const Event other = Map(fields, {"7", "", "x", "", "1", "a@b.c"});
  EXPECT_EQ(other.identifiers_size(), 2);
  EXPECT_FALSE(other.touchpoint().has_contract());
  EXPECT_FALSE(other.touchpoint().has_resolved());
}

TEST_F(MappingTest, ReadsNumbersAsSheetsWriteThem) {
  const auto minor = [this](const std::string& amount) {
    return Map(R"("touchpoint.money.amount_minor" = { column = "amount", scale = 100.0 })",
               {"7", "", "", amount, "", ""})
        .touchpoint()
        .money()
        .amount_minor();
  };
  EXPECT_EQ(minor("1 234,50"), 123'450);
  EXPECT_EQ(minor("1\xc2\xa0"
                  "234.5"),
            123'450);
  EXPECT_EQ(minor("-0.29"), -29);
  const auto clock = [this](const std::string& amount) {
    return Map(R"("call.ivr_ms" = { column = "amount", unit = "hh:mm:ss" })",
               {"7", "", "", amount, "", ""})
        .call()
        .ivr_ms();
  };
  EXPECT_EQ(clock("01:02:03"), 3'723'000);
  EXPECT_EQ(clock("2:23"), 143'000);
}

TEST_F(MappingTest, ValuesThatDoNotFitNameTheField) {
  const auto broken = [this](const std::string& field, const std::string& amount) {
    return Broken(field, {"7", "", "", amount, "", ""});
  };
  EXPECT_EQ(broken(R"("case.opened_at" = { column = "amount" })", "2026-09-01 10:00"),
            "case.opened_at: \"2026-09-01 10:00\": must be a time as %d.%m.%Y %H:%M");
  EXPECT_EQ(broken(R"("case.opened_at" = { column = "amount" })", "31.02.2026 10:00"),
            "case.opened_at: \"31.02.2026 10:00\": must be a time as %d.%m.%Y %H:%M");
  EXPECT_EQ(broken(R"("case.opened_at" = { column = "amount", required = true })", " "),
            "case.opened_at: the row has no value for it");
  EXPECT_EQ(broken(R"("call.ivr_ms" = { column = "amount", unit = "hh:mm:ss" })", "12"),
            "call.ivr_ms: \"12\": must be hh:mm:ss");
  EXPECT_EQ(broken(R"("call.ivr_ms" = { column = "amount", unit = "s" })", "-1"),
            "call.ivr_ms: \"-1\": out of range");
  EXPECT_EQ(broken(R"("call.end" = { column = "amount" })", "yes"),
            "call.end: \"yes\": is no End; map it");
  EXPECT_EQ(broken(R"("call.resolved" = { column = "amount" })", "Y"),
            "call.resolved: \"Y\": must be true or false; map it");
  EXPECT_EQ(broken(R"("survey.answer" = { column = "amount" })", "much"),
            "survey.answer: \"much\": must be a number");
  EXPECT_EQ(broken(R"("survey.rating_max" = { column = "amount" })", "4294967296"),
            "survey.rating_max: 4294967296: does not fit the field");
  EXPECT_EQ(broken(R"("survey.rating_max" = { column = "amount" })", "5.5"),
            "survey.rating_max: \"5.5\": must be a whole number");
}

}  // namespace
}  // namespace clientele::app
