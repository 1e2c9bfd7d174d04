"""What employees did by the clock, what they learnt, and how long they stay."""
import bisect
import collections

import pandas

import calls
import periods
import reference
from figures import Count, Derived, Facts, Mean, Ratio, RatioOfSums, Sum
from log import enum, moment, number, real, text

DAY, MINUTE = 86_400_000_000, 60_000_000  # microseconds
# Of states at one moment the first of these counts.
BINDING = ("BUSY", "WRAP", "TRAINING", "BREAK", "READY", "LOGGED_IN", "LOGGED_OUT")
BUSY, READY = {"BUSY", "WRAP"}, {"READY"}
LOGGED_IN = set(BINDING) - {"LOGGED_OUT"}
PARTS = 2 ** 40  # of one employed, that are added up
SECOND = 1_000_000  # microseconds
PLACE = ("team", "department", "branch", "unit", "role", "line")


class WallClock(Facts):
    """Stretches of people's states; a formula's columns are shares of their time. What overlaps counts
    once, in the state that binds most; the time of a state stands in the first of its stretches."""

    def __init__(self, rows, *dimensions, at="at"):
        super().__init__(rows, *dimensions, at=at)
        self.known = {}  # by range and buckets

    def cut(self, frame, asking):
        key = asking.buckets
        if key not in self.known:
            parts = pandas.DataFrame(self.parts(asking), columns=("index", "bucket", "micros"))
            self.known[key] = parts.set_index("index")
        rows = frame.join(self.known[key], how="inner")
        shares = [name for name in rows if name.startswith("_")]
        rows[shares] = rows[shares].mul(rows["micros"], axis=0)
        return rows

    def parts(self, asking):
        bounds = [asking.begin, *map(int, asking.starts[1:-1]), asking.end]
        reaching = collections.defaultdict(list)
        for index, row in enumerate(self.rows):
            begin, end = max(row["at"], asking.begin), min(row["until"], asking.end)
            while begin < end:
                bucket = bisect.bisect_right(bounds, begin) - 1
                stop = min(end, bounds[bucket + 1])
                reaching[row["employee"], row["team"], bucket].append(
                    (BINDING.index(row["agent_state"]), index, begin, stop))
                begin = stop
        for (_, _, bucket), stretches in reaching.items():
            yield from ((index, bucket, micros) for index, micros in overlaid(stretches))


def overlaid(stretches):
    """(index, microseconds) of every (rank, index, begin, end): all time of a rank in its first."""
    times = collections.Counter()
    moments = sorted({moment for *_, begin, end in stretches for moment in (begin, end)})
    for begin, end in zip(moments, moments[1:]):
        ranks = [rank for rank, _, b, e in stretches if b <= begin and e >= end]
        if ranks:
            times[min(ranks)] += end - begin
    for rank, index, *_ in stretches:
        yield index, times.pop(rank, 0)


def states_of(log):
    units = reference.units(log)
    told = [event["agent_state"] for event in log.real("agent_state")
            if moment(event["agent_state"], "from")]
    begins = collections.defaultdict(list)
    for state in told:
        bisect.insort(begins[state["employee_id"]], moment(state, "from"))
    for state in told:
        employee, at, until = state["employee_id"], moment(state, "from"), moment(state, "to")
        if not until:  # not ended: until the next one and the mark, a day at most
            later = begins[employee][bisect.bisect_right(begins[employee], at):]
            until = min([at + DAY, *later[:1], *([log.known_at] if log.known_at else [])])
        if (name := enum(state, "state")) in BINDING:
            yield {"at": at, "until": until, "employee": employee, "agent_state": name,
                   "team": team_of(units, employee, at)}


def team_of(units, employee, at):
    return (units.at(employee, at) or "").rsplit("/", 1)[-1]


def time_in(states):
    return lambda row: 1 if row["agent_state"] in states else None


