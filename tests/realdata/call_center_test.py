#!/usr/bin/env python3
"""A real call log, as a company exported it, through import, Kafka and the tables into figures, which
must be the reference answers beside it (computed with other tools).

Exit status 77: skipped, CLIENTELE_TEST_REAL_DATA is not set.

The data: 5,000 calls of 8 agents, dd/mm/yyyy, blank cells for abandoned calls, whose wait nobody
recorded. So service_level "without short ones" is that of answered and abandoned, and its two
denominators in the answers are over_answered and over_offered. Waits are whole seconds: "< T s" is
"<= T s - 1 ms".
"""
import collections
import contextlib
import datetime
import json
import math
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import stand as stands  # noqa: E402

SKIPPED = 77
TOLERANCE = 1e-6  # the answers are rounded to six digits
Z = 1.959964
RANGE = ["--from", "2021-01-01", "--to", "2021-04-01", "--tz", "UTC"]


class Comparison:
    def __init__(self):
        self.compared = 0
        self.differences = []

    def equal(self, what, found, expected, tolerance=TOLERANCE):
        self.compared += 1
        if found is None or not abs(found - expected) <= tolerance:
            self.differences.append(f"{what}: {found}, must be {expected}")


def figures(answer):
    """{(bucket, dimensions): {metric or metric:variant: figure}}; without a grain there is no bucket.
    A row has its figures in the order of meta.columns."""
    names = [column["metric"] + (":" + column["variant"] if column.get("variant") else "")
             for column in answer["meta"]["columns"]]
    return {(row.get("bucket", ""), *row.get("dimensions", [])): dict(zip(names, row["figures"]))
            for row in answer["rows"]}


def only(answer):
    rows = figures(answer)
    assert len(rows) == 1, answer
    return next(iter(rows.values()))


def value(row, name):
    return row[name].get("value") if name in row else None


def compare_parts(compare, what, rows, expected, per_employee=False):
    """Rows by agent, topic or month against their answers."""
    compare.equal(f"{what}: groups", len(rows), len(expected))
    for name, answers in expected.items():
        row = rows.get(name, {})
        compare.equal(f"{what} {name}: answered", value(row, "calls_answered"), answers["answered"], 0)
        compare.equal(f"{what} {name}: asa", value(row, "asa"), answers["mean_speed_of_answer_s"])
        compare.equal(f"{what} {name}: talk", value(row, "talk_time"), answers["mean_talk_s"])
        if per_employee:  # an abandoned call has no employee
            continue
        compare.equal(f"{what} {name}: calls", value(row, "calls_offered"), answers["calls"], 0)
        compare.equal(f"{what} {name}: abandon_rate", value(row, "abandon_rate:of_offered"),
                      answers["abandon_rate"])


def compare_overall(compare, clientele, expected):
    row = only(clientele.query("calls_offered", "calls_answered", "calls_abandoned", "abandon_rate",
                               "asa", "talk_time", "aht", "--grain", "none", *RANGE))
    compare.equal("calls", value(row, "calls_offered"), expected["calls"], 0)
    compare.equal("answered", value(row, "calls_answered"), expected["answered"], 0)
    abandoned = expected["calls"] - expected["answered"]
    compare.equal("abandoned", value(row, "calls_abandoned"), abandoned, 0)
    compare.equal("asa", value(row, "asa"), expected["mean_speed_of_answer_s"])
    compare.equal("asa: n", int(row["asa"]["n"]), expected["answered"], 0)
    compare.equal("talk_time", value(row, "talk_time"), expected["mean_talk_s"])
    # Nobody recorded hold and wrap: talking is all of the handling.
    compare.equal("aht", value(row, "aht"), expected["mean_talk_s"])

    rate = row["abandon_rate:of_offered"]
    compare.equal("abandon_rate", rate.get("value"), expected["abandon_rate"])
    compare.equal("abandon_rate: n", int(rate["n"]), expected["calls"], 0)
    p, n = abandoned / expected["calls"], expected["calls"]
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    compare.equal("abandon_rate: Wilson, low", rate.get("low"), middle - half)
    compare.equal("abandon_rate: Wilson, high", rate.get("high"), middle + half)

    # Student's t at 4,053 degrees of freedom, from the normal by its first correction term.
    t = Z + (Z ** 3 + Z) / (4 * (expected["answered"] - 1))
    half = t * expected["sd_speed_sample"] / math.sqrt(expected["answered"])
    mean = expected["mean_speed_of_answer_s"]
    compare.equal("asa: t interval, low", row["asa"].get("low"), mean - half, 1e-5)
    compare.equal("asa: t interval, high", row["asa"].get("high"), mean + half, 1e-5)


