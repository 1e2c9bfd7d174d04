#!/usr/bin/env python3
"""Every metric by every one of its dimensions, against an independent computation: the sample company
and a file of corrections are published to a real Kafka and a whole Clientele, and both sides' figures
are compared.

    build/deps/oracle/bin/python tests/oracle/oracle_e2e.py [--only METRIC ...]
"""
import argparse
import contextlib
import datetime
import json
import os
import pathlib
import sys
import time
from concurrent import futures

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import buckets  # noqa: E402
import comparison  # noqa: E402
import corrections  # noqa: E402
import formulas  # noqa: E402
import log  # noqa: E402
import metrics_client  # noqa: E402
import plan_attainment  # noqa: E402
import stand as stands  # noqa: E402
import tellings  # noqa: E402

# The clocks of New York change on 1 November. The range cuts the sample at both ends.
END = datetime.date(2026, 11, 10)
LENGTH_DAYS, SEED = 24, 20
# The long form: more customers, and every question of every batch.
LONG = os.environ.get("CLIENTELE_TEST_LONG") == "1"
CUSTOMERS = 800 if LONG else 300
EVERY = 1 if LONG else 4  # batches of the questions beside the first ones
DAYS = (datetime.date(2026, 10, 19), datetime.date(2026, 11, 8))
ASKED = (("Europe/Moscow", ""), ("America/New_York", "day"), ("Europe/Moscow", "week"))
WHOLE = (("America/New_York", ""),)
DAILY = (("Europe/Moscow", "day"),)
# All of the sample, of which its targets are, and days, of which those of rare_company.py are.
SAMPLE = (END - datetime.timedelta(LENGTH_DAYS), END)
PLANNED = (("Europe/Moscow", ""), ("UTC", "day"))

# A range and the one before it, as long by the clocks.
CHANGED = (datetime.date(2026, 10, 29), DAYS[1])
BEFORE = (DAYS[0], CHANGED[0])
# Days before and after the mark, and what depends on when it is asked for.
AROUND = (-9, 2)
OF_THE_MARK = {
    "active_customers", "backlog", "business_response_time", "calls_offered",
    "cart_abandonment", "churn_rate", "cost", "crr", "fcr", "fcr_matrix", "grr", "headcount",
    "kept_customers", "leavers", "new_customers", "norm_compliance", "nrr", "occupancy",
    "out_of_hours_share", "planned_cost", "purchases_per_customer", "queue_depth", "reactivated", "repeat_rate",
    "response_rate", "revenue_at_risk", "survey_states", "tenure", "time_in_state",
    "unanswered_rate"}
# Two groups of each are to be told apart: neighbours by their names, and somebody who is not there.
TOLD_APART = (("quality_score", "employee"), ("quality_score", "team"), ("aht", "employee"),
              ("aht", "team"))
MOST_PAIRS = 6
AT_ONCE = 2  # questions


