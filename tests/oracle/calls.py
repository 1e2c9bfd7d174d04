"""Calls: how they ended for their queue, how long they waited, who worked on them and how long."""
from figures import Count, Derived, Distinct, Facts, Mean, Quantile, Ratio
from log import enum, moment, number, text

FLOWED_OUT = {"FLOWED_OUT", "VOICEMAIL", "CALLBACK"}
QUEUED = {"ANSWERED", "ABANDONED"} | FLOWED_OUT
BLOCKED = {"QUEUE_FULL", "BUSY", "NO_ANSWER"}
HANDED_ON = {"BLIND", "CONSULT"}
WORK = ("talk_ms", "hold_ms", "wrap_ms")
THRESHOLD_MS, SHORT_ABANDON_MS = 20_000, 5_000
BY_CALL = ("queue", "topic")
BY_PERSON = ("employee", "team", "line")


def wait_ms(call):
    """In the queue, whole milliseconds; None where it is not known."""
    queued = moment(call, "queued_at")
    left = moment(call, "answered_at") or moment(call, "ended_at")
    return (left - queued) // 1_000 if 0 < queued <= left else None


def answered_legs(call):
    """Of those who spoke with the customer; who was only rung handled nothing."""
    return [leg for leg in call.get("legs", []) if moment(leg, "answered_at")]


def person(leg):
    return {"employee": text(leg, "employee_id"), "team": text(leg, "team_id"),
            "line": str(number(leg, "line"))}


def inbound(log):
    for event in log.real("call"):
        if enum(event["call"], "direction") == "INBOUND":
            yield event, event["call"]


def of_call(event, call):
    return {"at": moment(call, "queued_at"), "occurred_at": moment(event, "occurred_at"),
            "queue": text(call, "queue_id"), "topic": text(call, "topic")}


def calls_of(log):
    rows = []
    for event, call in inbound(log):
        legs, spoke = call.get("legs", []), answered_legs(call)
        row = {**of_call(event, call), **person(spoke[0] if spoke else {})}
        row |= {"end": enum(call, "end"), "wait_ms": wait_ms(call), "legs": len(legs),
                "customer": log.customer(event) or None,
                "transferred": any(enum(leg, "transfer") in HANDED_ON for leg in legs),
                "hops": len(legs) - 1}
        row |= {part: sum(number(leg, part) for leg in legs) for part in WORK}
        rows.append(row)
    return Facts(rows, *BY_CALL, *BY_PERSON)


def legs_of_calls(log):
    """Legs: a person's part of a call, in the buckets of the call."""
    rows = []
    for event, call in inbound(log):
        for leg in answered_legs(call):
            row = {**of_call(event, call), **person(leg)}
            row["transferred"] = enum(leg, "transfer") in HANDED_ON
            row |= {part: number(leg, part) for part in WORK}
            rows.append(row)
    return Facts(rows, *BY_CALL, *BY_PERSON)


def handling_ms(row):
    return sum(row[part] for part in WORK)


def ended(*ends):
    return lambda row: row["end"] in ends


def within(row, limit_ms):
    return row["wait_ms"] is not None and row["wait_ms"] <= limit_ms


def in_time(row):
    return row["end"] == "ANSWERED" and within(row, THRESHOLD_MS)


def short(row):
    return row["end"] == "ABANDONED" and within(row, SHORT_ABANDON_MS - 1)


def service_level(offered):
    of_queue = offered.without(*BY_PERSON)
    taken = ended("ANSWERED", "ABANDONED")
    for variant, facts, whole in (
            ("over_answered", offered, ended("ANSWERED")),
            ("over_answered_and_abandoned", of_queue, taken),
            ("without_short", of_queue, lambda row: taken(row) and not short(row)),
            ("over_offered", of_queue, None)):
        yield ("service_level", variant), Ratio(facts, part=in_time, whole=whole)


def counts(calls, offered, answered, legs):
    of_queue = offered.without(*BY_PERSON)
    yield ("calls_offered", ""), Count(of_queue)
    yield ("calls_answered", ""), Count(answered)
    yield ("calls_abandoned", ""), Count(of_queue.where(ended("ABANDONED")))
    for variant, ends in (("any", FLOWED_OUT), ("voicemail", {"VOICEMAIL"}),
                          ("callback", {"CALLBACK"})):
        yield ("calls_flowed_out", variant), Count(of_queue.where(ended(*ends)))
    yield ("calls_handled", ""), Count(answered.without(*BY_PERSON), legs)
    yield ("callers", "offered"), Distinct(of_queue, of="customer")
    yield ("callers", "answered"), Distinct(answered, of="customer")
    yield ("abandon_rate", "of_offered"), Ratio(of_queue, part=ended("ABANDONED"))
    yield ("abandon_rate", "without_short"), Ratio(
        of_queue, part=lambda row: row["end"] == "ABANDONED" and not short(row),
        whole=lambda row: not short(row))
    attempts = calls.where(ended(*QUEUED, *BLOCKED))
    yield ("blocked_rate", ""), Ratio(Facts(attempts.rows, "topic", at="occurred_at"),
                                      part=ended(*BLOCKED))


def formulas(log):
    calls, legs = calls_of(log), legs_of_calls(log)
    offered = calls.where(ended(*QUEUED))
    answered = offered.where(ended("ANSWERED"))
    # Without a leg nobody told how long the work took.
    worked = answered.where(lambda row: row["legs"] > 0).without(*BY_PERSON)
    yield from counts(calls, offered, answered, legs)
    yield from service_level(offered)
    yield ("asa", ""), Mean(answered, of="wait_ms", scale=1e-3)
    for variant, level in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
        yield ("asa_quantile", variant), Quantile(answered, of="wait_ms", level=level, scale=1e-3)
    yield ("wait_time", ""), Mean(offered.without(*BY_PERSON), of="wait_ms", scale=1e-3)
    times = {name: Mean(worked, legs, of=part, scale=1e-3)
             for name, part in (("aht", handling_ms), ("talk_time", "talk_ms"),
                                ("hold_time", "hold_ms"), ("wrap_time", "wrap_ms"))}
    for name, formula in times.items():
        yield (name, ""), formula
    yield ("hold_share", ""), Derived(lambda hold, all_work: hold / all_work,
                                      times["hold_time"], times["aht"])
    yield ("transfer_rate", ""), Ratio(worked, legs, part="transferred")
    yield ("hops_per_call", ""), Mean(worked, of="hops")
