"""Service level by each queue's own target, as it was when the call entered the queue."""
import calls
from figures import Ratio
from log import enum, moment, number, purpose
import reference

DEFAULT = {"threshold_ms": calls.THRESHOLD_MS, "short_abandon_ms": calls.SHORT_ABANDON_MS}
# What counts beside answered calls.
WITH_ABANDONED = {"WITH_ABANDONED", "WITHOUT_SHORT_ABANDONED", "UNSPECIFIED", "WITH_FLOWED_OUT"}
WITHOUT_SHORT = {"WITHOUT_SHORT_ABANDONED", "UNSPECIFIED"}


def targets_of(log):
    return reference.AsItWas(
        (event["service_target"]["queue_id"], moment(event["service_target"], "valid_from"),
         {**DEFAULT, **event["service_target"]})
        for event in log.of("service_target")
        if purpose(event) != "TEST" and "queue_id" in event["service_target"])


def formulas(log):
    targets = targets_of(log)

    def target(row):
        return targets.at(row["queue"], row["at"]) or DEFAULT

    def in_time(row):
        return row["end"] == "ANSWERED" and calls.within(row, number(target(row), "threshold_ms"))

    def counts(row):
        policy = enum(target(row), "policy")
        if row["end"] == "ABANDONED":
            short = calls.within(row, number(target(row), "short_abandon_ms") - 1)
            return policy in WITH_ABANDONED and not (policy in WITHOUT_SHORT and short)
        return row["end"] == "ANSWERED" or policy == "WITH_FLOWED_OUT"

    offered = calls.calls_of(log).where(calls.ended(*calls.QUEUED)).without(*calls.BY_PERSON)
    yield ("service_level_target", ""), Ratio(offered, part=in_time, whole=counts)