def trainings_of(log):
    units = reference.units(log)
    for event in log.real("training"):
        told, at = event["training"], moment(event, "occurred_at")
        employee = text(told, "employee_id")
        yield {"at": at, "training_kind": enum(told, "kind"), "training": text(told, "id"),
               "employee": employee, "team": team_of(units, employee, at),
               "score": real(told, "score", 0, 100), "passed": told.get("passed")}


def places_of(log):
    """Where employees are employed: [begin, end) of each place, and whether they leave at its end."""
    rows = collections.defaultdict(list)
    for event in log.real("staff"):
        rows[text(event["staff"], "employee_id")].append(event["staff"])
    for told in rows.values():
        told.sort(key=lambda row: moment(row, "valid_from"))
        for row, following in zip(told, [*told[1:], {}]):
            if enum(row, "state") == "LEFT":
                continue
            ends = [moment(following, "valid_from") or periods.NEVER, moment(row, "left_at")]
            if gone := enum(following, "state") == "LEFT":
                ends.append(moment(following, "left_at"))
            begin = max(moment(row, "valid_from"), moment(row, "hired_at"))
            end = min(filter(None, ends))
            path = text(row, "unit_path").split("/")
            between = path[1:-1]
            if begin < end:
                yield {"begin": begin, "end": end, "leaves": gone or end < ends[0],
                       "hired": moment(row, "hired_at"), "unit": text(row, "unit_path"),
                       "team": path[-1], "branch": "".join(between[:1]),
                       "department": "".join(between[1:2]), "role": text(row, "role"),
                       "line": str(number(row, "line"))}


def employed_in(places):
    """Of a bucket: the places held in it, and who left."""
    def made(begin, end, _):
        for row in periods.within(places, begin, end):
            lasted = min(row["end"], end) - max(row["begin"], begin)
            stays = row["end"] >= end and row["hired"]
            yield {**row, "headcount": lasted * PARTS // (end - begin), "leavers": None,
                   "tenure_s": (end - row["hired"]) // SECOND if stays else None}
        for row in places:
            if row["leaves"] and begin <= row["end"] < end:
                yield {**row, "headcount": None, "leavers": 1, "tenure_s": None}
    return made


def employment(log):
    places = list(places_of(log))
    facts = periods.OfPeriods(places, *PLACE, made=employed_in(places), known_at=log.known_at)
    headcount = Sum(facts, of="headcount", scale=1 / PARTS)
    leavers = Sum(facts, of="leavers")
    yield ("headcount", ""), headcount
    yield ("leavers", ""), leavers
    yield ("turnover", ""), Derived(lambda left, employed: left / employed, leavers, headcount)
    yield ("tenure", ""), Mean(facts, of="tenure_s", scale=1 / 86_400, student=False)


def formulas(log):
    states = WallClock(states_of(log), "agent_state", "employee", "team")
    times = {variant: Sum(states, of=time_in(these), scale=1e-6)
             for variant, these in (("logged_in", LOGGED_IN), ("busy", BUSY), ("ready", READY),
                                    ("any", set(BINDING)))}
    for variant, formula in times.items():
        yield ("time_in_state", variant), formula
    # Where no state was ever told nobody knows who was ready: neither is applicable.
    told = [states] if log.real("agent_state") else []
    yield ("occupancy", ""), RatioOfSums(
        *(known.without("agent_state") for known in told), whole=time_in(BUSY | READY),
        part=lambda row: int(row["agent_state"] in BUSY), size=MINUTE)
    handled = dict(calls.formulas(log))["calls_handled", ""]
    hours = times["logged_in"] if told else Sum(of=time_in(LOGGED_IN))
    yield ("calls_per_hour", ""), Derived(lambda count, seconds: count / seconds * 3600,
                                          handled, hours, n_of=0)
    trainings = Facts(trainings_of(log), "training_kind", "training", "employee", "team")
    yield ("trainings", ""), Count(trainings)
    yield ("training_score", ""), Mean(trainings, of="score", parts=1_000_000_000)
    yield ("training_pass_rate", ""), Ratio(
        trainings.where(lambda row: row["passed"] is not None), part="passed")
    yield from employment(log)
