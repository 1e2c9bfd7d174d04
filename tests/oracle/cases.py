"""Tickets and complaints: how many, how long, how well."""
import numpy
import pandas

from figures import Count, Facts, Mean, Quantile, Ratio, Sum
from hours import OpenHours
from log import enum, moment, number, text

CASE = ("case_type", "priority", "topic", "case_state", "root_cause", "fault_side", "employee",
        "team")


def cases_of(log):
    hours = OpenHours(log)
    for event in log.real("case"):
        told = event["case"]
        opened, resolved = moment(told, "opened_at"), moment(told, "resolved_at")
        again = [int(at) for at in told.get("reopened_at", [])]
        row = {"opened": opened, "case_type": text(told, "type"), "priority": text(told, "priority"),
               "topic": text(told, "topic"), "case_state": text(told, "state"),
               "root_cause": text(told, "root_cause"), "fault_side": enum(told, "fault_side"),
               "employee": text(told, "owner"), "team": text(told, "team"),
               "due": moment(told, "due_at"), "reopened": bool(again),
               "ever_resolved": bool(again or resolved), "currency": text(told, "currency"),
               "compensation": number(told, "compensation_minor")
               if "compensation_minor" in told else None}
        # Resolved, and not opened again after.
        row["closed"] = resolved if resolved and not any(at > resolved for at in again) else None
        row["resolution_ms"] = row["business_ms"] = row["longest_gap_ms"] = None
        if row["closed"] and 0 < opened <= resolved:
            steps = sorted({opened, resolved, *again, *map(int, told.get("informed_at", []))} |
                           {moment(told, "first_response_at")} - {0})
            row["resolution_ms"] = (resolved - opened) // 1_000
            row["business_ms"] = hours.wait_ms(opened, resolved)
            row["longest_gap_ms"] = max((b - a for a, b in zip(steps, steps[1:])), default=0) // 1_000
        yield row


class Open(Facts):
    """Cases at the end of each bucket: opened before it, and not resolved by then."""

    def cut(self, frame, asking):
        ends = [*map(int, asking.starts[1:-1]), asking.end]
        parts = [frame[(frame["at"] < end) & (frame["_closed"] > end)].assign(bucket=bucket)
                 for bucket, end in enumerate(ends)]
        return pandas.concat(parts) if parts else frame.assign(bucket=0)


class Backlog(Count):
    def __init__(self, rows):
        super().__init__(Open([row for row in rows if row["opened"]], *CASE, at="opened"),
                         _closed=lambda row: row["closed"] or numpy.iinfo("int64").max)


def formulas(log):
    rows = list(cases_of(log))
    opened = Facts(rows, *CASE, at="opened")
    closed = Facts([row for row in rows if row["closed"]], *CASE, at="closed")
    yield ("cases_opened", ""), Count(opened)
    yield ("cases_resolved", ""), Count(closed)
    yield ("backlog", ""), Backlog(rows)
    yield ("reopen_rate", ""), Ratio(opened, part="reopened", whole="ever_resolved")
    for name, of in (("resolution_time", "resolution_ms"),
                     ("business_resolution_time", "business_ms")):
        yield (name, ""), Mean(closed, of=of, scale=1e-3)
        for variant, level in (("p50", 0.5), ("p90", 0.9)):
            yield (f"{name}_quantile", variant), Quantile(closed, of=of, level=level, scale=1e-3)
    yield ("longest_update_gap", ""), Mean(closed, of="longest_gap_ms", scale=1e-3)
    yield ("within_due_share", ""), Ratio(closed.where(lambda row: row["due"]),
                                          part=lambda row: row["closed"] <= row["due"])
    yield ("compensation", ""), Sum(Facts(rows, *CASE, "currency", at="opened"), of="compensation")
