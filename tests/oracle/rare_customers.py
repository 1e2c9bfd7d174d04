"""Customers as the sample has none, or too few by each dimension: who buy in adjacent periods, in several
currencies, with or without a margin that is known; whose contracts begin, overlap, end, lapse and are
renewed; whose profile changes; who are taken for one, and parted again.
"""
import copy

import tellings
from rare_company import DAY, HOUR, PEOPLE, Days

BUYERS, FIRMS, PAIRS = 60, 40, 20
LONG_BEFORE, BEFORE, LAST = -40, -2, 22  # days since the first one of the sample
CURRENCIES = ("RUB", "EUR", "USD")
NO_MARGIN = "USD"
CHANNELS = ("WEB", "STORE", "PHONE")
MANAGERS = ("e-002", "e-003")
# Of contracts, by number: first and last day, amount a month; None: open.
CONTRACTS = (((-50, 4, 90_000), (7, 200, 95_000)), ((-50, None, 40_000), (3, 12, 25_000)),
             ((-30, 10, 70_000), (10, 90, 55_000)), ((5, 5.25, 0), (-45, 30, 10_000)),
             ((-20, 15, 60_000), (2, 60, 30_000)), ((1, None, 80_000),),
             ((-10, 50, 20_000), (8, None, 35_000)), ((14, 80, 65_000),))
OTHER_CURRENCY, ENDED_LATER, NEVER_SIGNED = 4, 5, 6  # of CONTRACTS


def of(told):
    """`told`: the events that count, by kind."""
    days = Days(told)
    for made in (buyers, firms, pairs, profiles):
        yield from made(days)


def named(*names):
    return [{"type": "CRM_ID", "value": name} for name in names]


def buyer(number):
    return f"rare-buyer-{number % BUYERS}"


def touchpoint(kind, at, name, customer, number, **told):
    employee, team = PEOPLE[number % len(PEOPLE)]
    return {"occurred_at": str(at), "identifiers": named(customer), "touchpoint": {
        "touchpoint_id": name, "kind": kind, "channel": CHANNELS[number % len(CHANNELS)],
        "campaign": f"rare-{number % 2}", "employee_id": employee, "team_id": team, **told}}