def compare_service_levels(compare, clientele, expected, overall):
    for seconds, answers in expected.items():
        for sign, milliseconds in (("le", int(seconds) * 1000), ("lt", int(seconds) * 1000 - 1)):
            row = only(clientele.query("service_level:all", "--param", f"threshold_ms={milliseconds}",
                                       "--grain", "none", *RANGE))
            what = f"service level, {sign} {seconds} s"
            answered, offered = row["service_level:over_answered"], row["service_level:over_offered"]
            compare.equal(f"{what}, of answered", answered.get("value"),
                          answers[f"{sign}_over_answered"])
            compare.equal(f"{what}, of offered", offered.get("value"), answers[f"{sign}_over_offered"])
            compare.equal(f"{what}, without short ones", value(row, "service_level:without_short"),
                          answers[f"{sign}_over_offered"])
            compare.equal(f"{what}: in time", answered["value"] * int(answered["n"]),
                          answers[f"answered_{sign}"])
            compare.equal(f"{what}: n of answered", int(answered["n"]), overall["answered"], 0)
            compare.equal(f"{what}: n of offered", int(offered["n"]), overall["calls"], 0)


def compare_groups(compare, clientele, expected):
    by_agent = figures(clientele.query("calls_answered", "asa", "talk_time", "--by", "employee",
                                       "--grain", "none", *RANGE))
    # Calls that nobody answered have an empty employee.
    by_agent = {key[1]: row for key, row in by_agent.items() if key[1]}
    compare_parts(compare, "agent", by_agent, expected["by_agent"], per_employee=True)
    everything = ["calls_offered", "calls_answered", "abandon_rate", "asa", "talk_time"]
    by_topic = figures(clientele.query(*everything, "--by", "topic", "--grain", "none", *RANGE))
    compare_parts(compare, "topic", {key[1]: row for key, row in by_topic.items()},
                  expected["by_topic"])
    by_month = figures(clientele.query(*everything, "--grain", "month", *RANGE))
    compare_parts(compare, "month", {key[0][:7]: row for key, row in by_month.items()},
                  expected["by_month"])


def compare_calendar(compare, clientele, expected):
    found = {"calls_by_hour": collections.Counter(), "calls_by_weekday_mon0": collections.Counter(),
             "calls_by_iso_week": collections.Counter()}
    for (bucket,), row in figures(clientele.query("calls_offered", "--grain", "hour", *RANGE)).items():
        found["calls_by_hour"][str(int(bucket[11:13]))] += value(row, "calls_offered")
    for (bucket,), row in figures(clientele.query("calls_offered", "--grain", "day", *RANGE)).items():
        weekday = datetime.date.fromisoformat(bucket[:10]).weekday()
        found["calls_by_weekday_mon0"][str(weekday)] += value(row, "calls_offered")
    for (bucket,), row in figures(clientele.query("calls_offered", "--grain", "week", *RANGE)).items():
        year, week, _ = datetime.date.fromisoformat(bucket[:10]).isocalendar()
        found["calls_by_iso_week"][f"{year}-W{week:02}"] += value(row, "calls_offered")
    for name, counts in found.items():
        counts = {key: count for key, count in counts.items() if count > 0}
        compare.equal(f"{name}: groups", len(counts), len(expected[name]), 0)
        for key, count in expected[name].items():
            compare.equal(f"{name} {key}", counts.get(key), count, 0)


def load(clientele, file):
    printed = clientele.clientele(
        "import", "--mapping", str(stands.ROOT / "mappings/call_center_2021.toml"), str(file),
        "--address", clientele.address).stdout
    clientele.caught_up()
    return json.loads(printed.splitlines()[-1])


def main():
    folder = os.environ.get("CLIENTELE_TEST_REAL_DATA", "")
    if not folder:
        print("SKIPPED: no real data; tests/run --data DIR names their folder")
        return SKIPPED
    folder = pathlib.Path(folder).resolve() / "call_center_2021"
    expected = json.loads((folder / "expected.json").read_text())
    overall = expected["overall"]
    compare = Comparison()
    clientele = stands.Stand()
    with contextlib.closing(clientele):
        clientele.start_broker()
        clientele.start()
        # A copy: what is refused is told beside the file.
        file = clientele.folder / "calls.csv"
        file.write_bytes((folder / "call_center_ddmmyyyy.csv").read_bytes())
        # The second time nothing may change.
        for _ in range(2):
            counts = load(clientele, file)
            compare.equal("import: rows", counts["rows"], overall["calls"], 0)
            compare.equal("import: broken rows", counts["broken_rows"], 0, 0)
            # A call each, and the rating of every answered one.
            compare.equal("import: accepted", counts["accepted"],
                          overall["calls"] + overall["answered"], 0)
            compare_overall(compare, clientele, overall)
        compare_service_levels(compare, clientele, expected["service_level"], overall)
        compare_groups(compare, clientele, expected)
        compare_calendar(compare, clientele, expected)
        if compare.differences:
            print((clientele.folder / "clientele.log").read_text()[-4000:])
    for difference in compare.differences:
        print(difference)
    print(f"{compare.compared} figures compared, {len(compare.differences)} differ")
    return 1 if compare.differences else 0


if __name__ == "__main__":
    sys.exit(main())
