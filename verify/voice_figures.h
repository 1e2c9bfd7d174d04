// What surveys, reviews, promises and interactions add to figures: plain sums by tenant and day.
// Their formulas are in voice_figures.cc. Plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/uuid.h"
#include "clientele/event/v1/event.pb.h"

namespace clientele::verify {

enum class VoiceCount : uint8_t {
  // By completed_at.
  kNps,
  kPromoters,
  kPassives,
  kDetractors,
  kYesOrNo,
  kYes,
  kCsat,
  kCsatGood,
  kCsatMillionths,      // what the answers add up to
  kCsatMostMillionths,  // what they could
  kFive,                // answers on CSAT_5
  kFiveMillionths,
  kThree,
  kThreeMillionths,
  kTwo,
  kTwoMillionths,
  kWeighed,
  kWeights,
  kWeighedSum,
  kCes,
  kCesMillionths,
  kCesEasy,
  kGaps,
  kGapMillionths,
  kGapsBelow,
  kGapsEqual,
  // By sent_at.
  kFollowUps,  // answered
  kFollowUpsGood,
  kFollowUpsNotAsked,
  kSent,
  kDelivered,
  kBounced,
  kStarted,
  kPartial,
  kCompleted,
  kExpired,
  kReached,
  kReachedCompleted,
  kReachedPartial,
  // By the moment when a promise came to its end.
  kPromises,
  kPromisesKept,
  kTimedPromises,
  kEarlyMs,
  kAmounts,  // by currency
  kSavedMinor,
  // By occurred_at.
  kReviews,
  kReviewsRated,
  kStarsMillionths,
  kReviewsReplied,
  kRepliesTimed,
  kReplyMs,
  kInteractions,
  kComplaints,
  kEnd,
};

struct VoiceSums {
  std::array<int64_t, static_cast<size_t>(VoiceCount::kEnd)> counts{};
  // As they come, of customers who are known.
  std::vector<base::Uuid> referrers;
  std::vector<base::Uuid> recommenders;

  [[nodiscard]] int64_t& of(VoiceCount count) { return counts[static_cast<size_t>(count)]; }
  [[nodiscard]] int64_t of(VoiceCount count) const { return counts[static_cast<size_t>(count)]; }
  VoiceSums& operator+=(const VoiceSums& other);
  bool operator==(const VoiceSums&) const = default;
};

// What one telling adds to one sum of a day, in days since 1970 (UTC).
struct VoicePart {
  int32_t day = 0;
  VoiceCount count = VoiceCount::kEnd;
  int64_t amount = 0;
};

// A question of a survey, a review or a promise of a real customer.
struct VoiceFacts {
  uint32_t tenant = 0;
  uint32_t currency = 0;
  std::vector<VoicePart> parts;
  int32_t recommended_day = 0;  // when the customer said so; 0: did not, or nobody known
  base::Uuid customer;          // who said so
};
// Without tenant and currency. No parts if it counts in no figure.
[[nodiscard]] VoiceFacts VoiceFactsOf(const event::v1::Event& event);

// A call or touchpoint of a real customer.
struct InteractionFacts {
  uint32_t tenant = 0;
  int32_t day = 0;
  bool touch = false;  // could bring a purchase
  bool complaint = false;
  base::Uuid referrer;  // zero: no referral, or nobody known
};

}  // namespace clientele::verify
