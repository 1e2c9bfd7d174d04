"""What every metric is made of: facts in rows, and formulas over the rows of a bucket and group.

A formula that has no facts with all dimensions of a request is not applicable by them. Of several
kinds of facts the first that has them all is taken.
"""
import collections
import dataclasses
import fractions
import math
import zoneinfo
from typing import NamedTuple

import numpy
import pandas

import intervals

NO_DATA, NOT_APPLICABLE, HIDDEN_SMALL_N, IMMATURE = (
    "NO_DATA", "NOT_APPLICABLE", "HIDDEN_SMALL_N", "IMMATURE")
# Figures of people with fewer observations are hidden; counts and sums by a result alone.
LEAST_SHOWN = 10
PEOPLE = {"employee", "evaluator", "owner", "manager"}
RESULTS = {"band"}
# Of a moment in the zone of the asking, as every plain fact has one.
DATE_PARTS = ("weekday", "hour_of_day")
EXACT = 2.0 ** 53  # whole numbers up to it are doubles
# What a figure counts apart: rows that do not tell an amount, those whose window has yet to elapse.
APART = ("untold", "immature")
COLUMNS = ("value", "n", "low", "high", "numerator", "denominator", "slack", *APART)


class Figure(NamedTuple):
    """None where there is nothing; `empty` says why there is no value. `slack`: by how much the square
    of half the interval may differ, see Mean."""
    value: float | None = None
    n: int = 0
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    slack: float | None = None
    untold: int = 0
    immature: int = 0
    empty: str = ""


@dataclasses.dataclass(frozen=True)
class Asking:
    """`starts`: of the buckets in [begin, end), and the end of the last; moments in microseconds."""
    by: tuple
    zone: str
    grain: str
    begin: int
    end: int
    starts: numpy.ndarray

    @property
    def buckets(self):
        return self.zone, self.grain, self.begin, self.end

    @property
    def names_people(self):
        return bool(PEOPLE & set(self.by))

    @property
    def by_result(self):
        return bool(RESULTS & set(self.by))


class Facts:
    """Rows (dictionaries) with a moment `at`, in microseconds, and the dimensions' values as texts.
    `ahead`: what they add up to is known of buckets after the mark, too."""
    ahead = False

    def __init__(self, rows, *dimensions, at="at"):
        self.rows = list(rows)
        self.dimensions = dimensions
        self.at = at

    def has(self, by):
        """Whether it can be asked by all of these."""
        parts = DATE_PARTS if type(self) is Facts else ()
        return set(by) <= {*self.dimensions, *parts}

    def where(self, holds):
        return self.of([row for row in self.rows if holds(row)], self.dimensions)

    def without(self, *dimensions):
        """The same by fewer dimensions: those mean nothing for what is counted."""
        return self.of(self.rows, [d for d in self.dimensions if d not in dimensions])

    def of(self, rows, dimensions):
        return type(self)(rows, *dimensions, at=self.at)

    def frame(self, columns):
        """Of the rows that have a value in each column: a name, or a function of the row."""
        made = {"at": [row[self.at] for row in self.rows]}
        made |= {name: [row[name] for row in self.rows] for name in self.dimensions}
        for name, of in columns.items():
            made[name] = [of(row) if callable(of) else row[of] for row in self.rows]
        return pandas.DataFrame(made).dropna(subset=list(columns))

    def cut(self, frame, asking):
        """Of its frame what lies in the range, with the number of the bucket."""
        rows = frame[(frame["at"] >= asking.begin) & (frame["at"] < asking.end)]
        found = numpy.searchsorted(asking.starts, rows["at"].to_numpy(), "right") - 1
        rows = rows.assign(bucket=found)
        if set(DATE_PARTS) & set(asking.by):
            told = pandas.to_datetime(rows["at"], unit="us", utc=True)
            civil = told.dt.tz_convert(zoneinfo.ZoneInfo(asking.zone)).dt
            rows = rows.assign(weekday=(civil.day_of_week + 1).astype(str),
                               hour_of_day=civil.strftime("%H"))
        return rows


