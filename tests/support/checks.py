"""What must hold after any fault and a quiet moment: every offset is accounted for, no row stands
twice, and the figures are the oracle's.
"""
import oracle


class Violation(AssertionError):
    """What must hold does not. Anything else that goes wrong is no proof that somebody looked."""


def require(holds, what):
    if not holds:
        raise Violation(what)


EVENT_IDS = "SELECT DISTINCT toString(event_id) AS event_id FROM clientele.events_v1"
BY_KIND_AND_DAY = """
    SELECT kind_name, toRelativeDayNum(occurred_at) AS day, uniqExact(event_id) AS events
    FROM clientele.events_v1 GROUP BY kind_name, day"""
BY_CUSTOMER_AND_DAY = """
    SELECT toString(customer) AS customer, toRelativeDayNum(occurred_at) AS day,
           sum(sign) AS calls, sum(sign * talk_ms) AS talk_ms
    FROM clientele.calls_v1 GROUP BY customer, day HAVING calls != 0 OR talk_ms != 0"""
CAUSES = "SELECT toString(cause) AS cause, count() AS events FROM clientele.events_v1 GROUP BY cause"
LEDGER = """
    SELECT src_partition, projection, max(next_offset) AS reached,
           argMax(gaps, next_offset) AS gaps, argMax(genesis, next_offset) AS genesis,
           argMax(quarantined, next_offset) AS quarantined
    FROM clientele.ledger GROUP BY src_partition, projection ORDER BY src_partition"""
EVENTS = """
    SELECT src_partition, count() AS records, uniqExact(src_offset) AS offsets
    FROM clientele.events_v1 GROUP BY src_partition"""
TWICE = """
    SELECT count() AS twice FROM
    (SELECT src_partition, src_offset, retires, row FROM clientele.{table}
     GROUP BY src_partition, src_offset, retires, row HAVING count() > 1)"""


def acknowledged_are_there(stand, events):
    """I1: every event that was acknowledged is in the raw table."""
    there = {row["event_id"] for row in stand.sql(EVENT_IDS)}
    missing = [event for event in events if event["event_id"] not in there]
    require(not missing, f"{len(missing)} acknowledged events are not there, e.g. {missing[:1]}")


def counts_and_sums_are(stand, events):
    """I2: events by kind and day, and what the calls sum up to by customer and day."""
    found = {(row["kind_name"], row["day"]): row["events"] for row in stand.sql(BY_KIND_AND_DAY)}
    equal(found, oracle.events_by_kind_and_day(events), "events by kind and day")
    found = {(row["customer"], row["day"]): (row["calls"], row["talk_ms"])
             for row in stand.sql(BY_CUSTOMER_AND_DAY)}
    equal(found, oracle.calls_by_customer_and_day(events), "calls by customer and day")


def causes_are(stand, events):
    """What each event of the log did. `events`: in the log's order for every entity."""
    equal({row["cause"]: row["events"] for row in stand.sql(CAUSES)}, oracle.causes(events), "causes")


def equal(found, wanted, what):
    """Two dictionaries; the message has the first differences alone."""
    differing = [key for key in {**found, **wanted} if found.get(key) != wanted.get(key)]
    require(not differing, f"{what}: {len(differing)} differ, e.g. " + "; ".join(
        f"{key}: is {found.get(key)}, must be {wanted.get(key)}" for key in differing[:3]))


def every_offset_is_accounted_for(stand):
    """Projected + quarantined + gaps + genesis = next offset, for every partition."""
    events = {row["src_partition"]: row for row in stand.sql(EVENTS)}
    ledgers = [row for row in stand.sql(LEDGER) if row["projection"] == "events"]
    assert ledgers, "there is no ledger"
    for row in ledgers:
        found = events.get(row["src_partition"], {"records": 0, "offsets": 0})
        require(found["records"] == found["offsets"], f"{row}: an offset stands twice: {found}")
        told = found["records"] + row["quarantined"] + row["gaps"] + row["genesis"]
        require(told == row["reached"], f"{row}: {found}")
    return sum(row["records"] for row in events.values())


def no_row_twice(stand):
    for table in ("calls_v1", "call_legs_v1"):
        twice = stand.sql(TWICE.format(table=table))[0]["twice"]
        require(twice == 0, f"{table}: {twice} rows stand twice")


def verify_finds_it_equal(stand, figures):
    """What the product's own checker says, which reads the whole log; of figures, too, or not."""
    asked = ("--address", stand.address) if figures else ("--no-figures",)
    told = stand.clientele("verify", "--json", *asked, status=None)
    assert told.returncode in (0, 1), f"verify could not check: {told.stderr}"
    require(told.returncode == 0, told.stdout[-3_000:])


def figures_are(stand, events, *period):
    """Every figure of the whole period, against the oracle's."""
    want = oracle.call_figures(events)
    answer = stand.query("calls_offered", "service_level:all", "abandon_rate", "asa", "aht",
                         "--grain", "none", *period)
    columns = answer["meta"]["columns"]
    figures = {(column["metric"], column.get("variant", "")): figure for column, figure in
               zip(columns, answer["rows"][0]["figures"])}

    def parts(metric, variant=""):
        figure = figures[metric, variant]
        return figure.get("numerator", 0), figure["denominator"]

    a, b, s, o, t = (want[name] for name in ("answered", "abandoned", "short", "offered", "in_time"))
    require(int(figures["calls_offered", ""]["value"]) == o, (figures, want))
    for metric, variant, wanted in (("service_level", "over_answered", (t, a)),
                                    ("service_level", "over_answered_and_abandoned", (t, a + b)),
                                    ("service_level", "without_short", (t, a + b - s)),
                                    ("service_level", "over_offered", (t, o)),
                                    ("abandon_rate", "of_offered", (b, o))):
        require(parts(metric, variant) == wanted, (metric, variant, figures, want))
    for metric, total_ms, n in (("asa", want["wait_ms"], a),
                                ("aht", want["handle_ms"], want["worked"])):
        value = figures[metric, ""]["value"]
        require(abs(value - total_ms / 1000 / n) < 1e-9 * max(1, value), (metric, value, want))
    return want
