#include "app/simulate/identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace clientele::app::simulate {
namespace {

using event::v1::CustomerProfile;
using event::v1::Identifier;
using event::v1::IdentityLink;

constexpr double kLinked = 0.15;  // of those who come
constexpr int kFewestWrongMerges = 3;
constexpr double kWrongMergesADay = 0.1;

}  // namespace

void Identity::TellProfile(int index, int64_t valid_from, int64_t known_at, const char* stage) {
  const Customer& customer = world_.customers.At(index);
  EventHandle event = world_.teller.Draft("crm", valid_from);
  Identify(*event, Identifier::CRM_ID, Customers::Crm(index));
  Identify(*event, Identifier::PHONE, Customers::Phone(index));
  CustomerProfile& profile = *event->mutable_customer_profile();
  profile.set_segment(customer.business ? "business" : "household");
  constexpr std::array<const char*, 3> kTiers{"basic", "silver", "gold"};
  profile.set_tier(kTiers[customer.tier]);
  profile.set_stage(stage);
  if (customer.business) {
    const auto& sales = world_.company.members[kSales];
    const size_t manager = 1 + static_cast<size_t>(index) % (sales.size() - 1);
    profile.set_manager(world_.company.Person(sales[manager]).id);
  }
  profile.set_valid_from(valid_from);
  world_.teller.TellOnce(std::move(event), known_at);
}

void Identity::TellLink(int first, int second, bool linked, uint32_t revision, const char* reason,
                        int64_t at) {
  EventHandle event = world_.teller.Draft("crm", at);
  Identify(*event, Identifier::CRM_ID, Customers::Crm(first));
  if (first == second) {
    Identify(*event, Identifier::MESSENGER, Customers::Messenger(second));
  } else {
    Identify(*event, Identifier::CRM_ID, Customers::Crm(second));
  }
  event->set_revision(revision);
  IdentityLink& link = *event->mutable_identity_link();
  link.set_linked(linked);
  link.set_reason(reason);
  link.set_evidence(fmt::format("merge-{}-{}", first, second));
  world_.teller.TellOnce(std::move(event), at + kSecond);
}

void Identity::Tell(int day) {
  Random random(world_.options.seed, "identity", static_cast<uint64_t>(day));
  const int64_t start = world_.timeline.Start(day);
  if (day == 0) {
    // Those who were there before: as the customer base was taken over.
    for (const int index : world_.customers.active()) {
      const Customer& customer = world_.customers.At(index);
      if (customer.acquired_day >= 0) continue;
      TellProfile(index, start + customer.acquired_day * kDay, start, "regular");
    }
  }
  for (const int index : world_.customers.AcquiredOn(day)) {
    const int64_t at = start + 12 * kHour + static_cast<int64_t>(random.Below(21'600)) * kSecond;
    TellProfile(index, at, at + kMinute, "new");
    if (random.Chance(kLinked)) TellLink(index, index, true, 0, "same phone in both", at + kHour);
  }
  TellWrongMerge(day, random);
}

// Two customers taken for one, most of them parted again some days later.
void Identity::TellWrongMerge(int day, Random& random) {
  int merges = random.Chance(kWrongMergesADay) ? 1 : 0;
  if (day == world_.timeline.At(0.2)) merges = kFewestWrongMerges;
  for (int i = 0; i < merges; ++i) {
    const int first = world_.customers.PickActive(random);
    const int second = world_.customers.PickActive(random);
    if (first == second) continue;
    const int64_t at = world_.timeline.Start(day) + 15 * kHour +
                       static_cast<int64_t>(random.Below(3'600)) * kSecond;
    TellLink(first, second, true, 0, "same address", at);
    ++wrong_merges_;
    const int64_t parted_at = at + static_cast<int64_t>(random.Between(2, 8) * 24) * kHour;
    if (parted_at + kSecond >= world_.timeline.End()) continue;
    TellLink(first, second, false, 1, "two people at one address", parted_at);
    ++unlinked_;
  }
}

}  // namespace clientele::app::simulate
