// The rest of Reference: what the company spends, and published rates of exchange.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/simulate/reference.h"

namespace clientele::app::simulate {
namespace {

using event::v1::Cost;
using event::v1::ExchangeRate;

constexpr int kCostDays = 30;
constexpr int64_t kWageMinor = 82'000'00;  // a person and month, with everything on top
constexpr int64_t kRetentionMinor = 410'000'00;

}  // namespace

void Reference::TellCost(const Cost& cost, int64_t at) {
  EventHandle event = world_.teller.Draft("erp", at);
  *event->mutable_cost() = cost;
  world_.teller.TellOnce(std::move(event), at);
}

// Every 30 days, for the 30 days that begin: wages by team, what was spent on channels, on keeping
// customers, and on the initiative.
void Reference::TellCosts(int day) {
  if (day % kCostDays != 0) return;
  const int64_t at = world_.timeline.Start(day) + 7 * kHour;
  const int last = std::min(day + kCostDays, world_.timeline.days());
  Cost cost;
  cost.set_currency(kCurrency);
  cost.mutable_period()->set_from(world_.timeline.Start(day));
  cost.mutable_period()->set_to(world_.timeline.Start(last));
  const double share = static_cast<double>(last - day) / kCostDays;
  const auto tell = [&](const std::string& id, const char* category, Cost::Purpose purpose,
                        double amount) {
    cost.set_cost_id(fmt::format("{}-{}", id, world_.timeline.Name(day)));
    cost.set_category(category);
    cost.set_purpose(purpose);
    cost.set_amount_minor(static_cast<int64_t>(amount * share));
    TellCost(cost, at);
  };
  for (int team = 0; team < kTeams; ++team) {
    const auto index = static_cast<size_t>(team);
    cost.set_team(world_.company.teams[index].id);
    tell("wages-" + cost.team(), "wages", Cost::SERVICE,
         static_cast<double>(kWageMinor) *
             static_cast<double>(world_.company.members[index].size()));
  }
  cost.clear_team();
  std::array<int, Customers::kAcquisitions> come{};
  for (int of = day; of < last; ++of) {
    for (const int index : world_.customers.AcquiredOn(of)) {
      ++come[world_.customers.At(index).acquisition];
    }
  }
  for (size_t i = 0; i < come.size(); ++i) {
    const Acquisition& acquisition = Customers::AcquisitionAt(i);
    cost.set_channel(acquisition.channel);
    cost.set_campaign(std::string(acquisition.campaign));
    tell(fmt::format("marketing-{}", acquisition.name), "marketing", Cost::ACQUISITION,
         static_cast<double>(come[i]) * static_cast<double>(acquisition.cost_minor) / share);
  }
  cost.clear_channel();
  cost.clear_campaign();
  tell("loyalty", "loyalty programme", Cost::RETENTION,
       static_cast<double>(kRetentionMinor) * world_.options.customers / 20'000);
  cost.set_unit("kontur-home/moscow");
  tell("rent", "rent", Cost::OTHER, 900'000'00);
  cost.clear_unit();
  if (last > world_.company.stories.initiative_day) {
    cost.set_initiative(world_.company.stories.initiative_id);
    tell("initiative", "licences", Cost::SERVICE, 420'000'00);
  }
}

// Roubles for a dollar, a euro and a yuan: a slow walk.
void Reference::TellRates(int day, Random& random) {
  struct Walk {
    const char* currency;
    double rate;
    double swing;
  };
  for (const Walk& walk : {Walk{"USD", 80, 3}, {"EUR", 92, 4}, {"CNY", 11.2, 0.5}}) {
    const int64_t at = world_.timeline.Start(day) + 8 * kHour;
    EventHandle event = world_.teller.Draft("bank", at);
    ExchangeRate& rate = *event->mutable_exchange_rate();
    rate.set_currency(walk.currency);
    rate.set_to(kCurrency);
    const double value = walk.rate + walk.swing * std::sin(day / 17.0) + random.Between(-0.3, 0.3);
    rate.set_rate(std::round(value * 10'000) / 10'000);
    rate.set_day(world_.timeline.Name(day));
    world_.teller.TellOnce(std::move(event), at + kMinute);
  }
}

}  // namespace clientele::app::simulate
