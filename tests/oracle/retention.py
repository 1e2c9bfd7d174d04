"""What customers bring, and who leaves: purchases, returns, payments, churn."""
import reference
from figures import Derived, Distinct, Facts, Ratio, Sum, ToldSum
from log import enum, moment, number, text

BY = ("channel", "campaign", *reference.PLACE)
OF_CUSTOMER = ("segment", "tier", "manager")
TRADED = {"PURCHASE", "RETURN"}


class Profiles:
    """What the company knew of a customer."""

    def __init__(self, log):
        told = [(log.customer(event), moment(event["customer_profile"], "valid_from"),
                 tuple(text(event["customer_profile"], name) for name in OF_CUSTOMER))
                for event in log.real("customer_profile")]
        self.told = reference.AsItWas(sorted(told))  # of one moment the greatest

    def at(self, customer, at):
        """As it was at a moment; of nobody known nothing."""
        known = self.told.at(customer, at) if customer else None
        return dict(zip(OF_CUSTOMER, known or ("", "", "")))


def of_touchpoint(event, told, places):
    at = moment(event, "occurred_at")
    return {"at": at, "kind": enum(told, "kind"), "channel": enum(told, "channel"),
            "campaign": text(told, "campaign"), **places.of(told, at),
            "currency": text(told.get("money", {}), "currency"),
            "reason": enum(told.get("reason", {}), "code")}


def turn(told):
    """-1 of what was given back, however its amount is told."""
    taken = number(told.get("money", {}), "amount_minor")
    return -1 if told.get("kind") == "RETURN" and taken > 0 else 1


def facts_of(log):
    rows, profiles, places = [], Profiles(log), reference.Places(log)
    for event in log.real("touchpoint"):
        told = event["touchpoint"]
        money, order = told.get("money", {}), text(told, "order_id")
        row = of_touchpoint(event, told, places)
        row["customer"] = log.customer(event) or None
        row |= profiles.at(row["customer"], row["at"])
        row["amount"] = turn(told) * number(money, "amount_minor")
        row["margin"] = turn(told) * number(money, "margin_minor") if "margin_minor" in money else None
        row["order"] = ("order", order) if order else ("touchpoint", event_name(event))
        rows.append(row)
    return Facts(rows, *BY)


def event_name(event):
    return text(event["touchpoint"], "touchpoint_id") or event.get("event_id") or text(
        event["source"], "external_id")


def articles_of(log):
    """Articles of what was bought and given back, and what they leave unexplained of the amount."""
    rows, places = [], reference.Places(log)
    for event in log.real("touchpoint"):
        told = event["touchpoint"]
        if told.get("kind") not in TRADED:
            continue
        row = of_touchpoint(event, told, places)
        left = number(told.get("money", {}), "amount_minor")
        for item in told.get("items", []):
            left -= number(item, "amount_minor")
            rows.append({**row, "category": text(item, "category"),
                         "amount": turn(told) * number(item, "amount_minor")})
        if left:
            rows.append({**row, "category": "", "amount": turn(told) * left})
    return Facts(rows, *BY, "category", "currency")


def of_kind(facts, kinds, *more):
    return Facts([row for row in facts.rows if row["kind"] in kinds], *BY, *OF_CUSTOMER, *more)


def formulas(log):
    facts = facts_of(log)
    traded = of_kind(facts, TRADED, "currency")
    churned = of_kind(facts, {"CHURN"}, "reason")
    revenue = Sum(traded, articles_of(log), of="amount")
    orders = Distinct(of_kind(facts, {"PURCHASE"}, "currency"), of="order")
    yield ("revenue", ""), revenue
    yield ("margin", ""), ToldSum(traded, of="margin")
    yield ("orders", ""), orders
    yield ("average_check", ""), Derived(lambda amount, count: amount / count, revenue, orders)
    yield ("returns", ""), Sum(of_kind(facts, {"RETURN"}, "currency"),
                               of=lambda row: -row["amount"])
    yield ("payments", ""), Sum(of_kind(facts, {"PAYMENT"}, "currency"), of="amount")
    yield ("churned", ""), Distinct(churned, of="customer")
    yield ("service_churn_share", ""), Ratio(
        churned.without("reason"), part=lambda row: row["reason"] == "SERVICE",
        whole=lambda row: row["reason"] != "UNSPECIFIED")
