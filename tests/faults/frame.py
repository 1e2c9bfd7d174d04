"""What every fault has in common: a stand, a generator, the invariants, and a report of how often the
fault struck, whether everything held, and which broken guarantees were noticed.
"""
import contextlib
import json
import os
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import checks  # noqa: E402
import generator  # noqa: E402
import processes  # noqa: E402
import stand as stands  # noqa: E402

# The long form: more of everything (tests/faults/run). Its seed changes with every round.
LONG = os.environ.get("CLIENTELE_TEST_LONG") == "1"
SEED = int(os.environ.get("CLIENTELE_TEST_SEED", "1"))
REPORT = os.environ.get("CLIENTELE_TEST_FAULT_REPORT")


class Fault(unittest.TestCase):
    """One fault of a table row; its test methods are its strikes and its counter-proofs."""

    number = 0
    title = ""
    brokers = 1
    controller_apart = False
    settings = ()

    good = None  # whether nothing has failed so far
    # Classes of which a test has asked `clientele verify` at its end: it takes seconds.
    verified = set()

    def setUp(self):
        self.strikes = 0
        self.caught = []
        self.counted = {}  # what was compared with what it must be: events, answers, ..
        self.whole = False  # nothing was broken on purpose, and all was there
        self.stand = self.make_stand()
        self.addCleanup(self.stand.close)
        self.generator = generator.Generator(SEED)

    def make_stand(self):
        return stands.Stand(self.brokers, self.settings, self.controller_apart)

    def run(self, result=None):
        result = result or self.defaultTestResult()
        self.strikes, self.caught, self.counted = 0, [], {}  # where setUp does not come so far
        bad = len(result.failures) + len(result.errors)
        self.good = lambda: len(result.failures) + len(result.errors) == bad
        skipped = len(result.skipped)
        begun = time.monotonic()
        super().run(result)
        if REPORT:
            left_out = result.skipped[-1][1] if len(result.skipped) > skipped else ""
            line = {"fault": self.number, "title": self.title, "test": self.id(),
                    "struck": self.strikes, "caught": self.caught, "counted": self.counted,
                    "held": self.good(), "left_out": left_out,
                    "seconds": time.monotonic() - begun}
            with open(REPORT, "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        return result

    def tearDown(self):
        if self.good():
            self.assertGreater(self.strikes, 0, "the fault never struck")
            if self.whole and self.stand.server.poll() is None and type(self) not in self.verified:
                self.verified.add(type(self))
                # Asking for every figure costs more than all the rest of it.
                checks.verify_finds_it_equal(self.stand, figures=LONG)
        print(f"fault {self.number}, {self._testMethodName}: struck {self.strikes} times"
              + "".join(f"; caught: {switch}" for switch in self.caught), file=sys.stderr)

    def strike(self, times=1):
        self.strikes += times

    def count(self, what, number):
        """So many things were compared with what they must be."""
        self.counted[what] = self.counted.get(what, 0) + number

    @contextlib.contextmanager
    def noticed(self, switch):
        """With the guarantee broken by `switch`, the checks inside must find what is wrong."""
        self.whole = False
        with self.assertRaises(checks.Violation, msg=f"{switch} was not noticed") as noticed:
            yield
        self.caught.append(switch)
        print(f"{switch}: {str(noticed.exception)[:150]}", file=sys.stderr)

    # ---- load
    def write(self, events, name="events"):
        return generator.write(events, self.stand.folder / f"{name}.ndjson")

    def publishing(self, events, *options, name="events", address=None):
        """`clientele publish` of these events, under way."""
        return self.stand.starting("publish", "--address", address or self.stand.address,
                                   "--patience", "300", *options, str(self.write(events, name)))

    def published(self, publisher):
        """What the client counted at its end: {"accepted": .., "unknown": .., "rejected": ..}."""
        told = processes.ended(publisher, "the client", 600)
        self.assertTrue(told.stdout, told.stderr)
        return json.loads(told.stdout.splitlines()[-1])

    def publish(self, events, *options, **more):
        """All of them are acknowledged."""
        counts = self.published(self.publishing(events, *options, **more))
        self.assertEqual(counts, {"accepted": len(events), "unknown": 0, "rejected": 0})

    # ---- the invariants
    def check_all(self, events, acknowledged=None):
        """After a quiet moment: I1, I2, I3 and I5. `events`: all that is in the log, in an order in
        which equal revisions of one entity were told."""
        self.stand.caught_up()
        checks.acknowledged_are_there(self.stand, events if acknowledged is None else acknowledged)
        checks.counts_and_sums_are(self.stand, events)
        checks.no_row_twice(self.stand)
        checks.figures_are(self.stand, events, *self.generator.period)
        accounted_for = checks.every_offset_is_accounted_for(self.stand)
        self.whole = True
        # Each look compares all of them again.
        self.counted["events"] = max(self.counted.get("events", 0), len(events))
        return accounted_for
