"""Calls: how they ended for their queue, how long they waited, who worked on them and how long."""
from figures import Count, Derived, Distinct, Distribution, Facts, Mean, Quantile, Ratio, RatioOfSums
from log import enum, moment, number, text
from reference import PLACE, Places

FLOWED_OUT = {"FLOWED_OUT", "VOICEMAIL", "CALLBACK"}
QUEUED = {"ANSWERED", "ABANDONED"} | FLOWED_OUT
BLOCKED = {"QUEUE_FULL", "BUSY", "NO_ANSWER"}
HANDED_ON = {"BLIND", "CONSULT"}
WORK = ("talk_ms", "hold_ms", "wrap_ms")
THRESHOLD_MS, SHORT_ABANDON_MS = 20_000, 5_000
LAST_THRESHOLD_S = 300  # of the curve
BY_CALL = ("queue", "topic")
BY_PERSON = (*PLACE, "line")


def wait_ms(call):
    """In the queue, whole milliseconds; None where it is not known."""
    queued = moment(call, "queued_at")
    left = moment(call, "answered_at") or moment(call, "ended_at")
    return (left - queued) // 1_000 if 0 < queued <= left else None


def answered_legs(call):
    """Of those who spoke with the customer; who was only rung handled nothing."""
    return [leg for leg in call.get("legs", []) if moment(leg, "answered_at")]


def person(told, places, at):
    return {**places.of(told, at), "line": str(number(told, "line"))}


def directed(log, direction):
    for event in log.real("call"):
        if enum(event["call"], "direction") == direction:
            yield event, event["call"]


def of_call(event, call):
    return {"at": moment(call, "queued_at"), "occurred_at": moment(event, "occurred_at"),
            "queue": text(call, "queue_id"), "topic": text(call, "topic")}


def speech_of(call):
    """(agent, customer, silence, recorded), milliseconds; none if they contradict each other."""
    speech = call.get("speech", {})
    agent, customer, silence, both = (number(speech, f"{who}_ms") for who in
                                      ("agent", "customer", "silence", "overlap"))
    if agent + customer + silence == 0 or both > min(agent, customer):
        return None
    return agent, customer, silence, agent + customer + silence - both


def calls_of(log, direction="INBOUND"):
    rows, places = [], Places(log)
    for event, call in directed(log, direction):
        legs, spoke = call.get("legs", []), answered_legs(call)
        row = of_call(event, call)
        row |= person(spoke[0] if spoke else {}, places, row["occurred_at"])
        row |= {"end": enum(call, "end"), "wait_ms": wait_ms(call), "legs": len(legs),
                "customer": log.customer(event) or None,
                "transferred": any(enum(leg, "transfer") in HANDED_ON for leg in legs),
                "hops": len(legs) - 1, "id": call["call_id"], "speech": speech_of(call),
               "answered_at": moment(call, "answered_at"), "resolved": call.get("resolved"),
               "highest_line": max((number(leg, "line") for leg in spoke), default=0)}
        row |= {part: sum(number(leg, part) for leg in legs) for part in WORK}
        rows.append(row)
    return Facts(rows, *BY_CALL, *BY_PERSON)


def legs_of(log, direction="INBOUND"):
    """A person's part of a call, in the buckets of the call; also of who was only rung."""
    rows, places = [], Places(log)
    for event, call in directed(log, direction):
        legs = call.get("legs", [])
        for leg, following in zip(legs, [*legs[1:], {}]):
            row = {**of_call(event, call), "answered": moment(leg, "answered_at") > 0}
            row |= person(leg, places, row["occurred_at"])
            row["transferred"] = enum(leg, "transfer") in HANDED_ON
            row |= {part: number(leg, part) for part in WORK}
            row |= {"to_team": text(following, "team_id"), "to_line": str(number(following, "line"))}
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
        yield ("service_level_curve", variant), Distribution(
            of_queue, part=ended("ANSWERED"), whole=whole, of="wait_ms", points="threshold_s",
            last=LAST_THRESHOLD_S, size=1_000)


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


def marks(answered):
    """What agents and the recording say of answered calls."""
    marked = answered.where(lambda row: row["resolved"] is not None)
    yield ("fcr_flag", ""), Ratio(marked, part="resolved")
    known = answered.where(lambda row: row["highest_line"] > 0).without("line")
    alone = lambda row: row["highest_line"] == 1
    yield ("first_line_share", "handled"), Ratio(known, part=alone)
    yield ("first_line_share", "solved"), Ratio(
        known.where(lambda row: row["resolved"] is not None),
        part=lambda row: alone(row) and row["resolved"])
    spoken = answered.where(lambda row: row["speech"] is not None)
    for metric, variant, place in (("talk_share", "agent", 0), ("talk_share", "customer", 1),
                                   ("silence_share", "", 2)):
        yield (metric, variant), RatioOfSums(
            spoken, part=lambda row, place=place: row["speech"][place],
            whole=lambda row: row["speech"][3])


def formulas(log):
    calls = calls_of(log)
    legs = legs_of(log).where(lambda row: row["answered"])
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
    yield ("hand_offs", ""), Count(Facts(
        [row for row in legs.rows if row["transferred"]], *BY_CALL, *BY_PERSON, "to_team", "to_line"))
    yield from marks(answered)
