"""Asks for every metric by every one of its dimensions, and compares each figure with the oracle's."""
import dataclasses
import datetime
import math

import buckets
import figures

MOST_METRICS = 20  # of a request
MOST_ROWS = 100_000
RELATIVE = 1e-9
# An end of an interval that is 0 comes out as 1e-17.
ABSOLUTE = 1e-12
PERIOD = 1  # Compare.Previous: as long as the range, before it
# Fields of what has changed.
CHANGE = ("change", "relative_change", "change_low", "change_high")
GRAINS = {"": 0, "day": 2, "week": 3, "month": 4}


@dataclasses.dataclass(frozen=True)
class Batch:
    """Metrics with the same dimensions, to be asked for at once."""
    metrics: tuple
    by: tuple
    points: str = ""  # of `by` that of distributions

    def fits(self, grain):
        """By its points and another dimension there are more rows by day than an answer may have."""
        return not (self.points and len(self.by) > 1 and grain == "day")


def batches_of(metrics, formulas):
    """Each metric by nothing and by every dimension; amounts by what they are in as well, distributions by
    their points. In the order of the formulas: those of one table are asked for together."""
    places = {}
    for metric, _ in formulas:
        places.setdefault(metric, len(places))
    together = {}
    for metric in sorted(metrics, key=lambda metric: places.get(metric.id, len(places))):
        always = (*metric.units, metric.points)
        for by in dict.fromkeys(tuple(dict.fromkeys(d for d in (dimension, *always) if d))
                                for dimension in ("", *metric.dimensions)):
            together.setdefault((by, metric.points), []).append(metric.id)
    return [Batch(tuple(ids[at:at + MOST_METRICS]), *key) for key, ids in sorted(together.items())
            for at in range(0, len(ids), MOST_METRICS)]


def asking_of(by, zone, grain, first_day, end_day):
    starts = buckets.starts(first_day, end_day, grain, zone)
    return figures.Asking(by, zone, grain, buckets.of_day(first_day, zone),
                          buckets.of_day(end_day, zone), starts)