class Cells:
    """Figures of an asking by bucket and group. `exact`: whole numbers, to be met exactly. `ahead`: they
    are known of buckets after the mark, too. `adds_up`: with others they tell the figure of all."""

    def __init__(self, figures, nothing, exact=False, ahead=False, adds_up=True):
        self.figures = figures
        self.nothing = nothing  # where there is no fact
        self.exact = exact
        self.ahead = ahead
        self.adds_up = adds_up

    def at(self, bucket, group):
        return self.figures.get((bucket, *group), self.nothing)

    def told(self):
        """Groups of which something was observed."""
        return {key[1:] for key, figure in self.figures.items() if figure.n > 0}

    def answered(self, asking, of=lambda group: True):
        """As an answer about these groups has them: of people, where one figure alone is hidden of those
        that differ in the bucket or in one dimension, so is the one of the fewest observations."""
        shown = {key: figure for key, figure in self.figures.items() if of(key[1:])}
        if asking.names_people and self.adds_up:
            while rows := remainders(shown):
                shown |= {key: hide(shown[key], asking) for key in rows}
        return Cells(shown, self.nothing, self.exact, self.ahead)


class Formula:
    """`columns`: what it needs to know of each row. `counted`: a count or sum, which is 0 where there
    is nothing and is hidden by a result alone. `adds_up`: as in Cells."""
    counted = False
    adds_up = True

    def __init__(self, *facts, **columns):
        self.facts = facts
        self.columns = columns
        self.frames = {}
        self.cuts = {}  # by facts and range

    def table(self, groups):
        """One row a group: columns of COLUMNS, NaN for nothing."""
        raise NotImplementedError

    def nothing(self, asking):
        return self.shown(Figure(0.0) if self.counted else Figure(empty=NO_DATA), asking)

    def shown(self, figure, asking):
        """It, or that it is hidden: of a named person, if it is of few."""
        if not asking.names_people or figure.n >= LEAST_SHOWN:
            return figure
        if asking.by_result or (figure.value is not None and not self.counted):
            return hide(figure, asking)
        return figure

    def change(self, now, before):
        """95 % interval of the difference of two figures with values, in the metric's unit; None where
        there is none."""
        return None

    def cut(self, facts, asking):
        key = facts, bool(set(DATE_PARTS) & set(asking.by)), *asking.buckets
        if key not in self.cuts:
            if facts not in self.frames:
                self.frames[facts] = facts.frame(self.columns)
            self.cuts[key] = facts.cut(self.frames[facts], asking)
        return self.cuts[key]

    def cells(self, asking):
        facts = next((f for f in self.facts if f.has(asking.by)), None)
        if facts is None:
            return Cells({}, Figure(empty=NOT_APPLICABLE))
        ahead = facts.ahead and self.counted
        rows = self.cut(facts, asking) if facts.rows else ()
        if not len(rows):
            return Cells({}, self.nothing(asking), self.counted, ahead)
        table = self.table(rows.groupby(["bucket", *asking.by], sort=False))
        columns = [told(table, name) for name in COLUMNS]
        figures = {}
        for key, *row in zip(table.index, *columns):
            figure = Figure(*row)
            if figure.value is None:
                figure = figure._replace(low=None, high=None,
                                         empty=IMMATURE if figure.immature else NO_DATA)
            figures[key if asking.by else (key,)] = self.shown(figure, asking)
        return Cells(figures, self.nothing(asking), self.counted, ahead, self.adds_up)


def told(table, column):
    """Its values, None for NaN and where there is no such column; of what is counted apart 0."""
    if column not in table:
        return [0 if column in APART else None] * len(table)
    return [None if value != value else value for value in table[column].tolist()]


def hide(figure, asking):
    """By a result n would tell as much as the value."""
    return Figure(n=0 if asking.by_result else figure.n, empty=HIDDEN_SMALL_N)


def remainders(cells):
    """What would tell the one hidden figure beside it: of each line, whose keys differ in one place alone,
    the first of the fewest observations."""
    lines = collections.defaultdict(list)
    for key in sorted(cells):
        for place in range(len(key)):
            lines[place, key[:place] + key[place + 1:]].append(key)
    told = set()
    for line in lines.values():
        shown = [key for key in line if cells[key].value is not None]
        if sum(cells[key].empty == HIDDEN_SMALL_N for key in line) == 1 and shown:
            told.add(min(shown, key=lambda key: cells[key].n))
    return told


class Count(Formula):
    counted = True

    def table(self, groups):
        size = groups.size()
        return pandas.DataFrame({"value": size.astype(float), "n": size})


class Sum(Formula):
    """Of a value, in rows where it is told; `scale` makes it the metric's unit."""
    counted = True

    def __init__(self, *facts, of, scale=1):
        super().__init__(*facts, _of=of)
        self.scale = scale

    def table(self, groups):
        return pandas.DataFrame({"value": groups["_of"].sum().astype(float) * self.scale,
                                 "n": groups.size()})


