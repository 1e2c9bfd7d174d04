#include "app/simulate/customers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace clientele::app::simulate {
namespace {

using event::v1::Channel;
using event::v1::Identifier;

constexpr double kThereBefore = 0.6;  // share of customers from before the sample
constexpr double kBusiness = 0.06;    // share of business customers
constexpr int kLongestBefore = 900;   // days
constexpr double kDaysInMonth = 30.0;

constexpr std::array<Acquisition, Customers::kAcquisitions> kAcquisitionChannels{
    {{Channel::AD, "AD", "search-ads", 0.38, 0.085, 0.85, 1'450'00},
     {Channel::WEB, "WEB", "", 0.25, 0.050, 1.0, 210'00},
     {Channel::SOCIAL, "SOCIAL", "community-home", 0.12, 0.018, 1.6, 980'00},
     {Channel::STORE, "STORE", "", 0.15, 0.045, 1.05, 640'00},
     {Channel::MESSENGER, "MESSENGER", "blogger-posts", 0.10, 0.075, 0.8, 760'00}}};

// A bijection of numbers below ten million, so that neighbours look different.
int Scatter(int index) {
  return static_cast<int>((static_cast<int64_t>(index) * 7'654'321 + 1'234'567) % 10'000'000);
}

Customer MakeCustomer(const Options& options, int index) {
  Random random(options.seed, "customer", static_cast<uint64_t>(index));
  std::array<double, Customers::kAcquisitions> shares{};
  std::ranges::transform(kAcquisitionChannels, shares.begin(), &Acquisition::share);
  Customer customer;
  customer.acquisition = static_cast<uint8_t>(random.Pick(shares));
  customer.business = random.Chance(kBusiness);
  constexpr std::array<double, 3> kTiers{0.72, 0.2, 0.08};
  customer.tier = static_cast<uint8_t>(random.Pick(kTiers));
  customer.activity = static_cast<float>(random.Between(0.3, 1.0));
  customer.acquired_day = random.Chance(kThereBefore)
                              ? -1 - static_cast<int>(random.Below(kLongestBefore))
                              : static_cast<int>(random.Below(static_cast<uint64_t>(options.days)));
  const double churn = kAcquisitionChannels[customer.acquisition].monthly_churn;
  const double stays = random.Exponential(-kDaysInMonth / std::log1p(-churn));
  const double churned = std::max(customer.acquired_day, 0) + 1.0 + stays;
  customer.churned_day = static_cast<int>(std::min(churned, options.days + 1.0));
  return customer;
}

}  // namespace

const Acquisition& Customers::AcquisitionAt(size_t index) { return kAcquisitionChannels[index]; }

Customers::Customers(const Options& options, const Timeline& timeline)
    : acquired_on_(static_cast<size_t>(timeline.days())),
      churned_on_(static_cast<size_t>(timeline.days())),
      place_(static_cast<size_t>(options.customers), -1) {
  all_.reserve(place_.size());
  for (int index = 0; index < options.customers; ++index) {
    const Customer& customer = all_.emplace_back(MakeCustomer(options, index));
    if (customer.acquired_day >= 0) {
      acquired_on_[static_cast<size_t>(customer.acquired_day)].push_back(index);
    } else {
      place_[static_cast<size_t>(index)] = static_cast<int>(active_.size());
      active_.push_back(index);
    }
    if (customer.churned_day < timeline.days()) {
      churned_on_[static_cast<size_t>(customer.churned_day)].push_back(index);
    }
  }
}

const std::vector<int>& Customers::AcquiredOn(int day) const {
  return acquired_on_[static_cast<size_t>(day)];
}

const std::vector<int>& Customers::ChurnedOn(int day) const {
  return churned_on_[static_cast<size_t>(day)];
}

void Customers::Begin(int day) {
  for (const int index : AcquiredOn(day)) {
    place_[static_cast<size_t>(index)] = static_cast<int>(active_.size());
    active_.push_back(index);
  }
  // Somebody must be left to pick.
  for (const int index : ChurnedOn(day)) {
    if (active_.size() > 1) Remove(index);
  }
}

void Customers::Remove(int index) {
  int& place = place_[static_cast<size_t>(index)];
  if (place < 0) return;
  const int last = active_.back();
  active_[static_cast<size_t>(place)] = last;
  place_[static_cast<size_t>(last)] = place;
  active_.pop_back();
  place = -1;
}

int Customers::PickActive(Random& random) const {
  for (;;) {
    const int index = active_[random.Below(active_.size())];
    if (random.Chance(At(index).activity)) return index;
  }
}

std::string Customers::Phone(int index) { return fmt::format("+7000{:07}", Scatter(index)); }

std::string Customers::PhoneAsWritten(int index) {
  const int number = Scatter(index);
  return fmt::format("+7 (000) {:03}-{:02}-{:02}", number / 10'000, number / 100 % 100,
                     number % 100);
}

std::string Customers::Mail(int index) { return fmt::format("Client.{}@example.com", index); }

std::string Customers::Crm(int index) { return fmt::format("{}", 100'000 + index); }

std::string Customers::Cookie(int index) {
  return fmt::format("ck.{:08x}.{}", static_cast<uint32_t>(Scatter(index)) * 2'654'435'761U, index);
}

std::string Customers::Messenger(int index) { return fmt::format("tg-{}", 70'000'000 + index); }

void Identify(event::v1::Event& event, Identifier::Type type, std::string value) {
  auto* const identifier = event.add_identifiers();
  identifier->set_type(type);
  identifier->set_value(std::move(value));
}

}  // namespace clientele::app::simulate