class Comparison:
    """`formulas`: of the oracle. `days`: the first one and the one after the last."""

    def __init__(self, formulas, days):
        self.formulas = formulas
        self.days = days
        self.compared = 0
        self.differences = []
        self.unknown = set()

    def request(self, batch, zone, grain, **more):
        first, end = map(datetime.date.isoformat, self.days)
        return {"metrics": [f"{metric}:all" for metric in batch.metrics], "from": first, "to": end,
                "time_zone": zone, "grain": GRAINS[grain], "group_by": batch.by, "limit": MOST_ROWS,
                **more}

    def compare(self, batch, zone, grain, answer):
        """An answer of that request with what must be in it."""
        asking = asking_of(batch.by, zone, grain, *self.days)
        columns = [(column.metric, column.variant) for column in answer.meta.columns]
        cells = []
        for column in columns:
            if column not in self.formulas:
                self.unknown.add(column)
            cells.append(self.formulas[column].cells(asking).answered(asking)
                         if column in self.formulas else None)
        self.rows(asking, columns, cells, answer)

    def rows(self, asking, columns, cells, answer):
        bucket_of = {int(start): index for index, start in enumerate(asking.starts[:-1])}
        places = set()
        for row in answer.rows:
            bucket = bucket_of.get(row.bucket_start) if asking.grain else 0
            group = tuple(row.dimensions)
            where = f"by {', '.join(asking.by) or 'nothing'} {group}, {row.bucket or 'whole range'}"
            if bucket is None or (bucket, group) in places:
                self.differ(columns[0], where, "no such row", "a row")
                continue
            places.add((bucket, group))
            self.civil(asking, bucket, row, answer.meta.known_at, columns[0], where)
            begun = asking.starts[bucket] <= answer.meta.known_at
            for column, wanted, figure in zip(columns, cells, row.figures):
                if wanted is not None:
                    self.figure(column, f"{where}, {asking.zone}",
                                wanted if begun else not_begun(wanted), (bucket, group), figure)
        self.all_there(asking, columns, cells, places)

    def civil(self, asking, bucket, row, known_at, column, where):
        """The bucket's name, and whether the figures tell all of it."""
        start, end = map(int, asking.starts[bucket:bucket + 2])
        name = buckets.moment_of(start, asking.zone).isoformat() if asking.grain else ""
        partial = start < asking.begin or end > min(asking.end, known_at)
        if (row.bucket, row.partial) != (name, partial):
            self.differ(column, where, (name, partial), (row.bucket, row.partial))

    def all_there(self, asking, columns, cells, places):
        """A row for every bucket, of every group that occurs."""
        groups = {group for _, group in places}
        for column, wanted in zip(columns, cells):
            for group in (wanted.told() - groups if wanted is not None else ()):
                self.differ(column, f"by {', '.join(asking.by)} {group}", "a group", "is not there")
        if not asking.by and not groups:
            self.differ(columns[0], "by nothing", "a row", "none")
        lacking = len(groups) * (len(asking.starts) - 1) - len(places)
        if lacking:
            self.differ(columns[0], f"by {', '.join(asking.by)}", "a row a bucket and group",
                        f"{lacking} are not there")

    def figure(self, column, where, cells, place, told):
        wanted, found = cells.at(*place), figure_of(told)
        self.compared += 1
        if not alike(wanted, found, cells.exact):
            self.differ(column, where, wanted, found)

    def differ(self, column, where, wanted, found):
        self.differences.append((":".join(filter(None, column)), where, wanted, found))

    def report(self, most=40):
        """Lines for a person to read."""
        lines = [f"{':'.join(filter(None, column))}: the oracle has no formula"
                 for column in sorted(self.unknown)]
        for column, where, wanted, found in self.differences[:most]:
            lines += [f"{column} {where}", f"    oracle:  {shown(wanted)}",
                      f"    product: {shown(found)}"]
        counts = {}
        for column, *_ in self.differences:
            counts[column] = counts.get(column, 0) + 1
        lines += [f"{count} differ of {column}" for column, count in sorted(counts.items())]
        lines.append(f"{self.compared} figures compared, {len(self.differences)} differ")
        return "\n".join(lines)

    @property
    def equal(self):
        return self.compared > 0 and not self.differences and not self.unknown


class Changes(Comparison):
    """Figures of a whole range against those of the range before it, `earlier`."""

    def __init__(self, formulas, days, earlier):
        super().__init__(formulas, days)
        self.earlier = earlier
        self.before = {}  # cells by column

    def request(self, batch, zone, grain, **more):
        return super().request(batch, zone, grain, compare={"previous": PERIOD}, **more)

    def compare(self, batch, zone, grain, answer):
        asking = asking_of(batch.by, zone, grain, *self.earlier)
        self.before = {column: formula.cells(asking).answered(asking)
                       for column, formula in self.formulas.items() if column[0] in batch.metrics}
        super().compare(batch, zone, grain, answer)

    def figure(self, column, where, cells, place, told):
        super().figure(column, where, cells, place, told)
        now, before = cells.at(*place), self.before[column].at(*place)
        found = figure_of(told.compared)
        if not alike(before._replace(numerator=None), found, cells.exact):
            self.differ(column, f"{where}, before", before, found)
        wanted = self.change(column, now, before)
        found = tuple(getattr(told.compared, field) if told.compared.HasField(field) else None
                      for field in CHANGE)
        scale = max([abs(end) for end in (now.value, before.value, *wanted) if end is not None] or [0])
        apart = 0 if wanted[2] is None else 2 if wanted[2] <= 0 <= wanted[3] else 1
        # A relative change is how many times as much it is, less 1: of two that are almost alike nothing
        # is known to 1e-9 but that.
        scales = (scale, 1 + abs(wanted[1] or 0), scale, scale)
        slack = (now.slack or 0) + (before.slack or 0)
        slacks = (0, 0, slack, slack)
        middles = (wanted[0],) * len(CHANGE)
        if (not all(map(close, wanted, found, scales, middles, slacks)) or
                told.compared.apart != apart):
            self.differ(column, f"{where}, change", (*wanted, apart), (*found, told.compared.apart))

    def change(self, column, now, before):
        """As CHANGE."""
        if now.value is None or before.value is None:
            return (None,) * 4
        change = now.value - before.value
        relative = change / abs(before.value) if before.value else None
        return (change, relative,
                *(self.formulas[column].change(now, before) or (None, None)))


