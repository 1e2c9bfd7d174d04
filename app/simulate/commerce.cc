#include "app/simulate/commerce.h"

#include <fmt/format.h>

#include <array>

namespace clientele::app::simulate {
namespace {

using event::v1::Channel;
using event::v1::Event;
using event::v1::Identifier;
using event::v1::Touchpoint;

constexpr double kVisits = 0.10;         // a lively customer and day
constexpr double kCart = 0.11;           // of visits
constexpr double kOrder = 0.56;          // of carts
constexpr int64_t kFloorMinor = 199'00;  // for carrying it up

// From 7:00 on.
constexpr std::array<double, 17> kVisitsByHour{.4, .6,  .8,  .9,  1,   1,   1.1, 1, .9,
                                               .9, 1.1, 1.3, 1.6, 1.8, 1.7, 1.2, .7};
constexpr std::array<const char*, 5> kPages{"catalog/kitchen", "catalog/cleaning", "catalog/large",
                                            "catalog/smart_home", "delivery"};

}  // namespace

EventHandle Commerce::Draft(const char* system, Touchpoint::Kind kind, Channel::Value channel,
                            int64_t at) {
  EventHandle event = world_.teller.Draft(system, at);
  Touchpoint& touchpoint = *event->mutable_touchpoint();
  touchpoint.set_touchpoint_id(fmt::format("t-{}", world_.teller.NextNumber()));
  touchpoint.set_kind(kind);
  touchpoint.set_channel(channel);
  touchpoint.set_direction(Touchpoint::SELF);
  return event;
}

EventHandle Commerce::DraftOf(const Order& order, const char* system, Touchpoint::Kind kind,
                              Channel::Value channel, int64_t at) {
  EventHandle event = Draft(system, kind, channel, at);
  Identify(*event, Identifier::CRM_ID, Customers::Crm(order.customer));
  event->mutable_touchpoint()->set_order_id(order.id);
  return event;
}

int64_t Commerce::At(int day, Random& random) const {
  const auto hour = static_cast<int64_t>(7 + random.Pick(kVisitsByHour));
  return world_.timeline.Start(day) + hour * kHour +
         static_cast<int64_t>(random.Below(3'600'000)) * kMillisecond;
}

const Employee& Commerce::Manager(int customer) const {
  const auto& sales = world_.company.members[kSales];
  return world_.company.Person(sales[1 + static_cast<size_t>(customer) % (sales.size() - 1)]);
}

void Commerce::Tell(int day) {
  Random random(world_.options.seed, "commerce", static_cast<uint64_t>(day));
  TellVisits(day, random);
  for (const int customer : world_.customers.AcquiredOn(day)) TellComing(customer, day, random);
  for (const int customer : world_.customers.ChurnedOn(day)) TellGoing(customer, day, random);
  TellCare(day, random);
}

void Commerce::TellVisits(int day, Random& random) {
  for (const int index : world_.customers.active()) {
    const Customer& customer = world_.customers.At(index);
    const Acquisition& acquisition = Customers::AcquisitionAt(customer.acquisition);
    const double visits = kVisits * static_cast<double>(customer.activity) * acquisition.orders;
    if (!random.Chance(visits)) continue;
    const int64_t at = At(day, random);
    TellVisit(index, at, nullptr, random);
    if (!random.Chance(kCart)) continue;
    const int64_t cart_at = at + static_cast<int64_t>(random.Between(60, 900)) * kSecond;
    EventHandle cart = Draft("web", Touchpoint::CART, Channel::WEB, cart_at);
    Identify(*cart, Identifier::COOKIE, Customers::Cookie(index));
    const Article& article = random.Of(std::span<const Article>(kArticles));
    auto& item = *cart->mutable_touchpoint()->add_items();
    item.set_sku(article.sku);
    item.set_category(article.category);
    item.set_quantity(1);
    world_.teller.Tell(std::move(cart), cart_at + kSecond);
    if (random.Chance(kOrder)) TellOrder(index, cart_at + 2 * kMinute, "", random);
  }
}

// A visit has no id of its own: it is its event.
void Commerce::TellVisit(int customer, int64_t at, const Acquisition* acquisition, Random& random) {
  EventHandle event = world_.teller.Draft("web", at);
  Identify(*event, Identifier::COOKIE, Customers::Cookie(customer));
  Touchpoint& visit = *event->mutable_touchpoint();
  visit.set_kind(Touchpoint::VISIT);
  visit.set_channel(Channel::WEB);
  visit.set_direction(Touchpoint::SELF);
  if (acquisition != nullptr) {
    visit.set_channel(acquisition->channel);
    visit.set_campaign(std::string(acquisition->campaign));
  }
  (*visit.mutable_attributes())["page"] = random.Of(std::span<const char* const>(kPages));
  world_.teller.Tell(std::move(event), at + kSecond);
}

void Commerce::TellComing(int index, int day, Random& random) {
  const Customer& customer = world_.customers.At(index);
  const Acquisition& acquisition = Customers::AcquisitionAt(customer.acquisition);
  int64_t at = At(day, random);
  const int visits = 1 + static_cast<int>(random.Below(3));
  for (int i = 0; i < visits; ++i) {
    if (acquisition.channel == Channel::STORE && i == 0) {
      EventHandle event = Draft("crm", Touchpoint::STORE_VISIT, Channel::STORE, at);
      event->mutable_touchpoint()->set_employee_id(Manager(index).id);
      Identify(*event, Identifier::PHONE, Customers::Phone(index));
      world_.teller.TellCorrectable(std::move(event), at + 10 * kMinute);
    } else {
      TellVisit(index, at, i == 0 ? &acquisition : nullptr, random);
    }
    at += static_cast<int64_t>(random.Between(0.1, 10) * kHour);
  }
  if (random.Chance(0.2)) {
    const bool widget = random.Chance(0.5);
    EventHandle event = Draft("web", widget ? Touchpoint::WIDGET : Touchpoint::FORM,
                              widget ? Channel::WEB : Channel::FORM, at);
    Identify(*event, Identifier::PHONE, Customers::PhoneAsWritten(index));
    Identify(*event, Identifier::COOKIE, Customers::Cookie(index));
    event->mutable_touchpoint()->set_direction(Touchpoint::INBOUND);
    event->mutable_touchpoint()->set_topic("call_back");
    world_.teller.TellCorrectable(std::move(event), at + kSecond);
  }
  if (customer.business) {
    TellBusiness(index, day, random);
    return;
  }
  TellOrder(index, at + 20 * kMinute, std::string(acquisition.campaign), random);
  if (random.Chance(0.08)) TellContract(index, at + 30 * kMinute, 490'00, random);
}

void Commerce::TellGoing(int index, int day, Random& random) {
  const Customer& customer = world_.customers.At(index);
  if (!customer.business && !random.Chance(0.5)) return;
  const int64_t at = At(day, random);
  EventHandle event = Draft("crm", Touchpoint::CHURN, Channel::PHONE, at);
  Identify(*event, Identifier::CRM_ID, Customers::Crm(index));
  Touchpoint& churn = *event->mutable_touchpoint();
  constexpr std::array<double, 5> kWeights{0.34, 0.28, 0.16, 0.1, 0.12};
  constexpr std::array<const char*, 5> kKeys{"slow_service", "cheaper_elsewhere", "defects",
                                             "moved_away", "no_answer"};
  const size_t reason = random.Pick(kWeights);
  churn.mutable_reason()->set_code(static_cast<event::v1::Reason::Code>(reason + 1));
  churn.mutable_reason()->set_text_key(kKeys[reason]);
  world_.teller.TellCorrectable(std::move(event), at + kHour);
}

void Commerce::TellOrder(int index, int64_t at, const std::string& campaign, Random& random) {
  Order order;
  order.id = fmt::format("o-{}-{}", index, world_.customers.NextOrder(index));
  order.customer = index;
  order.at = at;
  order.basket.article = &random.Of(std::span<const Article>(kArticles));
  order.basket.quantity = random.Chance(0.85) ? 1 : 2;
  order.campaign = campaign;
  EventHandle event = Draft("web", Touchpoint::ORDER, Channel::WEB, at);
  Identify(*event, Identifier::EMAIL, Customers::Mail(index));
  Identify(*event, Identifier::PHONE, Customers::PhoneAsWritten(index));
  Identify(*event, Identifier::CRM_ID, Customers::Crm(index));
  Identify(*event, Identifier::COOKIE, Customers::Cookie(index));
  Touchpoint& touchpoint = *event->mutable_touchpoint();
  touchpoint.set_order_id(order.id);
  touchpoint.set_campaign(campaign);
  touchpoint.mutable_money()->set_amount_minor(order.basket.amount());
  touchpoint.mutable_money()->set_currency(kCurrency);
  auto& item = *touchpoint.add_items();
  item.set_sku(order.basket.article->sku);
  item.set_category(order.basket.article->category);
  item.set_quantity(order.basket.quantity);
  item.set_amount_minor(order.basket.amount());
  world_.teller.TellCorrectable(std::move(event), at + kSecond);
  TellConfirmation(order, random);
  TellDelivery(order, random);
}

void Commerce::TellConfirmation(const Order& order, Random& random) {
  const int64_t at = order.at + static_cast<int64_t>(random.LogNormal(12, 0.7) * 60) * kSecond;
  EventHandle event = DraftOf(order, "crm", Touchpoint::ORDER_CONFIRMED, Channel::SMS, at);
  Touchpoint& confirmed = *event->mutable_touchpoint();
  confirmed.set_direction(Touchpoint::OUTBOUND);
  confirmed.set_author(Touchpoint::BOT);
  confirmed.set_reply_kind(Touchpoint::TEMPLATE);
  confirmed.set_delivery(random.Chance(0.97) ? Touchpoint::DELIVERED : Touchpoint::FAILED);
  world_.teller.TellCorrectable(std::move(event), at + kMinute);
  EventHandle payment =
      DraftOf(order, "erp", Touchpoint::PAYMENT, Channel::WEB, order.at + kMinute);
  auto& money = *payment->mutable_touchpoint()->mutable_money();
  money.set_amount_minor(order.basket.amount());
  money.set_currency(kCurrency);
  money.set_method(random.Chance(0.8) ? "card" : "fast_payment");
  world_.teller.TellCorrectable(std::move(payment), order.at + 5 * kMinute);
}

void Commerce::TellDelivery(const Order& order, Random& random) {
  const auto promised = order.at + static_cast<int64_t>(random.Between(1.2, 4.0) * kDay);
  const bool late = random.Chance(0.13);
  const int64_t at =
      promised +
      static_cast<int64_t>((late ? random.Between(0.1, 2.0) : random.Between(-0.9, 0.0)) * kDay);
  EventHandle event = DraftOf(order, "erp", Touchpoint::DELIVERY, Channel::FIELD, at);
  Touchpoint& delivery = *event->mutable_touchpoint();
  delivery.set_direction(Touchpoint::OUTBOUND);
  delivery.mutable_promise()->set_due_at(promised);
  delivery.mutable_promise()->set_amount_minor(order.basket.amount());
  delivery.mutable_money()->set_amount_minor(order.basket.amount() +
                                             (random.Chance(0.04) ? kFloorMinor : 0));
  delivery.mutable_money()->set_currency(kCurrency);
  world_.teller.TellCorrectable(std::move(event), at + 10 * kMinute);
  EventHandle purchase = DraftOf(order, "erp", Touchpoint::PURCHASE, Channel::WEB, at);
  Touchpoint& touchpoint = *purchase->mutable_touchpoint();
  touchpoint.set_campaign(order.campaign);
  auto& money = *touchpoint.mutable_money();
  money.set_amount_minor(order.basket.amount());
  money.set_margin_minor(order.basket.margin());
  money.set_currency(kCurrency);
  auto& item = *touchpoint.add_items();
  item.set_sku(order.basket.article->sku);
  item.set_category(order.basket.article->category);
  item.set_quantity(order.basket.quantity);
  item.set_amount_minor(order.basket.amount());
  world_.teller.TellCorrectable(std::move(purchase), at + 15 * kMinute);
  TellAfterwards(order, at, late, random);
}

void Commerce::TellAfterwards(const Order& order, int64_t delivered_at, bool late, Random& random) {
  const auto after = [&](double least, double most) {
    return delivered_at + static_cast<int64_t>(random.Between(least, most) * kDay);
  };
  if (random.Chance(0.04)) TellReturn(order, after(2, 12), random);
  if (random.Chance(late ? 0.10 : 0.05)) TellReview(order, after(0.5, 6), late, random);
  if (random.Chance(0.03)) {
    const int64_t at = after(3, 20);
    EventHandle event = DraftOf(order, "crm", Touchpoint::REFERRAL, Channel::SOCIAL, at);
    world_.teller.TellCorrectable(std::move(event), at + kHour);
  }
  if (random.Chance(late ? 0.15 : 0.012)) {
    const int64_t at = after(0.1, 3);
    EventHandle event = DraftOf(order, "crm", Touchpoint::COMPLAINT, Channel::PHONE, at);
    Touchpoint& complaint = *event->mutable_touchpoint();
    complaint.set_direction(Touchpoint::INBOUND);
    complaint.set_topic(late ? "delivery_delay" : "device_fault");
    complaint.mutable_reason()->set_code(late ? event::v1::Reason::SERVICE
                                              : event::v1::Reason::PRODUCT);
    complaint.mutable_text()->set_clear(late ? "Заказ привезли позже обещанного."
                                             : "Прибор работает не так, как описано.");
    world_.teller.TellCorrectable(std::move(event), at + 20 * kMinute);
  }
}

void Commerce::TellReturn(const Order& order, int64_t at, Random& random) {
  EventHandle event = DraftOf(order, "erp", Touchpoint::RETURN, Channel::STORE, at);
  Touchpoint& touchpoint = *event->mutable_touchpoint();
  auto& money = *touchpoint.mutable_money();
  money.set_amount_minor(order.basket.amount());
  money.set_margin_minor(order.basket.margin());
  money.set_currency(kCurrency);
  touchpoint.mutable_reason()->set_code(random.Chance(0.7) ? event::v1::Reason::PRODUCT
                                                           : event::v1::Reason::OTHER);
  touchpoint.mutable_reason()->set_text_key("return_of_goods");
  world_.teller.TellCorrectable(std::move(event), at + kHour);
}

void Commerce::TellReview(const Order& order, int64_t at, bool late, Random& random) {
  EventHandle event = DraftOf(order, "reviews", Touchpoint::REVIEW, Channel::WEB, at);
  Touchpoint& review = *event->mutable_touchpoint();
  constexpr std::array<double, 5> kGood{.04, .04, .10, .30, .52};
  constexpr std::array<double, 5> kBad{.30, .25, .2, .15, .1};
  const size_t stars = 1 + random.Pick(late ? kBad : kGood);
  auto& rating = *review.mutable_rating();
  rating.set_value(static_cast<double>(stars));
  rating.set_scale(5);
  rating.set_platform(random.Chance(0.6) ? "maps" : "market");
  review.mutable_text()->set_clear(stars >= 4 ? "Хороший магазин, всё пришло вовремя."
                                              : "Ждал долго, ответа не дождался.");
  const int64_t known_at = at + static_cast<int64_t>(random.Between(1, 30) * kHour);
  if (random.Chance(0.7)) review.set_reply_at(known_at - 10 * kMinute);
  world_.teller.TellCorrectable(std::move(event), known_at);
}

}  // namespace clientele::app::simulate
