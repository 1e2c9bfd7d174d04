"""What is asked of figures, as a dashboard does: every metric by day and by employee, three metrics by
team beside the time before, and the curve of the service level.

A question is named METRIC.GROUP, in file names with "-" for ":". figures/METRIC.GROUP.sql is the same
question by hand, on plain tables. Those are chosen so that every kind of metric, every projection with
metrics, tables made by a query and amounts over a stretch of time are among them.
"""
import dataclasses
import datetime
import json
import pathlib
import zoneinfo

BY_HAND = pathlib.Path(__file__).resolve().parent / "figures"
ZONE = "Europe/Moscow"  # the sample company's, and that of the files in figures/
CURRENCY = "RUB"
DAYS = 90
COMPARED_DAYS = 30
GROUPS = {"day": f"every metric by day over {DAYS} days",
          "employee": f"every metric by employee over {DAYS} days",
          "team": f"three metrics by team, {COMPARED_DAYS} days beside the {COMPARED_DAYS} before",
          "curve": f"service-level curve over {DAYS} days, 0 to 300 s by 1"}
# By employee these variants can be asked where the default one means nothing.
VARIANTS = ("callers:answered", "service_level:over_answered")
TEAM_METRICS = ("aht", "asa", "csat")
# Of customers: the product counts as one who has several pseudonyms, plain SQL counts pseudonyms.
BY_CUSTOMER = ("callers.day", "callers-answered.employee", "recommenders.day", "fcr.day")


@dataclasses.dataclass
class Question:
    group: str
    kind: str  # of the metric
    requests: list


@dataclasses.dataclass
class Asked:
    """When, and at which state of knowledge: the mark's id, and its known_at in microseconds."""
    end: datetime.date  # the day after the last one
    mark: int
    known_at: int

    def back(self, days):
        return self.end - datetime.timedelta(days)

    def request(self, metrics, days=DAYS, **more):
        return {"metrics": list(metrics), "from": self.back(days).isoformat(),
                "to": self.end.isoformat(), "time_zone": ZONE, "mark_id": str(self.mark), **more}

    def parameters(self):
        """Of the SQL by hand."""
        moments = {"from": DAYS, "earlier": 2 * COMPARED_DAYS, "later": COMPARED_DAYS, "to": 0}
        return {**{name: _micros(self.back(days)) for name, days in moments.items()},
                "known_at": self.known_at, "currency": CURRENCY}


def _micros(day):
    begin = datetime.datetime.combine(day, datetime.time(), zoneinfo.ZoneInfo(ZONE))
    return int(begin.timestamp()) * 1_000_000


def _units(metric):
    """Amounts of money are asked for in one currency."""
    return {"filters": [{"dimension": unit, "values": [CURRENCY]} for unit in metric.get("units", [])]}


def make(listed, asked):
    """All questions, by name. `listed`: the metrics of ListMetrics."""
    made = {}
    kinds = {metric["id"]: metric["kind"] for metric in listed}

    def add(name, group, **more):
        made[f"{name.replace(':', '-')}.{group}"] = Question(
            group, kinds[name.split(":")[0]], [asked.request([name], **more)])

    for metric in listed:
        if points := metric.get("points"):
            add(metric["id"], "curve", group_by=[points])
            continue
        add(metric["id"], "day", grain="DAY", **_units(metric))
        if "employee" in metric.get("dimensions", []):
            add(metric["id"], "employee", group_by=["employee"], **_units(metric))
    for variant in VARIANTS:
        add(variant, "employee", group_by=["employee"])
    made["three.team"] = Question("team", "mean", [asked.request(
        TEAM_METRICS, COMPARED_DAYS, group_by=["team"],
        compare={"custom_from": asked.back(2 * COMPARED_DAYS).isoformat()})])
    if unknown := {path.stem for path in BY_HAND.glob("*.sql")} - made.keys():
        raise RuntimeError(f"{BY_HAND}: {', '.join(sorted(unknown))}: no such question")
    return made


def some_of(made):
    """Those by hand, and every fifth: where no time is worth measuring."""
    return {name: question for number, (name, question) in enumerate(made.items())
            if number % 5 == 0 or (BY_HAND / f"{name}.sql").exists()}


def write(made, folder, by_hand):
    """As `clientele_bench ask` reads them."""
    folder.mkdir()
    for name, question in made.items():
        (folder / f"{name}.requests").write_text(
            "".join(json.dumps(request) + "\n" for request in question.requests))
        if by_hand and (sql := BY_HAND / f"{name}.sql").exists():
            (folder / f"{name}.sql").write_text(sql.read_text())