class Published:
    """A stand with the sample company in it, and the corrections on top."""

    def __init__(self, stand):
        self.stand = stand
        self.sample, self.corrections = (stand.folder / f"{name}.ndjson"
                                         for name in ("sample", "corrections"))

    def load(self):
        """The marks after each of the two files."""
        self.stand.start_broker()
        self.stand.start()
        self.client = metrics_client.MetricsClient(self.stand.address)
        self.stand.clientele("simulate", "--customers", CUSTOMERS, "--days", LENGTH_DAYS, "--seed",
                             SEED, "--end", END, "--out", self.sample)
        corrections.write(tellings.read(self.sample), time.time_ns() // 1_000, self.corrections)
        return self.published(self.sample), self.published(self.corrections)

    def published(self, file):
        """What is known once it is in the tables."""
        counts = json.loads(self.stand.clientele(
            "publish", "--address", self.stand.address, file).stdout.splitlines()[-1])
        assert counts["rejected"] == counts["unknown"] == 0, counts
        self.stand.caught_up()
        return self.client.call("Query", metrics=["calls_offered"], **{
            "from": DAYS[0].isoformat(), "to": DAYS[1].isoformat()}).meta

    def metrics(self, only):
        listed = self.client.call("ListMetrics").metrics
        missing = set(only) - {metric.id for metric in listed}
        if missing:
            sys.exit(f"there is no metric {', '.join(sorted(missing))}")
        return [metric for metric in listed if not only or metric.id in only]


def questions_of(batches, asked, every_way):
    """Every batch every way, or the ways by turns."""
    for number, batch in enumerate(batches):
        ways = [(zone, grain) for zone, grain in asked if batch.fits(grain)]
        for zone, grain in ways if every_way else [ways[number % len(ways)]]:
            yield batch, zone, grain


def compare(published, batches, mark, compared, asked, every_way=LONG):
    """Asks and compares at a mark; the answers by what was asked."""
    questions = [*questions_of(batches, asked, every_way)]

    def ask(question):
        return published.client.call("Query", **compared.request(*question, mark_id=mark.mark_id))

    answers = {}
    with futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for question, answer in zip(questions, pool.map(ask, questions)):
            compared.compare(*question, answer)
            answers[question] = answer
    return answers


def tell_apart(published, only, mark, compared):
    """By the present difference, and by one of 5 of the metric's units."""
    (zone, _), = WHOLE
    for metric, dimension in TOLD_APART:
        if only and metric not in only:
            continue
        batch = comparison.Batch((metric,), (dimension,))
        whole = published.client.call(
            "Query", **compared.request(batch, zone, "", mark_id=mark.mark_id))
        groups = [row.dimensions[0] for row in whole.rows if row.dimensions[0]]
        pairs = [*zip(groups, groups[1:])][:MOST_PAIRS]
        for first, second in [*pairs, (groups[0], "nobody")]:
            for difference in (None, 5.0):
                pair = {"first": first, "second": second}
                if difference is not None:
                    pair["difference"] = difference
                answer = published.client.call("Query", **compared.request(
                    batch, zone, "", mark_id=mark.mark_id, tell_apart=pair))
                compared.pair(batch, zone, first, second, difference, answer)


def comparison_of(events, mark, rule=tellings.counting):
    return comparison.Comparison(formulas.of(log.Log(events, mark.known_at, rule)), DAYS)


def counter_proof(events, mark, answers):
    """With duplicates counted the same answers must not be found right."""
    wrong = comparison_of(events, mark, tellings.every)
    for question, answer in answers.items():
        wrong.compare(*question, answer)
        if wrong.differences:
            return True
    return False


def around(mark):
    """The days about a mark: one of them still runs, and one has not begun."""
    (zone, _), = DAILY
    day = buckets.moment_of(mark.known_at, zone).date()
    return tuple(day + datetime.timedelta(days) for days in AROUND)


def attained(events, mark, known, metrics):
    defaults = {metric.id: variant.id for metric in metrics for variant in metric.variants
                if variant.is_default}
    return plan_attainment.PlanAttainment(
        known, SAMPLE, log.Log(events, mark.known_at), defaults)


def told(what, compared, started):
    print(f"{what}: {compared.report()}, {time.monotonic() - started:.0f} s", flush=True)
    return compared.equal


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--only", action="append", default=[], metavar="METRIC")
    only = arguments.parse_args().only
    started = time.monotonic()
    published = Published(stands.Stand())
    with contextlib.closing(published.stand):
        earlier, newest = published.load()
        first = tellings.read(published.sample)
        events = first + tellings.read(published.corrections)
        print(f"{len(events)} events, {time.monotonic() - started:.0f} s", flush=True)
        compared = comparison_of(events, newest)
        metrics = published.metrics(only)
        batches = comparison.batches_of(metrics, compared.formulas)
        print(f"{len(metrics)} metrics in {len(batches)} batches", flush=True)
        answers = compare(published, batches, newest, compared, ASKED)
        good = told("with the corrections", compared, started)
        compared = comparison.Changes(compared.formulas, CHANGED, BEFORE)
        compare(published, batches[::EVERY], newest, compared, WHOLE)
        good = told("changes", compared, started) and good
        if not only or {metric for metric, _ in TOLD_APART} & set(only):
            compared = comparison.Pairs(compared.formulas, DAYS)
            tell_apart(published, only, newest, compared)
            good = told("pairs", compared, started) and good
        at_the_mark = [metric for metric in metrics if metric.id in OF_THE_MARK]
        if at_the_mark:
            compared = comparison.Comparison(compared.formulas, around(newest))
            compare(published, comparison.batches_of(at_the_mark, compared.formulas)[::EVERY],
                    newest, compared, DAILY)
            good = told("about the mark", compared, started) and good
        if not only:
            compared = attained(events, newest, compared.formulas, metrics)
            planned = [metric for metric in metrics if metric.id in compared.metrics]
            compare(published, comparison.batches_of(planned, compared.formulas), newest, compared,
                    PLANNED, every_way=True)
            good = told("targets", compared, started) and good
        compared = comparison_of(first, earlier)
        compare(published, batches[::EVERY], earlier, compared, WHOLE)
        good = told("as it was before them", compared, started) and good
        if not counter_proof(events, newest, answers):
            print("an oracle that counts duplicates finds the same: nothing is proved")
            good = False
        if not good:
            print((published.stand.folder / "clientele.log").read_text()[-2000:])
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
