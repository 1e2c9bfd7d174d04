"""Targets beside figures: which one is a figure's, and how much of it the figure reaches."""
import collections

import comparison
from log import enum, moment, purpose, text

SCOPES = {"unit": "UNIT", "team": "TEAM", "employee": "EMPLOYEE"}
FIELDS = ("target", "value", "low", "high")
NOTHING = (None,) * len(FIELDS)
# Of PlanAttainment.Empty; "": there is a value.
OUTCOMES = {"", "NO_TARGET", "OTHER_PERIOD", "OTHER_SCOPE", "SEVERAL_TARGETS", "ZERO_TARGET"}


class PlanAttainment(comparison.Comparison):
    """`defaults`: the default variant of each metric."""

    def __init__(self, formulas, days, log, defaults):
        super().__init__(formulas, days)
        self.defaults = defaults
        self.met = set()  # outcomes
        self.targets = collections.defaultdict(list)  # by name, kind of scope and its id
        for event in log.of("target"):
            if purpose(event) != "TEST":
                told = event["target"]
                key = text(told, "metric"), enum(told["scope"], "kind"), text(told["scope"], "id")
                period = tuple(moment(told["period"], end) for end in ("from", "to"))
                self.targets[key].append((period, told["value"]))

    @property
    def metrics(self):
        return {name.partition(":")[0] for name, _, _ in self.targets}

    def request(self, batch, zone, grain, **more):
        return super().request(batch, zone, grain, plan_attainment=True, **more)

    def compare(self, batch, zone, grain, answer):
        self.asking = comparison.asking_of(batch.by, zone, grain, *self.days)
        super().compare(batch, zone, grain, answer)

    def figure(self, column, where, cells, place, told):
        super().figure(column, where, cells, place, told)
        wanted = self.wanted(column, place, told)
        attainment = told.plan_attainment
        found = (comparison.empty_name(attainment),
                 *(getattr(attainment, field) if attainment.HasField(field) else None
                   for field in FIELDS))
        self.met.add(found[0])
        if wanted[0] != found[0] or not all(
                comparison.close(end, told_end, abs(end or 0))
                for end, told_end in zip(wanted[1:], found[1:])):
            self.differ(column, f"{where}, plan attainment", wanted, found)

    def wanted(self, column, place, told):
        """Why there is no value, and FIELDS, by what is told of the figure."""
        bucket, group = place
        scope = self.scope_of(group)
        if scope is None:
            return "OTHER_SCOPE", *NOTHING
        begin, end = (int(at) for at in self.asking.starts[bucket:bucket + 2])
        period = max(begin, self.asking.begin), min(end, self.asking.end)
        near = [target for name in self.names_of(*column)
                for target in self.targets.get((name, *scope), ())
                if target[0][0] < period[1] and target[0][1] > period[0]]
        own = {value for of, value in near if of == period}
        if len(own) != 1:
            return ("SEVERAL_TARGETS" if own else "OTHER_PERIOD" if near else "NO_TARGET"), *NOTHING
        target, = own
        if target == 0 or not told.HasField("value"):
            return "NO_FIGURE" if target else "ZERO_TARGET", target, *NOTHING[1:]
        ends = (sorted((told.low / target, told.high / target)) if told.HasField("low")
                else NOTHING[2:])
        return "", target, told.value / target, *ends

    def scope_of(self, group):
        """Kind and id; None if no target can be of it."""
        if not self.asking.by:
            return "COMPANY", ""
        kind = SCOPES.get(self.asking.by[0])
        return (kind, group[0]) if len(group) == 1 and kind and group[0] else None

    def names_of(self, metric, variant):
        return {f"{metric}:{variant}" if variant else metric,
                *([metric] if self.defaults[metric] == variant else ())}

    @property
    def lacking(self):
        return OUTCOMES - self.met

    def report(self, most=40):
        lacking = f", no figure is {sorted(self.lacking)}" if self.lacking else ""
        return super().report(most) + lacking

    @property
    def equal(self):
        return super().equal and not self.lacking