def purchase(at, name, customer, number, currency, kind="PURCHASE"):
    """Two in a row may be one order; articles explain the amount in part."""
    amount = 10_000 + 37 * number
    money = {"amount_minor": str(-amount if kind == "RETURN" and number % 2 else amount),
             "currency": currency}
    if currency != NO_MARGIN and number % 3:
        money["margin_minor"] = str(amount // 4)
    told = {"money": money}
    if kind == "PURCHASE" and number % 4:
        told["order_id"] = f"{customer}-{number // 2}"
        told["items"] = [{"sku": f"sku-{number % 5}", "category": f"rare-{number % 3}",
                          "quantity": 1, "amount_minor": str(amount - number % 3)}]
    return touchpoint(kind, at, name, customer, number, **told)


def told_again(event, number, other):
    """It, and for some what takes it back, moves it, or says that it was another's."""
    yield event
    if number % 13 == 0:
        yield tellings.retraction_of(event, 0)
    elif number % 19 == 0:
        yield {**event, "revision": 1, "occurred_at": str(int(event["occurred_at"]) + DAY)}
    elif number % 23 == 0:
        yield {**event, "revision": 1, "identifiers": named(other)}


def buys(number, day):
    """Rarely before the sample; some stop, begin or pause in it."""
    if day < BEFORE:
        return (7 * day + 5 * number) % 11 == 0
    stopped, begun = number % 10 == 0 and day > 8, number % 10 != 1 or day > 9
    pauses = number % 10 == 2 and 5 < day < 14
    return (7 * day + 5 * number) % 11 < 4 and begun and not stopped and not pauses


def buyers(days):
    for number in range(BUYERS):
        currency = CURRENCIES[number % 3]
        for day in range(LONG_BEFORE, LAST):
            if not buys(number, day):
                continue
            turn, at = number + day - LONG_BEFORE, days.at(day, 7 * number % 24)
            bought = purchase(at, f"rare-buy-{number}-{day}", buyer(number), turn, currency)
            yield from told_again(bought, turn, buyer(number + 1))
            if turn % 17 == 0:
                yield purchase(at + DAY, f"rare-return-{number}-{day}", buyer(number), turn,
                               currency, "RETURN")


def contract(at, name, number, begin, end, mrr_minor, currency):
    told = {"from": str(begin), "mrr_minor": str(mrr_minor)}
    if end is not None:
        told["to"] = str(end)
    return touchpoint("CONTRACT", at, name, f"rare-firm-{number}", number, contract=told,
                      money={"amount_minor": str(12 * mrr_minor), "currency": currency})


def firms(days):
    for number in range(FIRMS):
        way = number % len(CONTRACTS)
        for place, (first, last, mrr_minor) in enumerate(CONTRACTS[way]):
            begin = days.at(0) + int(first * DAY) + number * HOUR // 2
            end = None if last is None else days.at(0) + int(last * DAY) + number * HOUR // 2
            currency = "EUR" if way == OTHER_CURRENCY and place == 0 else "RUB"
            # Signed two days before it is in force.
            signed = contract(begin - 2 * DAY, f"rare-contract-{number}-{place}", number, begin, end,
                              mrr_minor + (mrr_minor and 1_000 * number), currency)
            yield signed
            if way == ENDED_LATER:
                ended = copy.deepcopy(signed)
                ended["revision"] = 1
                ended["touchpoint"]["contract"]["to"] = str(days.at(9, number % 24))
                yield ended
            if way == NEVER_SIGNED and place == 0:
                yield tellings.retraction_of(signed, 0)
        if number % 3 == 0:
            for day in (BEFORE, 6, 7, 15):
                yield purchase(days.at(day, number % 24), f"rare-firm-buys-{number}-{day}",
                               f"rare-firm-{number}", number + day - BEFORE, "RUB")


# ---- taken for one
def pair_of(number):
    return f"rare-one-{number}", f"rare-other-{number}"


def link(at, number, linked, revision):
    return {"occurred_at": str(at), "identifiers": named(*pair_of(number)), "revision": revision,
            "identity_link": {"linked": linked, "reason": "they buy in turn"}}


def pairs(days):
    """Buy in turn, day by day: as one customer they stay, as two they never do."""
    at = days.at(LAST - 1)
    for number in range(PAIRS):
        both = pair_of(number)
        for day in range(BEFORE, LAST):
            bought = purchase(days.at(day, number), f"rare-turn-{number}-{day}", both[day % 2],
                              number + day - BEFORE, CURRENCIES[number % 2])
            yield from told_again(bought, number + day - BEFORE, both[(day + 1) % 2])
        if number % 4 < 3:
            yield link(at, number, True, 1)
            if number % 4 != 1:
                yield link(at, number, False, 2)
            if number % 4 == 2:
                yield link(at, number, True, 3)
            continue
        # Tied by an event that names both, which some were parted from or which was taken back.
        note = touchpoint("NOTE", at, f"rare-note-{number}", both[0], number)
        note["identifiers"] = named(*both)
        yield note
        if number % 8 == 3:
            yield link(at, number, False, 1)
        elif number % 16 == 7:
            yield tellings.retraction_of(note, 0)


# ---- what is known of them
def profile(customer, since, segment, tier, manager, revision=0):
    told = {"segment": f"rare-{segment}", "tier": f"rare-{tier}", "valid_from": str(since)}
    if manager is not None:
        told["manager"] = MANAGERS[manager % len(MANAGERS)]
    return {"occurred_at": str(since), "identifiers": named(customer), "revision": revision,
            "customer_profile": told}


def profiles(days):
    """From long ago on, changed in the sample and after it; of some nothing is known."""
    customers = [buyer(number) for number in range(BUYERS)]
    customers += [f"rare-firm-{number}" for number in range(FIRMS)]
    for number, customer in enumerate(customers):
        manager = None if number % 5 == 0 else number
        if number % 9 == 0:
            continue
        yield profile(customer, days.at(-60), number % 2, number % 3, manager)
        if number % 2:
            yield profile(customer, days.at(6, 3), number % 2, 3, manager)
        if number % 3 == 0:
            yield profile(customer, days.at(13), 2, number % 3, number + 1)
        if number % 7 == 0:
            yield profile(customer, days.at(-60), number % 2, 4, manager, revision=1)
        if number % 11 == 0:
            yield profile(customer, days.at(40), 3, 5, None)
    # Of one customer two from the same moment on.
    for number in range(PAIRS):
        for place, customer in enumerate(pair_of(number)):
            yield profile(customer, days.at(10), place, number % 3, number + place)


def latest(now):
    """Purchases of the days before a moment."""
    for number in range(BUYERS):
        for day in range(9):
            if buys(number, day):
                at = now - day * DAY - (1 + number % 20) * HOUR
                yield purchase(at, f"rare-late-{number}-{day}", buyer(number), number + day,
                               CURRENCIES[number % 3])
