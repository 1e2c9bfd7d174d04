// What --where understands, and where it says that it does not.
#include "app/query/where.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

namespace clientele::app {
namespace {

using query::v1::Condition;
using testing::HasSubstr;

void ExpectTree(const std::string& text, const std::string& tree) {
  Condition expected;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(tree, &expected)) << tree;
  const auto condition = ParseWhere(text);
  ASSERT_TRUE(condition.has_value()) << condition.error().message;
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*condition, expected))
      << text << " is\n"
      << condition->DebugString();
}

std::string WhatIsSaid(const std::string& text) {
  const auto condition = ParseWhere(text);
  if (condition) return "accepted";
  EXPECT_EQ(condition.error().code, base::Code::kInvalidArgument);
  EXPECT_EQ(condition.error().field, "--where");
  return condition.error().message;
}

TEST(Where, ValuesOfADimension) {
  const std::string sales = "one_of { dimension: 'queue' values: 'sales' values: 'service' }";
  ExpectTree("queue=sales,service", sales);
  ExpectTree(" queue = sales , service ", sales);
  ExpectTree("queue in sales, service", sales);
  ExpectTree("queue IN sales,service", sales);
  ExpectTree("queue in (sales, service)", sales);
  ExpectTree("(queue in (sales,service))", sales);
  ExpectTree("queue!=sales",
             "none { conditions { one_of { dimension: 'queue' values: 'sales' } } }");
  ExpectTree("topic^=deliv", "prefix { dimension: 'topic' value: 'deliv' }");
  ExpectTree("topic?", "set: 'topic'");
  ExpectTree("!topic", "unset: 'topic'");
  ExpectTree("topic=", "one_of { dimension: 'topic' values: '' }");
}

TEST(Where, Ranges) {
  ExpectTree("line<4", "range { dimension: 'line' to: '4' }");
  ExpectTree("line>=2", "range { dimension: 'line' from: '2' }");
  ExpectTree("line<=4",
             "any { conditions { range { dimension: 'line' to: '4' } } "
             "conditions { one_of { dimension: 'line' values: '4' } } }");
  ExpectTree("line>2",
             "all { conditions { range { dimension: 'line' from: '2' } } conditions { none { "
             "conditions { one_of { dimension: 'line' values: '2' } } } } }");
}

TEST(Where, ValuesThatNeedQuotes) {
  ExpectTree("queue='Sales, Moscow'", "one_of { dimension: 'queue' values: 'Sales, Moscow' }");
  ExpectTree("queue=\"it's\",a\\ b",
             "one_of { dimension: 'queue' values: \"it's\" values: 'a b' }");
  ExpectTree("queue='=b',a=", "one_of { dimension: 'queue' values: '=b' values: 'a=' }");
  ExpectTree("queue='it\\'s \\\\ a\\b'",
             "one_of { dimension: 'queue' values: 'it\\'s \\\\ a\\\\b' }");
}

TEST(Where, AndBindsMoreThanOr) {
  ExpectTree("a=1 or b=2 and not c? and d?",
             "any { conditions { one_of { dimension: 'a' values: '1' } } conditions { all { "
             "conditions { one_of { dimension: 'b' values: '2' } } "
             "conditions { none { conditions { set: 'c' } } } conditions { set: 'd' } } } }");
  ExpectTree("(a? or b?) AND (c?)",
             "all { conditions { any { conditions { set: 'a' } conditions { set: 'b' } } } "
             "conditions { set: 'c' } }");
  ExpectTree("not (order=1)", "none { conditions { one_of { dimension: 'order' values: '1' } } }");
}

TEST(Where, ErrorsTellTheCharacter) {
  EXPECT_EQ(WhatIsSaid("queue=a bnd team=b"),
            "--where queue=a bnd team=b: at character 9, where bnd team=b stands, must stand and, "
            "or, or the end; a value with blanks stands in quotes");
  EXPECT_THAT(WhatIsSaid("topic=бот )"),
              HasSubstr("at character 11, where ) stands, must stand and, or"));
  EXPECT_THAT(WhatIsSaid(""), HasSubstr("at the end must stand the name of a dimension"));
  EXPECT_THAT(WhatIsSaid("(a? or b?"), HasSubstr("at the end must stand and, or, or )"));
  EXPECT_THAT(WhatIsSaid("a? and"), HasSubstr("at the end must stand the name of a dimension"));
  EXPECT_THAT(WhatIsSaid("a? or =b"),
              HasSubstr("at character 7, where =b stands, must stand the name"));
  EXPECT_THAT(WhatIsSaid("queue~b"),
              HasSubstr("at character 6, where ~b stands, must stand =, !=, <"));
  EXPECT_THAT(WhatIsSaid("queue='b"),
              HasSubstr("at character 7, where 'b stands, must stand a value that"));
  EXPECT_THAT(WhatIsSaid("queue==b"),
              HasSubstr("at character 7, where =b stands, must stand a value; one "
                        "that begins with = stands in quotes"));
  EXPECT_THAT(WhatIsSaid("queue!==b"),
              HasSubstr("at character 8, where =b stands, must stand a value"));
  EXPECT_THAT(WhatIsSaid("queue in (a b)"),
              HasSubstr("at character 13, where b) stands, must stand a comma or )"));
  EXPECT_THAT(WhatIsSaid("queue in (a"), HasSubstr("at the end must stand a comma or )"));
  // Of 16 bytes, without the half of a letter.
  EXPECT_THAT(WhatIsSaid("a? бвгдежзикл"), HasSubstr("where бвгдежзи stands"));
  EXPECT_THAT(WhatIsSaid("a? xбвгдежзикл"), HasSubstr("where xбвгдежз stands"));
  EXPECT_THAT(WhatIsSaid("not"), HasSubstr("at the end must stand the name"));
  EXPECT_THAT(WhatIsSaid(std::string(100'000, '(')),
              HasSubstr("at character 66, where (((((((((((((((( stands"));
  EXPECT_THAT(WhatIsSaid(std::string(100, '(') + "a?" + std::string(100, ')')),
              HasSubstr("must stand no ( or not: at most 64 lie within each other"));
}

}  // namespace
}  // namespace clientele::app
