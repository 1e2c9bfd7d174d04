// The figures of contacts and cases that their own rows give, written down a second time on
// purpose. Pure; any thread.
#pragma once

#include "verify/figures.h"

namespace clientele::verify {

// Nothing if it is no contact, or case, of a real customer.
[[nodiscard]] std::optional<ContactFacts> ContactFactsOf(const event::v1::Event& event,
                                                         Names& names);
[[nodiscard]] std::optional<CaseFacts> CaseFactsOf(const event::v1::Event& event, Names& names);

[[nodiscard]] ContactSums SumsOf(const ContactFacts& facts);
// By the moment of opening, of closing, and of money.
[[nodiscard]] ContactSums OpenedSums(const CaseFacts& facts);
[[nodiscard]] ContactSums ClosedSums(const CaseFacts& facts);
[[nodiscard]] ContactSums CompensationSums(const CaseFacts& facts);

// Nothing if the metric is none of contacts and cases.
[[nodiscard]] std::optional<Wanted> ContactFigureOf(std::string_view metric,
                                                    std::string_view variant,
                                                    const ContactSums& sums);
[[nodiscard]] std::optional<Family> ContactFamilyOf(std::string_view metric);

}  // namespace clientele::verify
