// Which part of the log is wanted, and what is no part of it.
#include "projections/replay/restriction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clientele/event/v1/event.pb.h"

namespace clientele::projections::replay {
namespace {

using event::v1::Event;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

std::string ErrorOf(std::optional<int64_t> from, std::optional<int64_t> to,
                    const std::vector<std::string>& where) {
  const auto made = MakeRestriction(from, to, where);
  return made ? "" : made.error().message;
}

TEST(Restriction, NamesWhatBreaksARule) {
  EXPECT_EQ(ErrorOf(2'000, 1'000, {}),
            "--from 1970-01-01T00:00:02.000Z: must lie before --to 1970-01-01T00:00:01.000Z");
  EXPECT_EQ(ErrorOf(1'000, 1'000, {}).substr(0, 6), "--from");
  EXPECT_EQ(ErrorOf({}, int64_t{20'000'000'000'000}, {}).substr(0, 4), "--to");
  EXPECT_EQ(ErrorOf({}, {}, {"colour=red"}),
            "--where colour=red: field colour must be tenant, kind or purpose");
  EXPECT_EQ(ErrorOf({}, {}, {"tenant"}), "--where tenant: must be field=value, e.g. tenant=main");
  EXPECT_EQ(ErrorOf({}, {}, {"tenant="}), "--where tenant=: must be field=value, e.g. tenant=main");
  EXPECT_THAT(ErrorOf({}, {}, {"kind=CALL"}),
              MatchesRegex("--where kind=CALL: kind must be one of touchpoint, call, .*, "
                           "identity_link.*"));
  EXPECT_THAT(ErrorOf({}, {}, {"kind=retraction"}),
              AllOf(HasSubstr("kind must be one of"), Not(HasSubstr(", retraction"))));
  EXPECT_EQ(ErrorOf({}, {}, {"purpose=PURPOSE_UNSPECIFIED"}),
            "--where purpose=PURPOSE_UNSPECIFIED: purpose must be REAL, MYSTERY or TEST");
  EXPECT_EQ(ErrorOf({}, {}, {"tenant=a", "tenant=b"}), "--where tenant=b: tenant is given twice");
}

TEST(Restriction, TheSameOneHasTheSameText) {
  const auto one = MakeRestriction(0, 1'500, {"purpose=TEST", "tenant=main", "kind=call"});
  ASSERT_TRUE(one);
  EXPECT_EQ(one->ToString(),
            "from=1970-01-01T00:00:00.000Z to=1970-01-01T00:00:01.500Z tenant=main kind=call "
            "purpose=TEST");
  EXPECT_EQ(Restriction().ToString(), "");
  EXPECT_TRUE(Restriction().none());
  EXPECT_FALSE(Restriction().Filter());
}

TEST(Restriction, FiltersRows) {
  const auto made = MakeRestriction(1'000, 2'000, {"tenant=main", "kind=call", "purpose=REAL"});
  const auto filter = made->Filter();
  Event event;
  event.set_tenant("main");
  constexpr uint32_t kCall = Event::kCallFieldNumber;
  const auto at = [](int64_t ms) { return Origin{.recorded_at_ms = ms}; };
  EXPECT_TRUE(filter(at(1'000), kCall, event));  // an untold purpose is REAL
  EXPECT_FALSE(filter(at(999), kCall, event));
  EXPECT_FALSE(filter(at(2'000), kCall, event));
  EXPECT_FALSE(filter(at(1'000), kCall + 1, event));
  event.set_purpose(Event::TEST);
  EXPECT_FALSE(filter(at(1'000), kCall, event));
  event.set_purpose(Event::REAL);
  event.set_tenant("other");
  EXPECT_FALSE(filter(at(1'000), kCall, event));
}

}  // namespace
}  // namespace clientele::projections::replay
