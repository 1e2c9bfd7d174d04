// Arguments that cannot be asked with, and options beside others.
#include "app/query/arguments.h"

#include <gtest/gtest.h>

namespace clientele::app {
namespace {

QueryArguments ByQueue() {
  QueryArguments arguments;
  arguments.metrics = {"asa"};
  arguments.by = {"queue"};
  return arguments;
}

TEST(ArgumentsOfTop, TheSmallestInstead) {
  QueryArguments arguments = ByQueue();
  arguments.top = 3;
  EXPECT_FALSE(ToRequest(arguments, 0)->top().smallest());
  arguments.top_smallest = true;
  EXPECT_TRUE(ToRequest(arguments, 0)->top().smallest());
  EXPECT_EQ(ToRequest(arguments, 0)->top().groups(), 3U);
}

TEST(ArgumentsInUtf8, WhatIsNoTextNamesTheOption) {
  const auto told = [](void (*change)(QueryArguments&)) {
    QueryArguments arguments = ByQueue();
    change(arguments);
    const auto request = ToRequest(arguments, 0);
    if (request) return std::string("accepted");
    EXPECT_EQ(request.error().code, base::Code::kInvalidArgument);
    return request.error().message;
  };
  EXPECT_EQ(told([](auto& a) { a.where = {"queue=продажи"}; }), "accepted");
  EXPECT_EQ(told([](auto& a) { a.where = {"queue=\xff"}; }), "--where: must be UTF-8");
  EXPECT_EQ(told([](auto& a) { a.where = {"queue!=\xff"}; }), "--where: must be UTF-8");
  EXPECT_EQ(told([](auto& a) { a.by = {"queue", "\xc2"}; }), "--by: must be UTF-8");
  EXPECT_EQ(told([](auto& a) { a.metrics = {"\xff"}; }), "metrics: must be UTF-8");
  EXPECT_EQ(told([](auto& a) { a.parameters = {"a=\xff"}; }), "--param: must be UTF-8");
  EXPECT_EQ(told([](auto& a) { a.top_by = "\xff"; }), "--top-by: must be UTF-8");
  EXPECT_EQ(told([](auto& a) { a.from = "\xff"; }), "--from: must be UTF-8");
}

TEST(ArgumentsOfZones, AWrongOneNamesTheOption) {
  QueryArguments arguments = ByQueue();
  arguments.time_zone = "Moscow";
  EXPECT_TRUE(ToRequest(arguments, 0).error().message.starts_with("--tz = Moscow: must be an IANA"))
      << ToRequest(arguments, 0).error().message;
}

}  // namespace
}  // namespace clientele::app
