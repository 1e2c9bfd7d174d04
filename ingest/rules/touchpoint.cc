// Rules of Touchpoint.
#include "clientele/event/v1/customer_facts.pb.h"
#include "ingest/rules/kinds.h"
#include "ingest/rules/values.h"

namespace clientele::ingest::rules {
namespace {

using event::v1::Contract;
using event::v1::HandOff;
using event::v1::Item;
using event::v1::Promise;
using event::v1::Rating;
using event::v1::Reason;
using event::v1::Touchpoint;

constexpr int kMostItems = 256;
constexpr int kMostAttributes = 32;
constexpr size_t kMostAttributeName = 64;

constexpr Rule<HandOff> kHandOffRules[] = {
    Id<"from", &HandOff::from, kRequired>,
    Id<"to", &HandOff::to, kRequired>,
    Text<"reason", &HandOff::reason>,
    Choice<"mode", &HandOff::mode, HandOff::Mode_IsValid, kRequired>,
};

constexpr Rule<Item> kTouchpointItemRules[] = {
    Id<"sku", &Item::sku, kRequired>,
    Text<"category", &Item::category>,
    Number<"quantity", &Item::quantity, 0, 1'000'000'000>,
    Minor<"amount_minor", &Item::amount_minor, true>,
};

constexpr Rule<Contract> kContractRules[] = {
    Moment<"from", &Contract::from, kRequired>,
    Moment<"to", &Contract::to>,
    Above<"from", &Contract::from, "to", &Contract::to>,
    Minor<"mrr_minor", &Contract::mrr_minor>,
};

constexpr Rule<Promise> kPromiseRules[] = {
    Moment<"due_at", &Promise::due_at>,
    Minor<"amount_minor", &Promise::amount_minor>,
};

Status RatingWithinScale(const Rating& rating) {
  return CheckNumber("value", rating.value(), 0, rating.scale());
}
constexpr Rule<Rating> kRatingRules[] = {
    Range<"scale", &Rating::scale, 1, 100>,
    RatingWithinScale,
    Text<"platform", &Rating::platform, 64, kRequired>,
};

constexpr Rule<Reason> kReasonRules[] = {
    Choice<"code", &Reason::code, Reason::Code_IsValid, kRequired>,
    Text<"text_key", &Reason::text_key, 64>,
};

Status ChannelByKind(const Touchpoint& touchpoint) {
  const bool needed =
      touchpoint.kind() != Touchpoint::CHURN && touchpoint.kind() != Touchpoint::OTHER;
  return CheckChoice("channel", touchpoint.channel(), Channel::Value_IsValid,
                     Channel::Value_descriptor, needed);
}

Status DirectionByKind(const Touchpoint& touchpoint) {
  return CheckChoice("direction", touchpoint.direction(), Touchpoint::Direction_IsValid,
                     Touchpoint::Direction_descriptor, touchpoint.kind() == Touchpoint::MESSAGE);
}

Status AuthorByKind(const Touchpoint& touchpoint) {
  return CheckChoice("author", touchpoint.author(), Touchpoint::Author_IsValid,
                     Touchpoint::Author_descriptor, touchpoint.kind() == Touchpoint::MESSAGE);
}

// A reply is written by the company.
Status ReplyKindByAuthor(const Touchpoint& touchpoint) {
  if (touchpoint.reply_kind() == 0 || touchpoint.author() == Touchpoint::EMPLOYEE ||
      touchpoint.author() == Touchpoint::BOT) {
    return {};
  }
  return FailField("reply_kind", "{}: only messages of an EMPLOYEE or a BOT have one",
                   Touchpoint::ReplyKind_Name(touchpoint.reply_kind()));
}

Status MoneyByKind(const Touchpoint& touchpoint) {
  const bool needed = touchpoint.kind() == Touchpoint::PURCHASE ||
                      touchpoint.kind() == Touchpoint::PAYMENT ||
                      touchpoint.kind() == Touchpoint::RETURN;
  if (!needed || touchpoint.has_money()) return {};
  return FailField("money", "not set: is required of a {}",
                   Touchpoint::Kind_Name(touchpoint.kind()));
}

// Amounts of items, contract and promise are in the money's currency.
Status MoneyForAmounts(const Touchpoint& touchpoint) {
  if (touchpoint.has_money()) return {};
  bool amounts = touchpoint.contract().mrr_minor() != 0 || touchpoint.promise().has_amount_minor();
  for (const Item& item : touchpoint.items()) amounts = amounts || item.amount_minor() != 0;
  if (!amounts) return {};
  return FailField("money", "not set: is required with amounts, it names their currency");
}

Status ContractByKind(const Touchpoint& touchpoint) {
  if (touchpoint.kind() != Touchpoint::CONTRACT || touchpoint.has_contract()) return {};
  return FailField("contract", "not set: is required of a CONTRACT");
}

Status RatingByKind(const Touchpoint& touchpoint) {
  if (touchpoint.kind() != Touchpoint::REVIEW || touchpoint.has_rating()) return {};
  return FailField("rating", "not set: is required of a REVIEW");
}

Status Attributes(const Touchpoint& touchpoint) {
  Status status = CheckCount("attributes", static_cast<int>(touchpoint.attributes().size()), 0,
                             kMostAttributes);
  if (!status) return status;
  for (const auto& [name, value] : touchpoint.attributes()) {
    status = CheckText({}, name, kMostAttributeName, kRequired);
    if (status) status = CheckText({}, value, kMostText, false);
    if (!status) return Within(fmt::format("attributes[{}]", Quoted(name)), status.error());
  }
  return {};
}

constexpr Rule<Touchpoint> kTouchpointRules[] = {
    Id<"touchpoint_id", &Touchpoint::touchpoint_id>,
    Choice<"kind", &Touchpoint::kind, Touchpoint::Kind_IsValid, kRequired>,
    ChannelByKind,
    DirectionByKind,
    Id<"conversation_id", &Touchpoint::conversation_id>,
    Id<"case_id", &Touchpoint::case_id>,
    Id<"order_id", &Touchpoint::order_id>,
    Text<"topic", &Touchpoint::topic>,
    Id<"employee_id", &Touchpoint::employee_id>,
    Id<"team_id", &Touchpoint::team_id>,
    Range<"line", &Touchpoint::line, 0, 9>,
    AuthorByKind,
    Choice<"reply_kind", &Touchpoint::reply_kind, Touchpoint::ReplyKind_IsValid>,
    ReplyKindByAuthor,
    Id<"kb_article_id", &Touchpoint::kb_article_id>,
    Choice<"delivery", &Touchpoint::delivery, Touchpoint::DeliveryState_IsValid>,
    Inside<"hand_off", &Touchpoint::has_hand_off, &Touchpoint::hand_off, kHandOffRules>,
    Text<"campaign", &Touchpoint::campaign>,
    MoneyByKind,
    MoneyForAmounts,
    Inside<"money", &Touchpoint::has_money, &Touchpoint::money, kMoneyRules>,
    Each<"items", Touchpoint, Item, &Touchpoint::items, kTouchpointItemRules, 0, kMostItems>,
    ContractByKind,
    Inside<"contract", &Touchpoint::has_contract, &Touchpoint::contract, kContractRules>,
    Inside<"promise", &Touchpoint::has_promise, &Touchpoint::promise, kPromiseRules>,
    RatingByKind,
    Inside<"rating", &Touchpoint::has_rating, &Touchpoint::rating, kRatingRules>,
    Moment<"reply_at", &Touchpoint::reply_at>,
    Inside<"reason", &Touchpoint::has_reason, &Touchpoint::reason, kReasonRules>,
    Attributes,
    Inside<"text", &Touchpoint::has_text, &Touchpoint::text, kTextRules>,
};

}  // namespace

Status CheckTouchpoint(const event::v1::Event& event) {
  return Apply<Touchpoint>(kTouchpointRules, event.touchpoint());
}

}  // namespace clientele::ingest::rules
