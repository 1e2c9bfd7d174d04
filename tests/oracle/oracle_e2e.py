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
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import comparison  # noqa: E402
import corrections  # noqa: E402
import formulas  # noqa: E402
import log  # noqa: E402
import metrics_client  # noqa: E402
import stand as stands  # noqa: E402
import tellings  # noqa: E402

# The clocks of New York change on 1 November. The range cuts the sample at both ends.
END = datetime.date(2026, 11, 10)
LENGTH_DAYS, CUSTOMERS, SEED = 24, 800, 20
DAYS = (datetime.date(2026, 10, 19), datetime.date(2026, 11, 8))
ASKED = (("Europe/Moscow", ""), ("Europe/Moscow", "day"), ("Europe/Moscow", "month"),
         ("America/New_York", "day"), ("America/New_York", "month"))


class Published:
    """A stand with the sample company in it, and the corrections on top."""

    def __init__(self, stand):
        self.stand = stand
        self.sample, self.corrections = (stand.folder / f"{name}.ndjson"
                                         for name in ("sample", "corrections"))

    def load(self):
        """The mark between the two files."""
        self.stand.start_broker()
        self.stand.start()
        self.stand.clientele("simulate", "--customers", CUSTOMERS, "--days", LENGTH_DAYS, "--seed",
                             SEED, "--end", END, "--out", self.sample)
        corrections.write(tellings.read(self.sample), self.corrections)
        self.publish(self.sample)
        self.client = metrics_client.MetricsClient(self.stand.address)
        between = self.client.call("Query", metrics=["calls_offered"], **{
            "from": DAYS[0].isoformat(), "to": DAYS[1].isoformat()}).meta.mark_id
        self.publish(self.corrections)
        return between

    def publish(self, file):
        counts = json.loads(self.stand.clientele(
            "publish", "--address", self.stand.address, file).stdout.splitlines()[-1])
        assert counts["rejected"] == counts["unknown"] == 0, counts
        self.stand.caught_up()

    def metrics(self, only):
        listed = self.client.call("ListMetrics").metrics
        missing = set(only) - {metric.id for metric in listed}
        if missing:
            sys.exit(f"there is no metric {', '.join(sorted(missing))}")
        return [metric for metric in listed if not only or metric.id in only]


def compare(published, batches, compared, asked, **more):
    """Asks and compares; the answers by batch and what was asked."""
    answers = {}
    for batch in batches:
        for zone, grain in asked:
            answer = published.client.call("Query", **compared.request(batch, zone, grain, **more))
            compared.compare(batch, zone, grain, answer)
            answers[batch, zone, grain] = answer
    return answers


def counter_proof(events, answers):
    """With duplicates counted the same answers must not be found right."""
    wrong = comparison.Comparison(formulas.of(log.Log(events, tellings.every)), DAYS)
    for (batch, zone, grain), answer in answers.items():
        if not grain:
            wrong.compare(batch, zone, grain, answer)
    return bool(wrong.differences)


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
        between = published.load()
        batches = comparison.batches_of(published.metrics(only))
        first = tellings.read(published.sample)
        events = first + tellings.read(published.corrections)
        print(f"{len(events)} events, {time.monotonic() - started:.0f} s", flush=True)
        newest = comparison.Comparison(formulas.of(log.Log(events)), DAYS)
        answers = compare(published, batches, newest, ASKED)
        good = told("as it is known now", newest, started)
        earlier = comparison.Comparison(formulas.of(log.Log(first)), DAYS)
        compare(published, batches, earlier, ASKED[:1], mark_id=between)
        good = told("as it was before the corrections", earlier, started) and good
        if not counter_proof(events, answers):
            print("an oracle that counts duplicates finds the same: nothing was proved")
            good = False
        if not good:
            print((published.stand.folder / "clientele.log").read_text()[-2000:])
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