class ToldSum(Sum):
    """Of a value that a row may leave out: where rows are there and none tells it, it is not known."""

    def __init__(self, *facts, of, scale=1):
        super().__init__(*facts, of=lambda row: 0 if row[of] is None else row[of], scale=scale)
        self.columns["_told"] = lambda row: int(row[of] is not None)

    def table(self, groups):
        n = groups["_told"].sum()
        table = super().table(groups)
        return table.assign(value=table["value"].where(n > 0), n=n, untold=groups.size() - n)


class Distinct(Formula):
    """Number of different values; n: of rows."""
    counted = True

    def __init__(self, *facts, of):
        super().__init__(*facts, _of=of)

    def table(self, groups):
        return pandas.DataFrame({"value": groups["_of"].nunique().astype(float),
                                 "n": groups.size()})


class Ratio(Formula):
    """Of rows for which `part` holds, among those for which `whole` does; those for which `immature`
    does, if it is told, are counted apart. With `wilson` off it has no interval: the rows are no sample
    of independent trials."""

    def __init__(self, *facts, part, whole=None, immature=None, wilson=True, scale=1, **columns):
        super().__init__(*facts, _part=as_number(part), _whole=as_number(whole),
                         _immature=as_number(immature or (lambda row: False)), **columns)
        self.wilson, self.scale = wilson, scale

    def table(self, groups):
        k, n = groups["_part"].sum(), groups["_whole"].sum()
        table = pandas.DataFrame({"value": k / n.where(n != 0) * self.scale, "n": n,
                                  "numerator": k, "denominator": n,
                                  "immature": groups["_immature"].sum()})
        if self.wilson:
            low, high = intervals.wilson(k.to_numpy(), n.to_numpy())
            table["low"], table["high"] = low * self.scale, high * self.scale
        return table

    def change(self, now, before):
        if not self.wilson:
            return None
        ends = intervals.proportion_difference(*((figure.numerator, figure.denominator)
                                                 for figure in (now, before)))
        return tuple(end * self.scale for end in ends)


class Distribution(Ratio):
    """A ratio at every point 0..last, which `points` is the dimension of: the part's rows with a value `of`
    up to `size` times the point, among all of the whole."""

    def __init__(self, *facts, of, points, last, size=1, **columns):
        super().__init__(*facts, _of=lambda row: math.inf if row[of] is None else row[of], **columns)
        self.points, self.last, self.size = points, last, size

    def cells(self, asking):
        others = tuple(name for name in asking.by if name != self.points)
        facts = next((f for f in self.facts if f.has(others)), None)
        if facts is None or others == asking.by:
            return Cells({}, Figure(empty=NOT_APPLICABLE))
        place = 1 + asking.by.index(self.points)  # behind the bucket
        figures = {}
        rows = self.cut(facts, asking) if facts.rows else ()
        for key, group in rows.groupby(["bucket", *others], sort=False) if len(rows) else ():
            for point, figure in enumerate(self.curve(group)):
                figures[(*key[:place], str(point), *key[place:])] = self.shown(figure, asking)
        return Cells(figures, self.nothing(asking))

    def curve(self, group):
        n = int(group["_whole"].sum())
        values = numpy.sort(group["_of"][group["_part"] == 1].to_numpy(float))
        up_to = numpy.searchsorted(values, numpy.arange(self.last + 1) * self.size, "right")
        low, high = intervals.wilson(up_to, numpy.full(len(up_to), n))
        for k, *ends in zip(up_to.tolist(), low.tolist(), high.tolist()):
            yield Figure(k / n, n, *ends, k, n) if n else Figure(empty=NO_DATA)


class NetScore(Ratio):
    """100 * (up - down) / whole with the adjusted Wald interval."""

    def __init__(self, *facts, up, down, whole=None):
        super().__init__(*facts, part=up, whole=whole, _down=as_number(down))

    def table(self, groups):
        up, down, n = (groups[name].sum() for name in ("_part", "_down", "_whole"))
        low, high = intervals.adjusted_wald(up.to_numpy(), down.to_numpy(), n.to_numpy())
        return pandas.DataFrame({"value": (up - down) / n.where(n != 0) * 100, "n": n,
                                 "low": low * 100, "high": high * 100,
                                 "numerator": up - down, "denominator": n})

    def change(self, now, before):
        return tuple(end * 100 for end in intervals.score_difference(
            *((figure.numerator, figure.denominator, figure.low / 100, figure.high / 100)
              for figure in (now, before))))


