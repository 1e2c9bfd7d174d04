"""Who stays: customers of a period against those of the one before it, and what they bring."""
import collections

import retention
from buckets import period_before
from figures import Facts, Mean, Ratio, RatioOfSums, Sum
from log import enum, moment, number, text

TRANSACTION, CONTRACT = "TRANSACTION", "CONTRACT"
NEVER = float("inf")


class OfPeriods(Facts):
    """Facts that there are only once the buckets are known: `made(begin, end, before)` are those of a
    bucket's part [begin, end) and of the whole period [before[0], before[1]) before the bucket."""

    def __init__(self, rows, *dimensions, made, known_at):
        super().__init__(rows, *dimensions)
        self.made, self.known_at = made, known_at
        self.known = {}  # by range and buckets

    def frame(self, columns):
        return columns

    def cut(self, columns, asking):
        key = asking.buckets
        if key not in self.known:
            self.known[key] = list(self.of_buckets(asking))
        frame = Facts(self.known[key], *self.dimensions).frame(columns)
        return frame.assign(bucket=frame["at"])

    def of_buckets(self, asking):
        starts = list(map(int, asking.starts))
        bounds = [period_before(asking.starts, asking.grain, asking.zone), *starts]
        until = min(asking.end, self.known_at or NEVER)
        for bucket, (start, end) in enumerate(zip(starts, starts[1:])):
            begin = max(start, asking.begin)
            if begin < until:  # later ones had not begun when it was asked
                for row in self.made(begin, min(end, until), (bounds[bucket], start)):
                    yield {**row, "at": bucket}


def stretches_of(log):
    """Purchases, returns and contracts of known customers: [begin, end), that of a purchase one
    microsecond."""
    for event in log.real("touchpoint"):
        told, customer = event["touchpoint"], log.customer(event)
        kind, money = enum(told, "kind"), told.get("money", {})
        if not customer or kind not in retention.TRADED | {CONTRACT}:
            continue
        margin = retention.turn(told) * number(money, "margin_minor")
        row = {"customer": customer, "kind": kind, "currency": text(money, "currency"),
               "margin": margin if "margin_minor" in money else None}
        if kind == CONTRACT:
            contract = told.get("contract", {})
            begin, end = moment(contract, "from"), moment(contract, "to") or NEVER
            if 0 < begin < end:
                yield {**row, "activity": CONTRACT, "begin": begin, "end": end,
                       "order": ("touchpoint", retention.event_name(event)),
                       "amount": number(contract, "mrr_minor")}
            continue
        at, order = moment(event, "occurred_at"), text(told, "order_id")
        yield {**row, "activity": TRANSACTION, "begin": at, "end": at + 1,
               "order": ("order", order) if order else ("touchpoint", retention.event_name(event)),
               "amount": retention.turn(told) * number(money, "amount_minor")}


def within(rows, begin, end):
    return [row for row in rows if row["begin"] < end and row["end"] > begin]


def grouped(rows, *names):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    return groups


def customers_of(stretches, profiles):
    """Of a bucket: everybody who was active in it or in the period before."""
    activities = [row for row in stretches if row["kind"] != "RETURN"]
    first = {key: min(row["begin"] for row in rows)
             for key, rows in grouped(activities, "customer", "activity").items()}

    def made(begin, end, before):
        then = grouped(within(activities, *before), "customer", "activity")
        now = grouped(within(activities, begin, end), "customer", "activity")
        for key in then.keys() | now.keys():
            customer, activity = key
            yield {"activity": activity, "active": key in now, "active_before": key in then,
                   "first_time": key in now and first[key] >= begin,
                   "purchases": len({row["order"] for row in now.get(key, ())}),
                   **profiles.at(customer, (before[1] if key in then else end) - 1)}
    return made


def brought(rows, activity, begin, end):
    """Revenue of the time; of contracts what is in force at its end."""
    if activity == CONTRACT:
        begin = end - 1
    return sum(row["amount"] for row in within(rows, begin, end))


def amounts_of(stretches, profiles):
    """Of a bucket, by currency: everybody who was active in the period before."""
    groups = grouped(stretches, "customer", "activity", "currency")

    def made(begin, end, before):
        for (customer, activity, currency), rows in groups.items():
            if any(row["kind"] != "RETURN" for row in within(rows, *before)):
                yield {"activity": activity, "currency": currency,
                       "then": brought(rows, activity, *before),
                       "now": brought(rows, activity, begin, end),
                       **profiles.at(customer, before[1] - 1)}
    return made


def holding(activity, *names, lacking=()):
    """Of a row: it is of the kind of activity, all of these hold and none of the others does."""
    return lambda row: (row["activity"] == activity and all(row[name] for name in names) and
                        not any(row[name] for name in lacking))


def told_of(activity, of, *names):
    """Of a row the value, where the row is of the kind and has all of these."""
    holds = holding(activity, *names)
    return lambda row: of(row) if holds(row) else None


def buys(row):
    return row["activity"] == TRANSACTION and row["active"]


def repeats(row):
    return buys(row) and row["purchases"] > 1


def staying(customers, activity):
    """(metric, variant without the kind of activity, formula)."""
    before = holding(activity, "active_before")
    kept = holding(activity, "active", "active_before")
    new = holding(activity, "first_time")
    back = holding(activity, "active", lacking=("active_before", "first_time"))
    yield "crr", "", Ratio(customers, whole=before, wilson=False, scale=100,
                           part=holding(activity, "active", lacking=("first_time",)))
    yield "crr", "set", Ratio(customers, part=kept, whole=before, scale=100)
    yield "crr", "reactivated", Ratio(customers, part=back, whole=before, wilson=False, scale=100)
    yield "churn_rate", "", Ratio(customers, whole=before,
                                  part=holding(activity, "active_before", lacking=("active",)))
    for metric, holds in (("active_customers", holding(activity, "active")),
                          ("new_customers", new), ("kept_customers", kept), ("reactivated", back)):
        yield metric, "", Sum(customers, of=lambda row, holds=holds: 1 if holds(row) else None)


def bringing(amounts, activity):
    then = told_of(activity, lambda row: row["then"])
    yield "nrr", "", RatioOfSums(amounts, whole=then, part=told_of(activity, lambda row: row["now"]))
    yield "grr", "", RatioOfSums(amounts, whole=then, part=told_of(
        activity, lambda row: min(row["now"], row["then"])))


def formulas(log):
    stretches, profiles = list(stretches_of(log)), retention.Profiles(log)
    customers = OfPeriods(stretches, *retention.OF_CUSTOMER, made=customers_of(stretches, profiles),
                          known_at=log.known_at)
    amounts = OfPeriods(stretches, *retention.OF_CUSTOMER, "currency",
                        made=amounts_of(stretches, profiles), known_at=log.known_at)
    for activity, name in ((TRANSACTION, "transactions"), (CONTRACT, "contracts")):
        for metric, variant, formula in (*staying(customers, activity), *bringing(amounts, activity)):
            if not variant:
                variant = name
            elif activity == CONTRACT:
                variant = f"{name}_{variant}"
            yield (metric, variant), formula
    yield ("repeat_purchase_rate", "in_period"), Ratio(customers, part=repeats, whole=buys)
    yield ("repeat_purchase_rate", "ever"), Ratio(
        customers, part=lambda row: repeats(row) or buys(row) and not row["first_time"], whole=buys)
    yield ("purchases_per_customer", ""), Mean(
        customers, of=told_of(TRANSACTION, lambda row: row["purchases"], "active"))
