"""Faults 2, 13, 15 and 16: the store dies inside an insert, its replies are lost, the network between is
cut, memory is short.
"""
import os
import signal
import threading
import time
import unittest

import frame
import processes
import proxy as proxies
import split_stand
import store_fault

SHIM = os.environ.get("CLIENTELE_TEST_RENAME_SHIM",
                      str(processes.ROOT / "build/release/tests/faults/librename_shim.so"))


class EngineFault(store_fault.StoreFault):
    def make_stand(self):
        return frame.stands.Stand(more=self.settings)

    def start_all(self, variables=None):
        """One process with an engine that it supervises; tables that hold something."""
        self.stand.start_broker()
        self.stand.start(variables=variables)
        self.tell()
        self.check()
        split_stand.hold_merges(self.stand)


class InsideAnInsert(EngineFault):
    number = 2
    title = "kill -9 inside the engine's insert"

    TABLE = "calls_v1"

    def begin(self, broken=""):
        self.orders = self.stand.folder / "renames"
        self.orders.mkdir()
        self.variables = {"LD_PRELOAD": SHIM, "CLIENTELE_TEST_RENAMES": str(self.orders)}
        if broken:
            self.variables["CLIENTELE_BREAK"] = broken
        self.start_all(self.variables)
        self.parts = len(self.generator.months())
        self.assertGreater(self.parts, 2, "an insert has several parts")
        self.place = self.place_of(self.TABLE)

    def place_of(self, table):
        return self.stand.sql(f"""SELECT data_paths[1] AS path FROM system.tables
            WHERE database = 'clientele' AND name = '{table}'""")[0]["path"]

    def die_at(self, n, place="/"):
        """The engine dies when inserts have moved n parts into place, below a folder."""
        (self.orders / "armed").write_text(f"{n} {place}\n")
        self.tell()
        struck = self.orders / "struck"
        processes.await_condition(struck.exists, f"the engine dies after {n} parts of {place}")
        struck.unlink()
        self.strike()

    def samples(self):
        """Of one table each of its parts; of the tables of a whole batch (events, calls, their legs)
        some or each; and what is written after them."""
        tables = 1 + 2 * self.parts
        found = ([(n, self.place) for n in range(self.parts)] + [(n, "/") for n in range(tables)] +
                 [(0, self.place_of(table)) for table in ("ledger", "marks")])
        return found if frame.LONG else found[1::3]

    def test_every_part(self):
        self.begin()
        for turn, (n, place) in enumerate(self.samples()):
            with self.subTest(n=n, place=place):
                self.die_at(n, place)
                # Every second time whoever waits for the answer dies too.
                if turn % 2:
                    self.stand.kill()
                    self.stand.start(variables=self.variables)
                self.check()

    def test_refill_by_src(self):
        self.begin("refill-by-src")
        for n in range(1, self.parts):
            self.die_at(n, self.place)
            self.catch_up()
        self.check_notices("refill-by-src")

    def test_insert_tokens(self):
        """ClickHouse's own way, and a blind retry."""
        self.begin("insert-tokens,blind-retry")
        self.stand.execute(f"ALTER TABLE clientele.{self.TABLE}"
                           " MODIFY SETTING non_replicated_deduplication_window = 1000")
        for n in range(self.parts):
            self.die_at(n, self.place)
            self.catch_up()
        self.check_notices("insert-tokens")


class OutlivesItsRunner(EngineFault):
    """The supervised engine is told to end when its `run` dies, and ends what it was sent first: the
    next `run` starts beside it."""

    number = 24
    title = "late commit"

    def test_started_again_at_once(self):
        self.start_all()
        self.stand.stop()
        writing = 0
        # Behind the take-over's inserts: those of a batch.
        for point in ("after-body-sent:10", "after-insert:1", "before-insert:3", "after-body-sent:9",
                      "after-body-sent:11")[:None if frame.LONG else 2]:
            self.stand.start("--role", "ingest")
            self.tell()
            self.stand.stop()
            log = self.stand.folder / "clientele.log"
            log.unlink()
            self.stand.start(wait=False, variables={"CLIENTELE_KILL_POINT": point})
            ended = processes.ended(self.stand.server, f"a run that dies at {point}")
            self.assertEqual(ended.returncode, -signal.SIGKILL, point)
            self.strike()
            writing += '"projections run"' in log.read_text()
            self.stand.start(wait=False)
            self.check()
            self.stand.stop()
        self.assertGreater(writing, 0, "an insert of a batch was struck")


