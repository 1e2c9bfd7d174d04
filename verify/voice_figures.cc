#include "verify/voice_figures.h"

#include <cmath>

#include "verify/cells.h"
#include "verify/figures.h"
#include "verify/voice_rows.h"

namespace clientele::verify {
namespace {

using enum VoiceCount;
using event::v1::Event;
using event::v1::Survey;
using event::v1::Touchpoint;

bool Told(int64_t micros) { return micros > 0 && micros < 7'258'118'400'000'000; }

int32_t DayOf(int64_t micros) { return Told(micros) ? static_cast<int32_t>(micros / kDay) : 0; }

// Sums are of whole numbers.
int64_t Whole(double value) { return static_cast<int64_t>(std::nearbyint(value)); }
int64_t Millionths(double value) { return Whole(value * 1'000'000); }

// Adds to sums of one day; nothing if the day is not told.
class Day {
 public:
  Day(int32_t day, VoiceFacts& facts) : day_(day), facts_(facts) {}
  void Add(VoiceCount count, int64_t amount) {
    if (day_ != 0 && amount != 0) facts_.parts.push_back({day_, count, amount});
  }
  void Count(VoiceCount count, bool counts) { Add(count, counts ? 1 : 0); }

 private:
  const int32_t day_;
  VoiceFacts& facts_;
};

bool IsCsat(Survey::Scale scale) {
  return scale == Survey::CSAT_2 || scale == Survey::CSAT_3 || scale == Survey::CSAT_5;
}

// 4 or 5 of 5, and what is as far up on other scales.
bool IsGood(Survey::Scale scale, const Opinion& opinion) {
  const double rated = *opinion.rated;
  switch (scale) {
    case Survey::NPS_11:
      return rated >= 9;
    case Survey::CES_7:
      return rated >= 5;
    case Survey::CSAT_5:
      return rated >= 4;
    case Survey::NPS_BINARY:
    case Survey::CSAT_2:
    case Survey::CSAT_3:
      return rated == static_cast<double>(opinion.best);
    default:
      return rated >= 1 + 0.75 * static_cast<double>(opinion.best - 1);
  }
}

void AddSatisfaction(Survey::Scale scale, const Opinion& opinion, Day day) {
  const int64_t millionths = Millionths(*opinion.rated);
  day.Add(kCsat, 1);
  day.Count(kCsatGood, IsGood(scale, opinion));
  day.Add(kCsatMillionths, millionths);
  day.Add(kCsatMostMillionths, opinion.best * 1'000'000);
  day.Count(kFive, scale == Survey::CSAT_5);
  day.Count(kThree, scale == Survey::CSAT_3);
  day.Count(kTwo, scale == Survey::CSAT_2);
  if (scale == Survey::CSAT_5) day.Add(kFiveMillionths, millionths);
  if (scale == Survey::CSAT_3) day.Add(kThreeMillionths, millionths);
  if (scale == Survey::CSAT_2) day.Add(kTwoMillionths, millionths);
}

// On the way from the worst to the best answer in 252,000 parts, by ten-thousandths of importance.
void AddWeighed(Survey::Scale scale, const Opinion& opinion, Day day) {
  const bool from_zero =
      scale == Survey::NPS_11 || scale == Survey::NPS_BINARY || scale == Survey::CSAT_2;
  const int64_t worst = from_zero ? 0 : 1;
  const int64_t weight = Whole(*opinion.importance * 10'000);
  const double way =
      (*opinion.rated - static_cast<double>(worst)) / static_cast<double>(opinion.best - worst);
  day.Add(kWeighed, 1);
  day.Add(kWeights, weight * 252'000);
  day.Add(kWeighedSum, weight * Whole(way * 252'000));
}

void AddAnswer(const Survey& survey, const Opinion& opinion, Day day) {
  const Survey::Scale scale = survey.scale();
  const double rated = *opinion.rated;
  if (scale == Survey::NPS_11) {
    day.Add(kNps, 1);
    day.Count(kPromoters, rated >= 9);
    day.Count(kPassives, rated >= 7 && rated < 9);
    day.Count(kDetractors, rated < 7);
  }
  if (scale == Survey::NPS_BINARY) {
    day.Add(kYesOrNo, 1);
    day.Count(kYes, rated == 1);
  }
  if (IsCsat(scale)) AddSatisfaction(scale, opinion, day);
  if (scale == Survey::CES_7) {
    day.Add(kCes, 1);
    day.Add(kCesMillionths, Millionths(rated));
    day.Count(kCesEasy, rated >= 5);
  }
  if (opinion.importance) AddWeighed(scale, opinion, day);
}

void AddGap(double gap, Day day) {
  day.Add(kGaps, 1);
  day.Add(kGapMillionths, Millionths(gap));
  day.Count(kGapsBelow, gap < 0);
  day.Count(kGapsEqual, gap == 0);
}

// How far the question came.
void AddStates(const Survey& survey, Day day) {
  const bool completed = Told(survey.completed_at());
  const bool partial = Told(survey.partial_at());
  const bool bounced = Told(survey.bounced_at());
  const bool reached = completed || partial || !bounced;
  day.Add(kSent, 1);
  day.Count(kDelivered, Told(survey.delivered_at()));
  day.Count(kBounced, bounced);
  day.Count(kStarted, Told(survey.started_at()));
  day.Count(kPartial, partial);
  day.Count(kCompleted, completed);
  day.Count(kExpired, Told(survey.expired_at()));
  day.Count(kReached, reached);
  day.Count(kReachedCompleted, completed);
  day.Count(kReachedPartial, partial && !completed);
}

void AddSurvey(const Event& event, VoiceFacts& facts) {
  const Survey& survey = event.survey();
  const Opinion opinion = OpinionOf(survey);
  const int32_t completed_day = DayOf(survey.completed_at());
  const Day completed(completed_day, facts);
  if (opinion.rated) AddAnswer(survey, opinion, completed);
  if (opinion.gap) AddGap(*opinion.gap, completed);
  const bool recommends =
      opinion.rated && (survey.scale() == Survey::NPS_11 || survey.scale() == Survey::NPS_BINARY) &&
      IsGood(survey.scale(), opinion);
  if (const auto customer = base::ParseUuid(event.customer_id()); recommends && customer) {
    facts.customer = *customer;
    facts.recommended_day = customer->IsZero() ? 0 : completed_day;
  }

  Day sent(DayOf(survey.sent_at()), facts);
  if (!survey.not_asked()) AddStates(survey, sent);
  if (survey.asked_if().question_id().empty()) return;
  const bool answered = !survey.not_asked() && opinion.rated && Told(survey.completed_at());
  sent.Count(kFollowUpsNotAsked, survey.not_asked());
  sent.Count(kFollowUps, answered);
  sent.Count(kFollowUpsGood, answered && IsGood(survey.scale(), opinion));
}

void AddPromise(const Kept& kept, VoiceFacts& facts) {
  Day day(DayOf(kept.done_at), facts);
  const bool timed = kept.due_at != 0;
  const bool late = timed && kept.done_at > kept.due_at;
  const bool dearer = kept.amount_promised && kept.paid_minor > kept.promised_minor;
  day.Add(kPromises, 1);
  day.Count(kPromisesKept, !late && !dearer);
  day.Count(kTimedPromises, timed);
  day.Add(kEarlyMs, kept.early_ms);
  day.Count(kAmounts, kept.amount_promised);
  day.Add(kSavedMinor, kept.promised_minor - kept.paid_minor);
}

void AddReview(const Event& event, VoiceFacts& facts) {
  const Touchpoint& touchpoint = event.touchpoint();
  const int64_t replied = Told(touchpoint.reply_at()) ? touchpoint.reply_at() : 0;
  const bool timed = replied != 0 && replied >= event.occurred_at();
  Day day(DayOf(event.occurred_at()), facts);
  day.Add(kReviews, 1);
  if (IsRated(event)) {
    const auto& rating = touchpoint.rating();
    day.Add(kReviewsRated, 1);
    day.Add(kStarsMillionths,
            Whole(rating.value() / static_cast<double>(rating.scale()) * 5'000'000));
  }
  day.Count(kReviewsReplied, replied != 0);
  day.Count(kRepliesTimed, timed);
  if (timed) day.Add(kReplyMs, (replied - event.occurred_at()) / 1'000);
}

Wanted Number(const Sums& sums, VoiceCount count) {
  const auto number = static_cast<double>(sums.voice.of(count));
  return {number, number};
}

// `scale` is what the quotient is multiplied by; n are the rows of `observations`.
Wanted Quotient(double numerator, const Sums& sums, VoiceCount denominator, double scale,
                VoiceCount observations) {
  const auto divisor = static_cast<double>(sums.voice.of(denominator));
  const auto n = static_cast<double>(sums.voice.of(observations));
  if (divisor == 0) return {std::nullopt, n};
  return {numerator / divisor * scale, n};
}
Wanted Ratio(const Sums& sums, VoiceCount numerator, VoiceCount denominator, double scale = 1) {
  return Quotient(static_cast<double>(sums.voice.of(numerator)), sums, denominator, scale,
                  denominator);
}
Wanted Net(const Sums& sums, int64_t plus, int64_t minus, VoiceCount all) {
  return Quotient(static_cast<double>(plus - minus), sums, all, 100, all);
}
Wanted Others(const Sums& sums, VoiceCount all, VoiceCount some, VoiceCount more) {
  const auto& voice = sums.voice;
  return Quotient(static_cast<double>(voice.of(all) - voice.of(some) - voice.of(more)), sums, all,
                  1, all);
}

Wanted RecommendedActually(const Sums& sums) {
  const double did = *Distinct(sums.voice.referrers).value;
  const double said = *Distinct(sums.voice.recommenders).value;
  if (said == 0) return {};
  return {did / said, said};
}

Wanted FollowUpsOfAll(const Sums& sums) {
  const auto& voice = sums.voice;
  const auto all = static_cast<double>(voice.of(kFollowUps) + voice.of(kFollowUpsNotAsked));
  if (all == 0) return {};
  return {static_cast<double>(voice.of(kFollowUpsGood)) / all, all};
}

constexpr double kMillionth = 0.000'001;

constexpr std::array kVoiceFormulas = {
    Formula{"nps", "",
            [](const Sums& s) {
              return Net(s, s.voice.of(kPromoters), s.voice.of(kDetractors), kNps);
            }},
    Formula{"nps_share", "promoters", [](const Sums& s) { return Ratio(s, kPromoters, kNps); }},
    Formula{"nps_share", "passives", [](const Sums& s) { return Ratio(s, kPassives, kNps); }},
    Formula{"nps_share", "detractors", [](const Sums& s) { return Ratio(s, kDetractors, kNps); }},
    Formula{"nps_binary", "",
            [](const Sums& s) {
              const int64_t yes = s.voice.of(kYes);
              return Net(s, yes, s.voice.of(kYesOrNo) - yes, kYesOrNo);
            }},
    Formula{"would_recommend", "", [](const Sums& s) { return Ratio(s, kYes, kYesOrNo); }},
    Formula{"follow_up", "of_asked",
            [](const Sums& s) { return Ratio(s, kFollowUpsGood, kFollowUps); }},
    Formula{"follow_up", "of_all", FollowUpsOfAll},
    Formula{"csat", "", [](const Sums& s) { return Ratio(s, kCsatGood, kCsat); }},
    Formula{"csat_mean", "of_five",
            [](const Sums& s) { return Ratio(s, kFiveMillionths, kFive, kMillionth); }},
    Formula{"csat_mean", "of_three",
            [](const Sums& s) { return Ratio(s, kThreeMillionths, kThree, kMillionth); }},
    Formula{"csat_mean", "of_two",
            [](const Sums& s) { return Ratio(s, kTwoMillionths, kTwo, kMillionth); }},
    Formula{"csat_of_maximum", "",
            [](const Sums& s) {
              return Quotient(static_cast<double>(s.voice.of(kCsatMillionths)), s,
                              kCsatMostMillionths, 1, kCsat);
            }},
    Formula{"csi", "",
            [](const Sums& s) {
              return Quotient(static_cast<double>(s.voice.of(kWeighedSum)), s, kWeights, 100,
                              kWeighed);
            }},
    Formula{"ces", "", [](const Sums& s) { return Ratio(s, kCesMillionths, kCes, kMillionth); }},
    Formula{"ces_easy", "", [](const Sums& s) { return Ratio(s, kCesEasy, kCes); }},
    Formula{"servqual_gap", "",
            [](const Sums& s) { return Ratio(s, kGapMillionths, kGaps, kMillionth); }},
    Formula{"servqual_share", "below", [](const Sums& s) { return Ratio(s, kGapsBelow, kGaps); }},
    Formula{"servqual_share", "equal", [](const Sums& s) { return Ratio(s, kGapsEqual, kGaps); }},
    Formula{"servqual_share", "above",
            [](const Sums& s) { return Others(s, kGaps, kGapsBelow, kGapsEqual); }},
    Formula{"response_rate", "",
            [](const Sums& s) { return Ratio(s, kReachedCompleted, kReached); }},
    Formula{"partial_rate", "", [](const Sums& s) { return Ratio(s, kReachedPartial, kReached); }},
    Formula{"survey_states", "sent", [](const Sums& s) { return Number(s, kSent); }},
    Formula{"survey_states", "delivered", [](const Sums& s) { return Number(s, kDelivered); }},
    Formula{"survey_states", "bounced", [](const Sums& s) { return Number(s, kBounced); }},
    Formula{"survey_states", "started", [](const Sums& s) { return Number(s, kStarted); }},
    Formula{"survey_states", "partial", [](const Sums& s) { return Number(s, kPartial); }},
    Formula{"survey_states", "completed", [](const Sums& s) { return Number(s, kCompleted); }},
    Formula{"survey_states", "expired", [](const Sums& s) { return Number(s, kExpired); }},
    Formula{"promise_kept", "", [](const Sums& s) { return Ratio(s, kPromisesKept, kPromises); }},
    Formula{"promise_gap", "",
            [](const Sums& s) { return Ratio(s, kEarlyMs, kTimedPromises, 1.0 / 60'000); }},
    Formula{"review_rating", "",
            [](const Sums& s) { return Ratio(s, kStarsMillionths, kReviewsRated, kMillionth); }},
    Formula{"review_response_rate", "",
            [](const Sums& s) { return Ratio(s, kReviewsReplied, kReviews); }},
    Formula{"review_response_time", "",
            [](const Sums& s) { return Ratio(s, kReplyMs, kRepliesTimed, 0.001); }},
    Formula{"complaints", "", [](const Sums& s) { return Number(s, kComplaints); }},
    Formula{"complaint_rate", "",
            [](const Sums& s) { return Ratio(s, kComplaints, kInteractions, 100); }},
    Formula{"referrers", "", [](const Sums& s) { return Distinct(s.voice.referrers); }},
    Formula{"recommenders", "", [](const Sums& s) { return Distinct(s.voice.recommenders); }},
    Formula{"recommended_actually", "", RecommendedActually},
};

}  // namespace

VoiceSums& VoiceSums::operator+=(const VoiceSums& other) {
  for (size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  referrers.insert(referrers.end(), other.referrers.begin(), other.referrers.end());
  recommenders.insert(recommenders.end(), other.recommenders.begin(), other.recommenders.end());
  return *this;
}

VoiceFacts VoiceFactsOf(const Event& event) {
  VoiceFacts facts;
  if (event.has_survey()) AddSurvey(event, facts);
  if (IsReview(event)) AddReview(event, facts);
  if (const auto kept = KeptOf(event)) AddPromise(*kept, facts);
  return facts;
}

std::span<const Formula> VoiceFormulas() { return kVoiceFormulas; }

Wanted PromisedAmountGap(const Sums& sums) { return Ratio(sums, kSavedMinor, kAmounts); }

}  // namespace clientele::verify
