// The rule and the list of states against the naive rule, over all small histories and all places
// of a crash.
#include "projections/retirement/rule.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "projections/retirement/history.h"
#include "projections/retirement/states.h"

namespace clientele::projections::retirement {
namespace {

constexpr uint32_t kMost = std::numeric_limits<uint32_t>::max();

std::vector<uint64_t> Offsets(size_t words) {
  std::vector<uint64_t> offsets;
  for (size_t i = 0; i < words; ++i) offsets.push_back(10 + 3 * i);
  return offsets;
}

Telling TellingOf(const Word& word, uint64_t offset) {
  Telling telling;
  telling.offset = offset;
  telling.revision = word.revision;
  telling.retraction = word.retraction;
  return telling;
}

// What the rule decides, and the states that it leaves.
std::vector<Decision> DecideAll(const History& history, std::vector<State>& states) {
  std::vector<Decision> decisions;
  const std::vector<uint64_t> offsets = Offsets(history.size());
  for (size_t i = 0; i < history.size(); ++i) {
    const Step step =
        Apply(TellingOf(history[i], offsets[i]), states.empty() ? State{} : states.back());
    if (step.next) states.push_back(*step.next);
    decisions.push_back(step.decision);
  }
  return decisions;
}

std::vector<Decision> DecideAll(const History& history) {
  std::vector<State> states;
  return DecideAll(history, states);
}

TEST(Rule, EqualsTheNaiveRuleAtEveryPrefixOfEveryOrder) {
  const std::vector<History> all = AllHistories(6, 3);
  ASSERT_EQ(all.size(), 55'986U);
  for (const History& history : all) {
    const std::vector<Decision> decisions = DecideAll(history);
    ASSERT_EQ(decisions, Naive(history, Offsets(history.size())));
    std::set<uint64_t> taken_back;
    for (const Decision& decision : decisions) {
      if (decision.takes_back == 0) continue;
      ASSERT_TRUE(taken_back.insert(decision.takes_back).second) << "taken back twice";
    }
  }
}

TEST(Rule, NamesDuplicatesAndStaleTellings) {
  const auto causes = [](const History& history) {
    std::vector<Cause> found;
    for (const Decision& decision : DecideAll(history)) found.push_back(decision.cause);
    return found;
  };
  using enum Cause;
  EXPECT_EQ(causes({{1}, {1}, {0}, {2}, {1}}),
            (std::vector{kTold, kDuplicate, kStale, kCorrection, kStale}));
  // Told again after it was retracted: barred, so stale; above the bar it counts.
  EXPECT_EQ(causes({{1}, {1, true}, {1}, {2}}), (std::vector{kTold, kRetraction, kStale, kTold}));
  // A retraction before its target, and one below what counts.
  EXPECT_EQ(causes({{5, true}, {5}, {6}, {5, true}, {6}}),
            (std::vector{kRetraction, kStale, kTold, kRetraction, kDuplicate}));
}

TEST(Rule, KnowsTheGreatestRevision) {
  const std::vector<Decision> decisions = DecideAll({{kMost}, {kMost}, {kMost, true}, {kMost}});
  const std::vector<Decision> expected = {{Cause::kTold, 0},
                                          {Cause::kDuplicate, 0},
                                          {Cause::kRetraction, Offsets(1)[0] + 1},
                                          {Cause::kStale, 0}};
  EXPECT_EQ(decisions, expected);
}

// What is decided again from `resume` on by a list that reaches further, of which what lies below
// `floor` was forgotten.
std::vector<Decision> Again(const History& history, std::vector<State> states, size_t resume,
                            uint64_t floor, bool latest_only) {
  ForgetBelow(states, floor);
  const std::vector<uint64_t> offsets = Offsets(history.size());
  std::vector<Decision> decisions;
  for (size_t i = resume; i < history.size(); ++i) {
    const State state = !latest_only     ? StateBelow(states, offsets[i])
                        : states.empty() ? State{}
                                         : states.back();
    decisions.push_back(Apply(TellingOf(history[i], offsets[i]), state).decision);
  }
  return decisions;
}

// Every crash: the index has all of the history (a longer history's crash is a shorter one's), the
// tables have it up to any word, and any older states are forgotten. The same cases with the latest
// state alone show that the test can fail.
TEST(States, DecideAgainAsBefore) {
  size_t cases = 0;
  size_t latest_only_wrong = 0;
  for (const History& history : AllHistories(5, 3)) {
    std::vector<State> states;
    const std::vector<Decision> first = DecideAll(history, states);
    const std::vector<uint64_t> offsets = Offsets(history.size());
    for (size_t resume = 0; resume < history.size(); ++resume) {
      const std::vector<Decision> rest(first.begin() + static_cast<ptrdiff_t>(resume), first.end());
      for (size_t kept = 0; kept <= resume; ++kept) {
        ASSERT_EQ(Again(history, states, resume, offsets[kept], false), rest);
      }
      ++cases;
      latest_only_wrong += Again(history, states, resume, 0, true) != rest ? 1 : 0;
    }
  }
  EXPECT_GT(latest_only_wrong, cases / 3) << "of " << cases;
}

TEST(States, AreReadAsWritten) {
  for (const History& history : AllHistories(4, 3)) {
    std::vector<State> states;
    (void)DecideAll(history, states);
    std::string bytes;
    AppendStates(states, bytes);
    std::vector<State> read;
    ASSERT_TRUE(ReadStates(bytes, read));
    ASSERT_EQ(read, states);
    // Cut off within a state, it is no list; between two it is a shorter one.
    for (size_t size = 0; size < bytes.size(); ++size) {
      if (ReadStates(std::string_view(bytes).substr(0, size), read)) {
        ASSERT_LT(read.size(), states.size());
      }
    }
  }
  const std::vector<State> widest = {{uint64_t{1} << 62, 1, kMost, uint64_t{kMost} + 1}};
  std::string bytes;
  AppendStates(widest, bytes);
  std::vector<State> read;
  ASSERT_TRUE(ReadStates(bytes, read));
  EXPECT_EQ(read, widest);
}

TEST(States, OfForeignBytesAreRefused) {
  std::vector<State> read;
  EXPECT_FALSE(ReadStates(std::string(11, '\xff'), read));
  EXPECT_FALSE(ReadStates(std::string("\x01\x03\x00\x00", 4), read)) << "counting below offset 0";
  EXPECT_FALSE(ReadStates(std::string("\x01\x01\x00\x00\x00\x01\x00\x00", 8), read)) << "no rise";
  EXPECT_FALSE(ReadStates(std::string("\x01\x01\xff\xff\xff\xff\xff\x01\x00", 9), read))
      << "a revision above 32 bits";
}

}  // namespace
}  // namespace clientele::projections::retirement