class NoReply(store_fault.StoreFault):
    number = 13
    title = "the store stops mid-insert, no reply"

    def test_engine_dies(self):
        """At random moments of the load."""
        self.begin()
        self.stand.start_runner()
        for number in range(30 if frame.LONG else 3):
            self.tell()
            pause = threading.Event()
            pause.wait(0.1 * number % 1.1)
            self.stand.kill_engine()
            self.strike()
            self.stand.start_engine()
            self.check()

    def lose_replies(self, broken=""):
        self.begin(broken)
        between = proxies.Proxy(self.stand.folder / "between.sock", self.stand.socket)
        self.addCleanup(between.close)
        lost = set()

        def once_a_table(line):
            """The first reply for each table of each batch is lost."""
            table = line.partition("INTO clientele.")[2].partition(" ")[0]
            if table not in split_stand.TABLES or table in lost:
                return None
            lost.add(table)
            return "cut"

        between.rule = once_a_table
        self.stand.start_runner(store=between.path, variables=self.broken)
        for _ in range(20 if frame.LONG else 2):
            lost.clear()
            self.tell()
            self.catch_up()
        self.strike(between.struck["cut"])

    def test_reply_is_lost(self):
        self.lose_replies()
        self.check()

    def test_blind_retry(self):
        self.lose_replies("blind-retry")
        self.check_notices("blind-retry")


class Network(store_fault.StoreFault):
    number = 15
    title = "network cut, half-open, slow"

    # What may be held for the time of an outage: what Kafka's client fetches ahead, and a batch.
    MOST_GROWTH_MIB = 200

    def setUp(self):
        super().setUp()
        self.begin()
        self.between = proxies.Proxy(self.stand.folder / "between.sock", self.stand.socket)
        self.addCleanup(self.between.close)
        self.runner = self.stand.start_runner(store=self.between.path)
        begun = time.monotonic()
        self.tell()
        self.check()
        self.usual_s = time.monotonic() - begun  # of a batch and the questions, on this machine now
        self.memory = split_stand.resident_mib(self.runner.pid)

    def end_well(self, kind, patience_s):
        begun = time.monotonic()
        self.strike(self.between.struck[kind])
        self.check()
        self.assertLess(time.monotonic() - begun, patience_s + 2 * self.usual_s)
        self.assertLess(split_stand.resident_mib(self.runner.pid) - self.memory,
                        self.MOST_GROWTH_MIB)

    def test_cut(self):
        for _ in range(5 if frame.LONG else 1):
            self.between.refuse(True)
            for _ in range(3):
                self.tell()
            processes.await_condition(lambda: self.between.struck["refused"] > 3, "tries")
            self.between.refuse(False)
        self.end_well("refused", 30)

    def test_half_open(self):
        """No byte passes any more. In the long form nobody ends it: the runner gives up the insert by
        itself, after its deadline of 120 s, and tries anew."""
        self.stand.start_runner("reader", store=self.between.path, role="query")
        processes.await_condition(lambda: self.asks_reader() == 0, "the reader answers")
        self.between.silence(True)
        self.tell()
        processes.await_condition(lambda: self.between.struck["silent"] > 0, "a silence")
        begun = time.monotonic()
        self.assertNotEqual(self.asks_reader(), 0, "nothing can be answered")
        self.assertLess(time.monotonic() - begun, 10 + 2 * self.usual_s, "a query of 2 s waits no longer")
        if frame.LONG:
            processes.await_condition(
                lambda: "insert without a clear answer" in
                self.stand.log_of("runner").read_text(), "the runner gives up", 200)
        else:
            self.between.refuse(True)
            self.between.refuse(False)
        self.between.silence(False)
        self.end_well("silent", 60)

    def asks_reader(self):
        return self.stand.clientele("query", "calls_offered", *self.generator.period, "--timeout", "2",
                                    "--address", self.stand.addresses["reader"], status=None).returncode

    def test_slow(self):
        self.between.delay_s = 30 if frame.LONG else 1
        self.tell()
        processes.await_condition(lambda: self.between.struck["delayed"] > 2, "slowness", 200)
        self.between.delay_s = 0
        self.end_well("delayed", 60)


class Memory(store_fault.StoreFault):
    number = 16
    title = "memory pressure"
    calls = 60_000 if frame.LONG else 10_000
    settings = ("engine.max_memory_bytes=268435456",)

    # Holds its rows sorted until they are read.
    SORTED = "SELECT number, rand64() AS r FROM numbers({}) ORDER BY r FORMAT TabSeparated"

    def test_refused_inserts_land(self):
        self.stand.start_all()
        for _ in range(3):
            self.tell()
        self.hold_memory()
        runner = self.stand.start_runner()
        processes.await_condition(self.refused, "an insert is refused")
        for held in self.held:
            held.close()
        self.check()
        self.strike(self.refused())
        self.assertIsNone(runner.poll())

    def refused(self):
        return self.stand.log_of("runner").read_text().count("Code: 241")

    def hold_memory(self):
        """Readers that stall, the next one smaller, until nearly nothing is left; three of four slots."""
        self.held = []
        rows = 16_000_000
        while len(self.held) < 3 and rows > 10_000:
            reader = frame.stands.UnixConnection(str(self.stand.socket))
            self.addCleanup(reader.close)
            reader.request("POST", "/", self.SORTED.format(rows))
            if reader.getresponse().status == 200:
                self.held.append(reader)
            else:
                rows = rows * 3 // 4
        self.assertTrue(self.held)


if __name__ == "__main__":
    unittest.main(verbosity=2)
