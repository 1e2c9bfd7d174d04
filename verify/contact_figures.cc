#include "verify/contact_figures.h"

#include <array>
#include <numeric>

#include "verify/cells.h"
#include "verify/contact_rows.h"

namespace clientele::verify {
namespace {

using event::v1::Event;
using event::v1::Touchpoint;

struct ContactFormula {
  std::string_view metric;
  std::string_view variant;
  Wanted (*of)(const ContactSums&);
  Family family = Family::kCounts;
};

int64_t Resolutions(const ContactSums& sums) {
  return static_cast<int64_t>(sums.resolutions_ms.size());
}

constexpr std::array kContactFormulas = {
    ContactFormula{"contacts", "", [](const ContactSums& s) { return Count(s.contacts); }},
    ContactFormula{"template_share", "",
                   [](const ContactSums& s) { return Share(s.ready_made, s.replies); }},
    ContactFormula{"cases_opened", "", [](const ContactSums& s) { return Count(s.cases_opened); }},
    ContactFormula{"cases_resolved", "",
                   [](const ContactSums& s) { return Count(s.cases_resolved); }},
    ContactFormula{"within_due_share", "",
                   [](const ContactSums& s) { return Share(s.in_time, s.due); }},
    ContactFormula{"reopen_rate", "",
                   [](const ContactSums& s) { return Share(s.reopened, s.were_resolved); }},
    ContactFormula{"resolution_time", "",
                   [](const ContactSums& s) {
                     return Seconds(std::accumulate(s.resolutions_ms.begin(),
                                                    s.resolutions_ms.end(), int64_t{0}),
                                    Resolutions(s));
                   }},
    ContactFormula{"resolution_time_quantile", "p50",
                   [](const ContactSums& s) { return PercentileSeconds(s.resolutions_ms, 50); }},
    ContactFormula{"resolution_time_quantile", "p90",
                   [](const ContactSums& s) { return PercentileSeconds(s.resolutions_ms, 90); }},
    ContactFormula{"longest_update_gap", "",
                   [](const ContactSums& s) { return Seconds(s.longest_gap_ms, Resolutions(s)); }},
    ContactFormula{
        "compensation", "",
        [](const ContactSums& s) { return Total(s.compensation_minor, s.compensations); },
        Family::kMoney},
};

}  // namespace

ContactSums& ContactSums::operator+=(const ContactSums& other) {
  contacts += other.contacts;
  replies += other.replies;
  ready_made += other.ready_made;
  cases_opened += other.cases_opened;
  cases_resolved += other.cases_resolved;
  due += other.due;
  in_time += other.in_time;
  were_resolved += other.were_resolved;
  reopened += other.reopened;
  longest_gap_ms += other.longest_gap_ms;
  compensations += other.compensations;
  compensation_minor += other.compensation_minor;
  resolutions_ms.insert(resolutions_ms.end(), other.resolutions_ms.begin(),
                        other.resolutions_ms.end());
  return *this;
}

std::optional<ContactFacts> ContactFactsOf(const Event& event, Names& names) {
  if (!IsReal(event) || !IsContact(event)) return std::nullopt;
  const Touchpoint& touchpoint = event.touchpoint();
  ContactFacts facts;
  facts.tenant = names.Number(event.tenant());
  facts.day = static_cast<int32_t>(event.occurred_at() / kDay);
  facts.reply =
      touchpoint.kind() == Touchpoint::MESSAGE && touchpoint.author() == Touchpoint::EMPLOYEE;
  facts.ready_made = facts.reply && touchpoint.reply_kind() == Touchpoint::TEMPLATE;
  return facts;
}

std::optional<CaseFacts> CaseFactsOf(const Event& event, Names& names) {
  if (!IsReal(event) || !event.has_case_()) return std::nullopt;
  const auto& ticket = event.case_();
  CaseFacts facts;
  facts.tenant = names.Number(event.tenant());
  facts.currency = names.Number(ticket.currency());
  facts.course = CourseOf(ticket);
  facts.due_at = Moment(ticket.due_at());
  facts.compensation_told = ticket.has_compensation_minor();
  facts.compensation_minor = Minor(ticket.compensation_minor());
  return facts;
}

ContactSums SumsOf(const ContactFacts& facts) {
  ContactSums sums;
  sums.contacts = 1;
  sums.replies = facts.reply ? 1 : 0;
  sums.ready_made = facts.ready_made ? 1 : 0;
  return sums;
}

ContactSums OpenedSums(const CaseFacts& facts) {
  ContactSums sums;
  sums.cases_opened = 1;
  sums.were_resolved = facts.course.was_resolved ? 1 : 0;
  sums.reopened = facts.course.times_reopened > 0 ? 1 : 0;
  return sums;
}

ContactSums ClosedSums(const CaseFacts& facts) {
  ContactSums sums;
  sums.cases_resolved = 1;
  sums.due = facts.due_at != 0 ? 1 : 0;
  sums.in_time = facts.course.closed_at <= facts.due_at ? 1 : 0;
  if (facts.course.resolution_ms >= 0) {
    sums.resolutions_ms = {facts.course.resolution_ms};
    sums.longest_gap_ms = facts.course.longest_gap_ms;
  }
  return sums;
}

ContactSums CompensationSums(const CaseFacts& facts) {
  ContactSums sums;
  sums.compensations = 1;
  sums.compensation_minor = facts.compensation_minor;
  return sums;
}

std::optional<Wanted> ContactFigureOf(std::string_view metric, std::string_view variant,
                                      const ContactSums& sums) {
  for (const ContactFormula& formula : kContactFormulas) {
    if (formula.metric == metric && formula.variant == variant) return formula.of(sums);
  }
  return std::nullopt;
}

std::optional<Family> ContactFamilyOf(std::string_view metric) {
  for (const ContactFormula& formula : kContactFormulas) {
    if (formula.metric == metric) return formula.family;
  }
  return std::nullopt;
}

}  // namespace clientele::verify