class RatioOfSums(Formula):
    """Sum of a value by the sum of another, of rows where both are told; n: those rows or, with a `size`,
    as many of it as the other sum begins. In which parts of its unit the product adds them up is its own
    matter."""

    def __init__(self, *facts, part, whole, scale=1, size=None):
        super().__init__(*facts, _part=part, _whole=whole)
        self.scale, self.size = scale, size

    def table(self, groups):
        part, whole = groups["_part"].sum(), groups["_whole"].sum()
        n = groups.size() if self.size is None else numpy.ceil(whole / self.size).astype(int)
        return pandas.DataFrame({"value": part / whole.where(whole != 0) * self.scale, "n": n})


class Mean(Formula):
    """Of a value, in rows where it is told, with Student's interval unless `student` is off. The
    product adds up squares of whole `parts` of a value exactly, but has their sum in a double: above
    2^53 it is rounded by up to half of its last bit, and the variance is less sure by that."""

    def __init__(self, *facts, of, scale=1, student=True, parts=1):
        super().__init__(*facts, _of=of)
        self.scale, self.student, self.parts = scale, student, parts

    def table(self, groups):
        values = groups["_of"]
        mean, n = values.mean() * self.scale, values.count()
        table = pandas.DataFrame({"value": mean, "n": n, "denominator": n,
                                  "numerator": values.sum() * self.scale})
        if self.student:
            deviation = (values.std() * self.scale).to_numpy(na_value=0)
            table["low"], table["high"] = intervals.student(mean.to_numpy(), deviation,
                                                            n.to_numpy())
            squares = (deviation ** 2 * (n - 1) + mean ** 2 * n) / self.scale ** 2
            rounding = squares.where(squares * self.parts ** 2 > EXACT, 0) / EXACT
            table["slack"] = intervals.squared_half(rounding * self.scale ** 2, n)
        return table

    def change(self, now, before):
        if now.low is None or before.low is None:
            return None
        return intervals.mean_difference(self.sample(now), self.sample(before))

    def needed(self, first, second, difference):
        """How many more of each tell the difference; None where none do."""
        return intervals.more_to_tell_apart(self.sample(first), self.sample(second), difference)

    @staticmethod
    def sample(figure):
        return (figure.value, intervals.deviation_of(figure.low, figure.high, figure.n), figure.n)


class Quantile(Formula):
    """The ceil(level * n)-th smallest of n values, between two of them by order statistics."""
    adds_up = False

    def __init__(self, *facts, of, level, scale=1):
        super().__init__(*facts, _of=of)
        self.level, self.scale = fractions.Fraction(str(level)), scale

    def table(self, groups):
        def end(n, which):
            ranks = intervals.order_statistics(n, float(self.level))
            return ranks and ranks[which]

        return pandas.DataFrame({
            "value": self.ranked(groups, lambda n: math.ceil(self.level * n)), "n": groups.size(),
            "low": self.ranked(groups, lambda n: end(n, 0)),
            "high": self.ranked(groups, lambda n: end(n, 1))})

    def ranked(self, groups, rank_of):
        """The value of the rank that `rank_of(n)` says, NaN for none."""
        def of_group(values):
            rank = rank_of(len(values))
            return math.nan if rank is None else numpy.sort(values.to_numpy())[rank - 1]

        return groups["_of"].agg(of_group).astype(float) * self.scale


class Derived(Formula):
    """A function of other formulas; without a value for the first part's reason that has none. n: of the
    part of that number, of different ones how many they are."""

    def __init__(self, function, *parts, n_of=-1):
        super().__init__()
        self.function, self.parts, self.n_of = function, parts, n_of

    def cells(self, asking):
        parts = [part.cells(asking) for part in self.parts]
        keys = {key for cells in parts for key in cells.figures}
        figures = {key: self.figure([cells.at(key[0], key[1:]) for cells in parts], asking)
                   for key in keys}
        return Cells(figures, self.figure([cells.nothing for cells in parts], asking))

    def observations(self, parts):
        observed = parts[self.n_of]
        distinct = isinstance(self.parts[self.n_of], Distinct) and observed.value is not None
        return int(observed.value) if distinct else observed.n

    def figure(self, parts, asking):
        apart = {name: sum(getattr(part, name) for part in parts) for name in APART}
        n = self.observations(parts)
        lacking = next((part for part in parts if part.value is None), None)
        if lacking is not None:
            return Figure(n=n, empty=lacking.empty, **apart)
        try:
            figure = Figure(self.function(*(part.value for part in parts)), n, **apart)
        except ZeroDivisionError:
            return Figure(n=n, empty=NO_DATA, **apart)
        return self.shown(figure, asking)


def as_number(condition):
    """1 or 0 a row: of a function of the row, the name of a truth in it, or None for all."""
    if condition is None:
        return lambda row: 1
    return lambda row: int(bool(condition(row) if callable(condition) else row[condition]))
