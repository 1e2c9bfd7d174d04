"""The figures that were worked out by hand beside every projection: testdata/<events>.<metric>.tsv. They
say what the oracle must say, too.
"""
import datetime
import json
import pathlib
import re

from google.protobuf import text_format

import buckets
import comparison

PROJECTIONS = pathlib.Path(__file__).resolve().parents[2] / "projections"
TENANT = "main"
# When their marks are made, microseconds.
KNOWN_AT = 1_800_000_000_000_000
# Of a request; one that has more is not computed here.
FIELDS = {"from", "to", "time_zone", "grain", "group_by", "filters", "mark_id"}
GRAINS = {number: grain for grain, number in comparison.GRAINS.items()}
# Of what is written with few digits after the point, or none.
ROUNDED = 1e-6
NUMBER = r"-?[\d.]+(?:e-?\d+)?"
FIGURE = re.compile(rf"({NUMBER})(?:/({NUMBER}))?(?: n (\d+))?(?: \[({NUMBER}), ({NUMBER})\])?")
APART = re.compile(r"(?: untold (\d+))?(?: immature (\d+))?$")


def events_of(path):
    """The log up to each mark: an empty line is one, and so is the end."""
    marks, events = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            marks.append(list(events))
            continue
        event = json.loads(line)
        if event.get("tenant", TENANT) == TENANT:
            events.append(event)
    return [*marks, events]


class Block:
    """A request and its answer, as written."""

    def __init__(self, text, request_class):
        first, header, *lines = text.strip("\n").split("\n")
        self.request = text_format.Parse(first, request_class())
        self.header = header.split("\t")
        self.lines = [line.split("\t") for line in lines if line.strip("\n")]

    def computable(self):
        """By days, of filters with one value each."""
        told = {field.name for field, _ in self.request.ListFields()}
        return (told <= FIELDS and self.request.grain in GRAINS and
                len(getattr(self.request, "from")) == len(self.request.to) == 10 and
                all(len(filter.values) == 1 for filter in self.request.filters))

    def compared(self, metric, formulas):
        """(what, as written, the oracle's figure) of every cell."""
        request = self.request
        filters = {filter.dimension: filter.values[0] for filter in request.filters}
        by = tuple(dict.fromkeys((*request.group_by, *filters)))
        zone, grain = request.time_zone or "UTC", GRAINS[request.grain]
        days = map(datetime.date.fromisoformat, (getattr(request, "from"), request.to))
        asking = comparison.asking_of(by, zone, grain, *days)
        names = [buckets.moment_of(int(start), zone).isoformat() for start in asking.starts]
        first = bool(grain)
        keys = first + len(request.group_by)
        names_of = {column: (metric, "" if column == metric else column) for column in self.header[keys:]}
        fixed = [(by.index(name), value) for name, value in filters.items()]
        asked = lambda group: all(group[place] == value for place, value in fixed)
        cells = {column: formulas[key].cells(asking).answered(asking, asked)
                 for column, key in names_of.items() if key in formulas}
        for line in self.lines:
            bucket = names.index(line[0]) if grain else 0
            values = {**filters, **dict(zip(request.group_by, line[first:keys]))}
            group = tuple(values[name] for name in by)
            for column, written in zip(self.header[keys:], line[keys:]):
                figure = cells[column].at(bucket, group) if column in cells else None
                yield f"{request} {column} {line[:keys]}", written, figure


def blocks_of(path, request_class):
    return [Block(text, request_class) for text in path.read_text(encoding="utf-8").split("# ")[1:]]


def says(written, figure):
    """Whether the figure is what is written: 3/4 [low, high], 12 n 25 or a reason; then what is counted
    apart."""
    if figure is None:
        return False
    apart = APART.search(written)
    if (figure.untold, figure.immature) != tuple(int(count or 0) for count in apart.groups()):
        return False
    written = written[:apart.start()]
    found = FIGURE.fullmatch(written)
    if found is None or figure.value is None:
        return figure.empty == written.split(" ")[0]
    value, denominator, n, low, high = found.groups()
    if denominator is None:
        good = near(figure.value, value) and (n is None or figure.n == int(n))
    else:
        good = divided(value, denominator, figure)
    if low is None:
        return good and (figure.low is None or denominator is not None)
    return good and near(figure.low, low) and near(figure.high, high)


def divided(value, denominator, figure):
    """Of a ratio of sums only the result is the oracle's matter: in the metric's unit, or in hundredths
    of it."""
    if figure.numerator is None:
        share = float(value) / float(denominator)
        return any(near(figure.value, f"{scale * share:.9f}") for scale in (1, 100))
    return near(figure.numerator, value) and near(figure.denominator, denominator)


def near(found, written):
    """As far as it is written."""
    decimals = len(written.partition(".")[2]) or 6
    return found is not None and (
        abs(found - float(written)) <= max(10.0 ** -decimals, ROUNDED * abs(found)))
