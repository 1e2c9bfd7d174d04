"""When the company is open, by its calendars as they were valid at each moment, and how long."""
import bisect
import collections
import datetime

import buckets
from log import moment, number, purpose, text

DAY = datetime.timedelta(days=1)
AHEAD = 86_400_000_000  # microseconds: that far after the mark hours are known


class OpenHours:
    """Of any calendar; each is told by the version of it that is valid."""

    def __init__(self, log):
        self.until = log.known_at + AHEAD
        self.since = None  # nothing is known before
        versions = collections.defaultdict(dict)
        for event in log.of("calendar"):
            if purpose(event) != "TEST":
                told = event["calendar"]
                of = versions[told["calendar_id"]]
                since = moment(told, "valid_from")
                if since not in of or told["version"] > of[since]["version"]:
                    of[since] = told
        found = []
        for of in versions.values():
            begins = sorted(of)
            self.since = min([begins[0]] + ([] if self.since is None else [self.since]))
            for begin, end in zip(begins, [*begins[1:], self.until]):
                found += open_by(of[begin], begin, min(end, self.until))
        self.stretches = []
        for begin, end in sorted(found):
            if self.stretches and begin <= self.stretches[-1][1]:
                self.stretches[-1][1] = max(end, self.stretches[-1][1])
            else:
                self.stretches.append([begin, end])

    def known(self, *moments):
        return self.since is not None and all(self.since <= at <= self.until for at in moments)

    def is_open(self, at):
        place = bisect.bisect_right(self.stretches, [at, float("inf")]) - 1
        return place >= 0 and at < self.stretches[place][1]

    def between(self, begin, end):
        """Open microseconds from one moment to another."""
        place = max(0, bisect.bisect_right(self.stretches, [begin, float("inf")]) - 1)
        total = 0
        while place < len(self.stretches) and self.stretches[place][0] < end:
            first, last = self.stretches[place]
            total += max(0, min(last, end) - max(first, begin))
            place += 1
        return total

    def wait_ms(self, begin, end):
        """None where it is not known, or nothing ended."""
        if end is None or not self.known(begin, end):
            return None
        return self.between(begin, end) // 1_000


def open_by(calendar, begin, end):
    """Stretches in which a version of a calendar is open, of [begin, end)."""
    zone = calendar["time_zone"]
    week, differing = collections.defaultdict(list), collections.defaultdict(list)
    for hours in calendar.get("weekly_hours", []):
        week[number(hours, "weekday")].append(hours)
    for hours in calendar.get("holidays", []):
        differing[text(hours, "day")].append(hours)
    day = buckets.moment_of(begin, zone).date() - DAY
    last = buckets.moment_of(end, zone).date()
    while day <= last:
        midnight = datetime.datetime.combine(day, datetime.time())
        for hours in differing.get(day.isoformat(), week[day.isoweekday()]):
            first, then = (buckets.instant(midnight + datetime.timedelta(
                minutes=number(hours, minute)), zone) for minute in ("from_minute", "to_minute"))
            if max(first, begin) < min(then, end):
                yield max(first, begin), min(then, end)
        day += DAY
