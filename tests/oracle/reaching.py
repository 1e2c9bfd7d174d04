"""How customers got through: calls out, attempts until somebody answered, calls that wait at once."""
import bisect
import collections
import fractions
import itertools
import math

from calls import BY_CALL, BY_PERSON, QUEUED, calls_of, ended, legs_of
from figures import NO_DATA, Cells, Facts, Figure, Formula, Mean, NOT_APPLICABLE, Ratio

DAY_MS = 86_400_000
LONGEST_TRY = 30 * 86_400_000_000  # microseconds


def reached(calls):
    """Answered calls of customers who had not got through at first."""
    known = [row for row in calls.rows if row["customer"] and row["end"] != "UNSPECIFIED"]
    tries = collections.defaultdict(list)
    for row in sorted(known, key=lambda row: (row["occurred_at"], row["id"])):
        before = tries[row["customer"]]
        if row["end"] != "ANSWERED":
            before.append(row["occurred_at"])
            continue
        recent = [at for at in before if at >= row["occurred_at"] - LONGEST_TRY]
        before.clear()
        if recent:
            at = max(row["occurred_at"], row["answered_at"])
            yield {**row, "reached_at": at, "reach_ms": (at - min(recent)) // 1_000,
                   "attempts": len(recent) + 1}


class Depth(Formula):
    """Calls that wait in a queue, over time up to the mark: the least number that is not exceeded in so
    much of the time, of one queue or any. n: milliseconds of all queues."""

    def __init__(self, calls, level, known_at):
        super().__init__(calls)
        self.until = known_at or math.inf
        self.level = fractions.Fraction(str(level))
        self.waits = collections.defaultdict(list)  # by queue
        for row in calls.rows:
            enters = row["at"] // 1_000
            self.waits[row["queue"]].append((enters, enters + row["wait_ms"]))

    def cells(self, asking):
        if not set(asking.by) <= {"queue"}:
            return Cells({}, Figure(empty=NOT_APPLICABLE))
        bounds = [min(at, self.until) // 1_000
                  for at in (asking.begin, *map(int, asking.starts[1:-1]), asking.end)]
        times = collections.defaultdict(collections.Counter)
        for queue, waits in self.waits.items():
            # Who entered more than a day before is not seen.
            seen = [wait for wait in waits if bounds[0] - DAY_MS <= wait[0] < bounds[-1]]
            for bucket, (begin, end) in enumerate(itertools.pairwise(bounds) if seen else ()):
                if begin < end:
                    group = (queue,) if asking.by else ()
                    times[bucket, *group].update(depths(seen, begin, end))
        return Cells({key: self.figure(counter) for key, counter in times.items()},
                     Figure(empty=NO_DATA))

    def figure(self, times):
        depths = sorted(times)
        reached_by = list(itertools.accumulate(times[depth] for depth in depths))
        n = reached_by[-1]
        return Figure(float(depths[bisect.bisect_left(reached_by, math.ceil(self.level * n))]), n)


def depths(waits, begin, end):
    """Number that waits -> milliseconds of [begin, end)."""
    changes = collections.Counter({begin: 0, end: 0})
    for enters, leaves in waits:
        if enters < end and leaves > begin:
            changes[max(enters, begin)] += 1
            changes[min(leaves, end)] -= 1
    times, depth = collections.Counter(), 0
    for at, following in itertools.pairwise(sorted(changes)):
        depth += changes[at]
        times[depth] += following - at
    return times


def formulas(log):
    calls, out = calls_of(log), calls_of(log, "OUTBOUND")
    told = [row for row in out.rows if row["end"] != "UNSPECIFIED"]
    yield ("connect_rate", ""), Ratio(
        Facts([{**row, "answered": row["end"] == "ANSWERED"} for row in told], *BY_CALL,
              at="occurred_at"),
        Facts(legs_of(log, "OUTBOUND").rows, *BY_CALL, *BY_PERSON, at="occurred_at"),
        part="answered")
    got_through = Facts(reached(calls), *BY_CALL, *BY_PERSON, at="reached_at")
    yield ("time_to_reach", ""), Mean(got_through, of="reach_ms", scale=1e-3)
    yield ("attempts_to_reach", ""), Mean(got_through, of="attempts")
    waiting = calls.where(ended(*QUEUED)).where(lambda row: row["wait_ms"] is not None)
    for variant, level in (("most", 1), ("p95", 0.95)):
        yield ("queue_depth", variant), Depth(waiting, level, log.known_at)
