"""What the faults of the store's side have in common: batches of several months, of which one event
writes into two parts of a table, and tables whose copies no merge hides.
"""
import contextlib
import os
import signal
import threading
import time

import frame
import processes
import split_stand

CALLS = 2_000 if frame.LONG else 200
# Of the newest mark that queries find, and of the ledger: the sum of all partitions' next offsets.
MARKED = """
    SELECT (SELECT arraySum(argMax(next, id)) FROM clientele.marks) AS marked,
           (SELECT sum(reached) FROM (SELECT max(next_offset) AS reached FROM clientele.ledger
            WHERE projection = 'events' GROUP BY src_partition)) AS ledger"""
VOUCHED = """SELECT sum(reached) AS n FROM (SELECT max(next_offset) AS reached
    FROM clientele.ledger GROUP BY projection, version, src_partition)"""


class Death(threading.Thread):
    """Sees at once when a process dies; whoever waits for it still can."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process = process
        self.at = None  # of time.monotonic()
        self.start()

    def run(self):
        with contextlib.suppress(ChildProcessError):  # it was ended, and waited for
            os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
            self.at = time.monotonic()


class StoreFault(frame.Fault):
    calls = CALLS

    def make_stand(self):
        return split_stand.SplitStand(self.settings)

    def setUp(self):
        super().setUp()
        self.told = []
        self.broken = {}

    def begin(self, broken=""):
        """Tables that hold something, and no runner. `broken`: guarantees that the store and the
        runners break."""
        self.broken = {"CLIENTELE_BREAK": broken} if broken else {}
        self.stand.start_all(self.broken)
        self.stand.start_runner()
        self.tell()
        self.check()
        self.stand.end_runners()
        split_stand.hold_merges(self.stand)

    def tell(self):
        """One more batch is acknowledged, with rows in every month."""
        events = self.generator.of_every_month(self.calls)
        self.publish(events)
        self.told += events

    def catch_up(self):
        """Everything is in a mark of the topic, and that mark in the table that queries read: who died
        between the two writes fills it up after its start."""
        self.stand.caught_up()
        processes.await_condition(self._marked, "the newest mark is in the table")

    def _marked(self):
        return any(row["marked"] == row["ledger"] for row in self.stand.answers(MARKED))

    def check(self):
        self.catch_up()
        self.check_all(self.told)

    def check_notices(self, switch):
        self.catch_up()
        with self.noticed(switch):
            self.check()

    def copies(self):
        """How many rows of events and calls stand there again."""
        return self.stand.sql("""SELECT count() - uniqExact(src_partition, src_offset) AS n
            FROM clientele.events_v1""")[0]["n"] + self.stand.sql("""
            SELECT count() - uniqExact(src_partition, src_offset, retires, row) AS n
            FROM clientele.calls_v1""")[0]["n"]

    # ---- runners
    def run_to(self, point, name="runner", store=None):
        """A runner that dies at the point."""
        runner = self.stand.start_runner(
            name, store, {"CLIENTELE_KILL_POINT": point, **self.broken})
        ended = processes.ended(runner, f"{name}, to die at {point},")
        self.assertEqual(ended.returncode, -signal.SIGKILL,
                         f"{point}: {processes.tail(runner.log)}")
        self.strike()

    def run_frozen(self, point, name):
        """A runner that is frozen at the point."""
        runner = self.stand.start_runner(
            name, variables={"CLIENTELE_KILL_POINT": f"{point}:stop", **self.broken})
        processes.await_condition(lambda: split_stand.is_frozen(runner), f"{name}: {point}")
        self.strike()
        return runner

    def go_on(self):
        """A runner that writes what is left, checked; then none."""
        self.stand.start_runner(variables=self.broken)
        try:
            self.check()
        finally:
            self.stand.end_runners()

    def run_to_or_end(self, point):
        """When the runner died at the point, else None: it may have nothing to fill up any more, and
        then writes all that is left."""
        before = self.progress()
        runner = self.stand.start_runner(variables={"CLIENTELE_KILL_POINT": point})
        death = Death(runner)
        processes.await_condition(lambda: death.at or self.progress()[-1] > before[-1], point,
                                  pause=death.join)
        died = death.at
        if died:
            self.assertEqual(runner.wait(), -signal.SIGKILL)
            self.strike()
        self.stand.end_runners()
        return died

    def progress(self):
        """Rows of each table, and what the ledger vouches for."""
        counts = [f"SELECT count() AS n FROM clientele.{table}" for table in split_stand.TABLES]
        return [self.stand.sql(statement)[0]["n"] for statement in (*counts, VOUCHED)]
