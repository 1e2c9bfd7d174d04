"""Rules of the company as they never change in the sample: calendars, targets, journey models and
places in the organisation of which several versions follow one another, some of them corrected,
taken back, or told as a test. Days are those since the first call, from midnight UTC on.
"""
import copy
import datetime

import tellings

DAY = 86_400_000_000  # microseconds
HOUR = DAY // 24
MINUTE_MS = 60_000
HOUR_MS, DAY_MS = 60 * MINUTE_MS, 1_440 * MINUTE_MS
EPOCH = datetime.date(1970, 1, 1)
NEW_YORK = "America/New_York"
CLOCKS_CHANGE = "2026-11-01"  # of New York
TOPICS = ("delivery_status", "return_of_goods")
PEOPLE = (("e-013", "team-orders"), ("e-045", "team-digital"))  # of whom much is told


class Days:
    def __init__(self, told):
        self.first = min(int(event["occurred_at"]) for event in told["call"]) // DAY * DAY

    def at(self, day, hour=0):
        return self.first + day * DAY + hour * HOUR

    def name(self, day):
        return (EPOCH + datetime.timedelta(self.at(day) // DAY)).isoformat()


def of(told):
    """`told`: the events that count, by kind."""
    days = Days(told)
    for made in (calendars, service_targets, targets, journey_models, staff):
        yield from made(told, days)


def versioned(kind, since, content, revision=0, **more):
    return {"occurred_at": str(since), "revision": revision,
            kind: {**content, "valid_from": str(since)}, **more}


def revised(event, **changes):
    """The next telling of the entity, with other content."""
    kind = tellings.kind_of(event)
    return {**event, "revision": event.get("revision", 0) + 1, kind: {**event[kind], **changes}}


def untold(event):
    """It, and what takes it back."""
    return event, tellings.retraction_of(event, event.get("revision", 0))


# ---- when the company is open
def stretch(begin, end):
    return {"from_minute": begin, "to_minute": end}


def week(weekdays, *stretches):
    return [{"weekday": weekday, **hours} for weekday in weekdays for hours in stretches]


def calendar(name, version, zone, since, hours, days=(), **more):
    """`days`: that differ, with their stretches; none: closed."""
    differing = [{"day": day, "title": "another day", **hours_of_day}
                 for day, stretches in days for hours_of_day in stretches or ({},)]
    return versioned("calendar", since, {"calendar_id": name, "version": version, "time_zone": zone,
                                         "weekly_hours": hours, "holidays": differing}, **more)


def calendars(told, days):
    known = copy.deepcopy(told["calendar"][0])
    service, zone = known["calendar"]["calendar_id"], known["calendar"]["time_zone"]
    all_week = range(1, 8)
    yield revised(known, weekly_hours=week(all_week, stretch(480, 1_290)))
    office = week(range(1, 6), stretch(540, 780), stretch(840, 1_080)) + week([6], stretch(600, 900))
    closed, halved = (days.name(11), ()), (days.name(12), (stretch(600, 720), stretch(720, 790)))
    # From the middle of an open day on.
    yield calendar(service, 2, zone, days.at(9, 7), office, (closed, halved))
    # Of two that are valid from the same moment on the greater version counts.
    yield calendar(service, 4, zone, days.at(16), week(all_week, stretch(660, 1_200)),
                   ((days.name(19), (stretch(700, 710),)),))
    yield calendar(service, 3, zone, days.at(16), week(all_week, stretch(0, 1_440)))
    yield from untold(calendar(service, 5, zone, days.at(18), ()))
    # Open over midnight, and while the clocks change; in another zone.
    yield calendar("night-desk", 1, NEW_YORK, days.at(5), week(
        all_week, stretch(1_380, 1_440), stretch(0, 90), stretch(720, 810)))
    wrong = calendar("night-desk", 2, NEW_YORK, days.at(12), week(all_week, stretch(0, 1_440)))
    yield wrong
    yield revised(wrong, valid_from=str(days.at(13)),
                  weekly_hours=week(all_week, stretch(750, 840), stretch(1_410, 1_440)),
                  holidays=[{"day": CLOCKS_CHANGE, **stretch(60, 150)},
                            {"day": CLOCKS_CHANGE, **stretch(780, 800)}, {"day": days.name(17)}])
    yield calendar("of-a-test", 1, "UTC", days.at(0), week(all_week, stretch(0, 1_440)),
                   purpose="TEST")


# ---- how soon a queue is to be answered
def service_targets(told, days):
    known = {event["service_target"]["queue_id"]: event for event in copy.deepcopy(
        told["service_target"]) if "queue_id" in event["service_target"]}
    first, second, third, fourth = sorted(known)[:4]

    def target(queue, since, **content):
        return versioned("service_target", since, {"queue_id": queue, **content})

    yield target(first, days.at(9, 7), threshold_ms="12000", short_abandon_ms="9000",
                 policy="WITH_FLOWED_OUT", queue_limit=4)
    yield target(second, days.at(7), threshold_ms="30000", policy="ANSWERED")
    yield target(second, days.at(14), threshold_ms="5000", policy="WITH_ABANDONED")
    # Nothing is told but that it is there.
    yield target(third, days.at(10))
    yield {**target(third, days.at(13), threshold_ms="1"), "purpose": "TEST"}
    yield from untold(target(fourth, days.at(8), threshold_ms="1000"))
    yield revised(known[fourth], threshold_ms="15000", short_abandon_ms="0")
    wrong = target(fourth, days.at(12), threshold_ms="60000", policy="ANSWERED")
    yield wrong
    yield revised(wrong, threshold_ms="8000", short_abandon_ms="20000",
                  policy="WITHOUT_SHORT_ABANDONED")
    yield target("q-rare", days.at(11), threshold_ms="25000", policy="WITH_ABANDONED")
    yield versioned("service_target", days.at(4), {"team_id": "team-orders", "threshold_ms": "1"})


# ---- what figures are to reach
def targets(told, days):
    def target(metric, value, day, length=1, kind="COMPANY", of=""):
        since = days.at(day)
        return {"occurred_at": str(since), "revision": 0, "target": {
            "metric": metric, "scope": {"kind": kind, "id": of}, "value": value,
            "period": {"from": str(since), "to": str(days.at(day + length))}}}

    yield target("calls_offered", 40, 8)
    yield target("calls_offered", 0, 9)
    yield target("calls_offered", 250, 10, 7)
    yield revised(target("calls_offered", 1, 17), value=30)
    yield target("calls_offered", 1, 17)
    yield from untold(target("calls_offered", 20, 18))
    yield {**target("calls_offered", 20, 19), "purpose": "TEST"}
    # Told by both names of the default variant, and by that of another one.
    yield target("service_level", 0.75, 8)
    yield target("service_level:without_short", 0.7, 8)
    yield target("service_level:over_offered", 0.6, 9)
    for employee, team in PEOPLE:
        yield target("calls_handled", 9, 9, kind="TEAM", of=team)
        yield target("calls_handled", 3, 9, kind="EMPLOYEE", of=employee)
        # An employee who has a team's name.
        yield target("calls_handled", 5, 9, kind="EMPLOYEE", of=team)
    unit = told["staff"][0]["staff"]["unit_path"]
    yield target("quality_score", 80, 1, 21, kind="UNIT", of=unit)


# ---- how customers are to travel
def step(name, owner, norm_ms, matches, steps=()):
    told = {"step_id": name, "title": name, "owner_role": owner, "matches": matches,
            "steps": list(steps)}
    return {**told, "norm": {"max_ms_to_next": str(norm_ms)}} if norm_ms else told


def touch(kind, **more):
    return {"kind": tellings.NUMBERS["touchpoint"], "touchpoint_kind": kind, **more}


def call(**more):
    return {"kind": tellings.NUMBERS["call"], **more}


def page(name):
    return {"attribute": "page", "attribute_value": name}


def purchase_steps(factor):
    """The norms of the sample's model `factor` times as long; parts three deep."""
    kitchen = step("visit-kitchen", "web", 3 * factor * HOUR_MS,
                   [touch("VISIT", **page("catalog/kitchen"))])
    catalog = step("visit-catalog", "web", 30 * factor * HOUR_MS, [
        touch("VISIT", **page(f"catalog/{name}")) for name in ("kitchen", "cleaning", "large")],
        [kitchen])
    cart = step("cart", "web", 5 * factor * MINUTE_MS, [touch("CART")])
    return [step("visit", "marketing", factor * DAY_MS, [touch("VISIT"), touch("STORE_VISIT")],
                 [catalog]),
            step("order", "sales", 2 * factor * MINUTE_MS, [touch("ORDER")], [cart]),
            step("payment", "billing", 10 * factor * MINUTE_MS, [touch("PAYMENT")]),
            step("delivery", "logistics", 0, [touch("DELIVERY")]),
            step("review", "marketing", 2 * factor * DAY_MS, [{"touchpoint_kind": "REVIEW"}])]


def service_steps(minutes):
    topics = [step(f"call-{topic}", "orders", 30 * minutes * MINUTE_MS, [call(topic=topic)])
              for topic in TOPICS]
    channels = [
        step("chat", "digital", minutes * MINUTE_MS, [touch("MESSAGE", channel="CHAT")]),
        step("mail", "digital", 60 * minutes * MINUTE_MS, [touch("MESSAGE", channel="EMAIL")])]
    return [step("call", "first-line", 240 * minutes * MINUTE_MS, [call()], topics),
            step("message", "digital", 10 * minutes * MINUTE_MS, [touch("MESSAGE")], channels),
            # Longer than the sample: at the mark of not all of them it has elapsed.
            step("complaint", "lead", 25 * DAY_MS, [touch("COMPLAINT"), touch("REVIEW")])]


def journey_models(told, days):
    known = told["journey_model"][0]["journey_model"]["model_id"]

    def model(name, version, since, steps):
        return versioned("journey_model", since, {"model_id": name, "version": version,
                                                  "title": name, "steps": steps})

    # Of two that are valid from the same moment on the greater version counts.
    yield model(known, 3, days.at(9, 7), purchase_steps(2))
    yield model(known, 2, days.at(9, 7), purchase_steps(40))
    yield model("service", 1, days.at(3), service_steps(10))
    wrong = model("service", 2, days.at(11), service_steps(100))
    yield wrong
    yield revised(wrong, valid_from=str(days.at(12, 9)), steps=service_steps(2))
    yield from untold(model("service", 3, days.at(15), service_steps(1)))
    yield {**model("service", 4, days.at(13), service_steps(1)), "purpose": "TEST"}


# ---- who belongs where
def staff(told, days):
    known = {event["staff"]["employee_id"]: event for event in sorted(
        copy.deepcopy(told["staff"]), key=lambda event: int(event["staff"]["valid_from"]))}

    def place(employee, since, path):
        return versioned("staff", since, {**known[employee]["staff"], "unit_path": path})

    moved, corrected = (employee for employee, _ in PEOPLE)
    yield place(moved, days.at(8, 6), "kontur-home/kazan/service/team-kazan")
    yield place(moved, days.at(14), "kontur-home/team-roof")
    yield from untold(place(moved, days.at(11), "kontur-home/nowhere/service/team-nowhere"))
    wrong = place(corrected, days.at(10), "kontur-home/nowhere/service/team-nowhere")
    yield wrong
    yield revised(wrong, unit_path="kontur-home/kazan/service/team-letters")
    # Told before they come, and after they left; and hired anew.
    for number in range(3):
        path, hired = f"kontur-home/kazan/service/rare-{number}", str(days.at(7, 5 * number))
        person = {"employee_id": f"rare-{number}", "unit_path": path, "role": "trainee", "line": 1}
        yield versioned("staff", days.at(6), {**person, "state": "WORKING", "hired_at": hired})
        yield versioned("staff", days.at(15), {**person, "state": "LEFT", "hired_at": hired,
                                               "left_at": str(days.at(13, 8 * number))})
        if number:
            again = str(days.at(18))
            yield versioned("staff", days.at(18), {**person, "state": "WORKING", "hired_at": again})
