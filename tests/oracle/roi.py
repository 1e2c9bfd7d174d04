"""What is spent, evenly over the days that it is for, and contacts that could bring a purchase."""
import bisect
import datetime
import fractions
import functools

import pandas

import buckets
import journeys
import periods
import quality
import retention
from figures import Count, Derived, Facts, Sum
from log import enum, moment, number, text

TOUCHES = {"VISIT", "MESSAGE", "FORM", "WIDGET", "STORE_VISIT", "MEETING", "DEMO", "PROPOSAL",
           "REFERRAL"}
COST = ("cost_category", "cost_purpose", "channel", "campaign", "team", "unit", "initiative",
        "currency")
INITIATIVE = ("initiative", "phase", "currency")


@functools.cache
def days_until(moment, zone):
    """Civil days of the zone since the epoch, the begun one in part: all of the same weight, those of
    23 and 25 hours too."""
    day = buckets.moment_of(moment, zone).date()
    begin = buckets.of_day(day, zone)
    end = buckets.of_day(day + datetime.timedelta(days=1), zone)
    return day.toordinal() + fractions.Fraction(moment - begin, end - begin)


class Stretches(Facts):
    """Rows with an `amount` for [at, until): to a bucket falls what the whole has come to at its end
    less what it had come to at its begin, both cut to whole minor units."""
    ahead = True

    def __init__(self, rows, *dimensions, at="at"):
        super().__init__(rows, *dimensions, at=at)
        self.known = {}  # by range and buckets

    def cut(self, frame, asking):
        key = asking.buckets
        if key not in self.known:
            parts = [(index, *part) for index, row in enumerate(self.rows)
                     for part in parts_of(row, asking)]
            self.known[key] = pandas.DataFrame(parts, columns=("index", "bucket", "_of"))
        return frame.drop(columns="_of").join(self.known[key].set_index("index"), how="inner")


def parts_of(row, asking):
    """(bucket, amount) of every bucket that the row reaches into."""
    at, until = row["at"], row["until"]
    if at >= asking.end or until <= asking.begin:
        return
    first, last = days_until(at, asking.zone), days_until(until, asking.zone)

    def come_to(moment):
        return int(row["amount"] * (days_until(moment, asking.zone) - first) / (last - first))

    bounds = [asking.begin, *map(int, asking.starts[1:-1]), asking.end]
    bucket = max(bisect.bisect_right(bounds, at) - 1, 0)
    while bucket + 1 < len(bounds) and bounds[bucket] < until:
        yield bucket, come_to(min(until, bounds[bucket + 1])) - come_to(max(at, bounds[bucket]))
        bucket += 1


def costs_of(log):
    rows = []
    for event in log.real("cost"):
        cost = event["cost"]
        rows.append({
            "at": moment(cost["period"], "from"), "until": moment(cost["period"], "to"),
            "amount": number(cost, "amount_minor"), "cost_category": text(cost, "category"),
            "cost_purpose": enum(cost, "purpose"), "channel": enum(cost, "channel"),
            **{name: text(cost, name) for name in COST[3:]}})
    return Stretches(rows, *COST)


def plans_of(log):
    rows = []
    for event in log.real("initiative"):
        told = event["initiative"]
        if number(told, "planned_cost_minor") and moment(told, "ended_at"):
            rows.append({
                "at": moment(told, "started_at"), "until": moment(told, "ended_at"),
                "amount": number(told, "planned_cost_minor"), "phase": enum(told, "phase"),
                "initiative": text(told, "initiative_id"), "currency": text(told, "currency")})
    return Stretches(rows, *INITIATIVE)


def touches_of(log):
    rows = []
    for event in log.real("touchpoint"):
        told = event["touchpoint"]
        if enum(told, "kind") in TOUCHES:
            rows.append({"at": moment(event, "occurred_at"), "touch_kind": enum(told, "kind"),
                         "channel": enum(told, "channel"), "campaign": text(told, "campaign"),
                         "direction": enum(told, "direction")})
    for event in log.real("call"):
        direction = enum(event["call"], "direction")
        if direction != "INTERNAL":
            rows.append({"at": moment(event, "occurred_at"), "touch_kind": "CALL",
                         "channel": "PHONE", "campaign": "", "direction": direction})
    return Facts(rows, "touch_kind", "channel", "campaign", "direction")


def by_purpose(costs):
    """What was spent for each purpose, and for anything else."""
    for variant in ("acquisition", "retention", "service"):
        spent = costs.where(lambda row, variant=variant: row["cost_purpose"] == variant.upper())
        yield variant, Sum(spent.without("cost_purpose"), of="amount")
    others = costs.where(
        lambda row: row["cost_purpose"] not in ("ACQUISITION", "RETENTION", "SERVICE"))
    yield "other", Sum(others.without("cost_purpose"), of="amount")


def per_unit(log, costs):
    """What one costs of those that are counted."""
    spent = dict(by_purpose(costs))
    for variant, formula in spent.items():
        yield ("cost_by_purpose", variant), formula
    counted = dict(periods.formulas(log))
    divided = lambda amount, count: amount / count
    for variant in ("transactions", "contracts"):
        won = Derived(divided, spent["acquisition"], counted["new_customers", variant])
        kept = Derived(divided, spent["retention"], counted["kept_customers", variant])
        yield ("cac", variant), won
        yield ("retention_cost_per_customer", variant), kept
        yield ("acquisition_to_retention_ratio", variant), Derived(divided, won, kept)
    contacts = Count(Facts(journeys.contacts_of(log), *journeys.CONTACT))
    yield ("cost_per_contact", ""), Derived(divided, spent["service"], contacts)
    evaluating = Sum(costs.where(lambda row: row["cost_category"] == "quality_assurance").without(
        "cost_category"), of="amount")
    yield ("qa_cost", ""), evaluating
    yield ("cost_per_evaluation", ""), Derived(divided, evaluating,
                                               dict(quality.formulas(log))["qa_load", ""])


def formulas(log):
    costs = costs_of(log)
    cost = Sum(costs, of="amount")
    margin = dict(retention.formulas(log))["margin", ""]
    yield ("cost", ""), cost
    yield ("planned_cost", ""), Sum(plans_of(log), of="amount")
    yield ("touches", ""), Count(touches_of(log))
    yield ("roi", ""), Derived(lambda earned, spent: (earned - spent) / spent, margin, cost)
    yield from per_unit(log, costs)