class Pairs(Comparison):
    """Two groups of a whole range: how many more observations of each tell them apart."""

    def pair(self, batch, zone, first, second, difference, answer):
        asking = asking_of(batch.by, zone, "", *self.days)
        for column, pair in zip(answer.meta.columns, answer.pairs, strict=True):
            formula = self.formulas[column.metric, column.variant]
            cells = formula.cells(asking)
            wanted = needed_of(formula, cells.at(0, (first,)), cells.at(0, (second,)), difference)
            found = pair.needed if pair.HasField("needed") else empty_name(pair)
            self.compared += 1
            # A deviation that is rounded may make one more or less of very many.
            same = wanted == found or (int == type(wanted) == type(found) and
                                       abs(wanted - found) <= RELATIVE * wanted)
            if not same:
                self.differ((column.metric, column.variant),
                            f"{batch.by[0]} {first} against {second}, difference {difference}",
                            wanted, found)


def needed_of(formula, first, second, difference):
    """A number, or why there is none; `difference`: None for the present one."""
    if min(first.n, second.n) < 2:
        return "TOO_FEW"
    if first.value is None or second.value is None:
        return figures.HIDDEN_SMALL_N
    if difference is None:
        low, high = formula.change(first, second)
        if low > 0 or high < 0:
            return 0
        difference = first.value - second.value
    needed = formula.needed(first, second, difference)
    return "NO_DIFFERENCE" if needed is None else needed


def not_begun(cells):
    """Of a bucket after the mark nothing is known, not even that nothing happened, but what is spread over
    stretches of time."""
    if cells.ahead or cells.nothing.empty == figures.NOT_APPLICABLE:
        return cells
    return figures.Cells({}, figures.Figure(empty=figures.NO_DATA))


def figure_of(told):
    fields = told.DESCRIPTOR.fields_by_name
    return figures.Figure(
        *(getattr(told, name) if name in ("n", *figures.APART) or
          name in fields and told.HasField(name) else None
          for name in figures.COLUMNS), empty=empty_name(told))


def empty_name(told):
    field = told.DESCRIPTOR.fields_by_name["empty"]
    return field.enum_type.values_by_number[told.empty].name if told.empty else ""


def alike(wanted, found, exact):
    """`exact`: the value must be the very number."""
    if any(getattr(wanted, name) != getattr(found, name) for name in ("n", "empty", *figures.APART)):
        return False
    if wanted.value is None or exact:
        return found.value == wanted.value
    scale = max(abs(end) for end in (wanted.value, wanted.low or 0, wanted.high or 0))
    same = close(wanted.value, found.value, scale) and all(
        close(getattr(wanted, end), getattr(found, end), scale, wanted.value, wanted.slack or 0)
        for end in ("low", "high"))
    if wanted.numerator is not None:
        same = (same and found.denominator == wanted.denominator and
                close(wanted.numerator, found.numerator, abs(wanted.numerator)))
    return same


def close(wanted, found, scale, middle=0, slack=0):
    """`slack`: by how much the square of the distance from the middle may differ as well."""
    if wanted is None or found is None:
        return wanted is found
    if not math.isfinite(found):
        return False
    return (abs(wanted - found) <= max(RELATIVE * scale, ABSOLUTE) or
            abs((wanted - middle) ** 2 - (found - middle) ** 2) < slack)


def shown(figure):
    if not isinstance(figure, figures.Figure):
        return figure
    apart = "".join(f", {name} {getattr(figure, name)}" for name in figures.APART
                    if getattr(figure, name))
    if figure.value is None:
        return f"{figure.empty}, n {figure.n}{apart}"
    interval = "" if figure.low is None else f" [{figure.low!r}, {figure.high!r}]"
    return f"{figure.value!r}{interval}, n {figure.n}{apart}"
