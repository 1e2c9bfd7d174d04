"""Faults 14, 17 and 18: a replay beside the live projections, on a disk that fills, killed again and
again, proved, steered; and the switch of a projection with several tables under many readers.
"""
import concurrent.futures
import contextlib
import json
import re
import signal
import sys
import threading
import time
import unittest

import frame
import processes
import stand as stands

COUNT = 60_000 if frame.LONG else 12_000
KILLS = 10 if frame.LONG else 3
READERS = 1_000 if frame.LONG else 50
# Programs at a time that ask; each reader asks several times.
AT_ONCE = 60
TABLES = ("calls", "call_legs")
# The budget for the lag of marks beside a replay, and its p50 without one where nothing else runs: half
# of a batch of 1 s, and its writing.
MOST_P50_S, MOST_P99_S, QUIET_S = 1.0, 2.5, 0.6
# tests/metrics/switch_chtest.cc
SWITCH = processes.ROOT / "build/release/tests/metrics/metrics_chtest"


class ReplayFault(frame.Fault):
    def replaying(self, *options, variables=None):
        """`clientele replay calls`, under way: its progress goes to a file."""
        with open(self.stand.folder / "replay.err", "ab") as errors:
            replay = self.stand.starting("replay", "calls", *options, stderr=errors,
                                         variables=variables)
        self.addCleanup(processes.end, replay)
        self.addCleanup(replay.stdout.close)
        return replay

    def progress(self):
        return (self.stand.folder / "replay.err").read_text()

    def outcome(self, replay, status=0):
        """What it printed at its end."""
        told = processes.ended(replay, "the replay", 300)
        self.assertEqual(told.returncode, status, told.stdout + self.progress()[-3000:])
        return json.loads(told.stdout.splitlines()[-1]) if told.stdout else None

    def must_die(self, replay, point):
        self.assertEqual(processes.ended(replay, point).returncode, -signal.SIGKILL, point)
        self.strike()

    def refused(self, *options):
        """The one line that says why not."""
        ended = self.stand.clientele("replay", *options, status=None)
        self.assertNotEqual(ended.returncode, 0, ended.stdout)
        return ended.stderr.splitlines()[-1] if ended.stderr else ""

    def written(self, version):
        rows = self.stand.sql(f"""
            SELECT toUInt64(sum(reached)) AS written FROM
            (SELECT max(next_offset) AS reached FROM clientele.ledger
             WHERE projection = 'calls' AND version = {version} GROUP BY src_partition)""")
        return int(rows[0]["written"])

    def active(self):
        return int(self.stand.sql("""SELECT toUInt32(argMax(version, switch)) AS version
                                     FROM clientele.active_versions
                                     WHERE projection = 'calls'""")[0]["version"])

    def state(self, version):
        rows = self.stand.sql(f"""SELECT argMax(toString(state), (change, changed_at)) AS state
                                  FROM clientele.versions
                                  WHERE projection = 'calls' AND version = {version}""")
        return rows[0]["state"]

    def exists(self, table):
        return bool(self.stand.sql(f"SELECT name FROM system.tables WHERE database = 'clientele' "
                                   f"AND name = '{table}'"))

    def assert_equal_tables(self, one, other):
        """I4: row for row, and as many."""
        for table in TABLES:
            a, b = f"clientele.{table}_v{one}", f"clientele.{table}_v{other}"
            differing = self.stand.sql(f"""
                SELECT (SELECT count() FROM (SELECT * FROM {a} EXCEPT SELECT * FROM {b})) AS less,
                       (SELECT count() FROM (SELECT * FROM {b} EXCEPT SELECT * FROM {a})) AS more,
                       (SELECT count() FROM {a}) AS one, (SELECT count() FROM {b}) AS other""")[0]
            self.assertEqual((int(differing["less"]), int(differing["more"])), (0, 0), table)
            self.assertEqual(differing["one"], differing["other"], table)
            self.assertGreater(int(differing["one"]), 0, table)

    def started(self, count=COUNT):
        events = self.generator.lively(count)
        self.stand.start_broker()
        self.stand.start()
        self.publish(events)
        self.stand.caught_up()
        return events


class ReplayWhileLive(ReplayFault):
    number = 17
    title = "replay while live, killed and resumed"

    def lags(self, begin_ms, end_ms):
        """Seconds from an event's recording to the first mark that holds it, rising."""
        marks = self.stand.sql("""SELECT toUnixTimestamp64Milli(toDateTime64(known_at, 3)) AS at, next
                                  FROM clientele.marks ORDER BY id""")
        events = self.stand.sql(f"""
            SELECT src_partition AS p, src_offset AS o, toUnixTimestamp64Milli(recorded_at) AS at
            FROM clientele.events_v1
            WHERE recorded_at >= fromUnixTimestamp64Milli({begin_ms})
              AND recorded_at < fromUnixTimestamp64Milli({end_ms})
            ORDER BY p, o""")
        found, position, partition = [], 0, None
        for event in events:
            if event["p"] != partition:
                partition, position = event["p"], 0
            while position < len(marks) and int(marks[position]["next"][partition]) <= int(event["o"]):
                position += 1
            if position < len(marks):
                found.append((int(marks[position]["at"]) - int(event["at"])) / 1000)
        return sorted(found)

    def publish_on(self, ended, published):
        """Small files one after another until `ended`; what was published is added."""
        while not ended.is_set():
            events = self.generator.plain(200)
            self.publish(events, name=f"more-{len(published)}")
            published.append(events)
            ended.wait(0.1)

    def killed_and_resumed(self):
        """Held back so far that it cannot end before its last kill; then it goes on, for some seconds."""
        written = 0
        for _ in range(KILLS):
            replay = self.replaying("--rate", str(COUNT // 100))
            processes.await_condition(lambda: self.written(2) > written, "the replay goes on")
            self.assertIsNone(replay.poll(), self.progress()[-2000:])
            replay.kill()
            replay.communicate()
            self.strike()
            before, written = written, self.written(2)
            self.assertGreater(written, before)
        return self.replaying("--rate", str(COUNT // 6))

    def test_killed_again_and_again(self):
        events = self.started()
        published, ended = [], threading.Event()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            publisher = pool.submit(self.publish_on, ended, published)
            try:
                alone_ms = int(time.time() * 1000)
                processes.await_condition(lambda: len(published) >= 5, "events are published")
                begin_ms = int(time.time() * 1000)
                told = self.outcome(self.killed_and_resumed())
                end_ms = int(time.time() * 1000)
            finally:
                ended.set()
            publisher.result()
        self.assertEqual((told["version"], told["equal"], told["switched"]),
                         ("calls_v2", True, True))
        self.assertEqual(self.active(), 2)
        self.check_all(events + [event for more in published for event in more])
        self.assert_equal_tables(1, 2)
        self.assertIn("offsets (", self.progress())
        self.assertIn(" s left", self.progress())
        self.assertIn("proof 2/2: call_legs_v2 against call_legs_v1", self.progress())

        baseline, during = self.lags(alone_ms, begin_ms), self.lags(begin_ms, end_ms)
        middle, worst = during[len(during) // 2], during[len(during) * 99 // 100]
        alone = baseline[len(baseline) // 2]
        print(f"lag of marks with a replay beside: p50 {middle:.2f} s, p99 {worst:.2f} s, most "
              f"{during[-1]:.2f} s of {len(during)} events; without: p50 {alone:.2f} s; built in "
              f"{told['built_s']:.1f} s, proved in {told['proof_s']:.2f} s", file=sys.stderr)
        if frame.LONG:  # where nothing else runs beside it
            # A busy machine gets more, by as much as it is slower without a replay.
            slower = max(1.0, alone / QUIET_S)
            self.assertLess(middle, MOST_P50_S * slower)
            self.assertLess(worst, MOST_P99_S * slower)

    def test_killed_between_the_phases(self):
        """At named points of the replay and of the runner's taking over; each next start goes on."""
        events = self.started(COUNT // 6)
        for point in ("before-building", "after-ready"):
            if point == "after-ready":
                # Whoever takes the version over dies before it may write it.
                self.stand.kill()
                self.stand.start(variables={"CLIENTELE_KILL_POINT": "after-joined:2"})
            self.must_die(self.replaying(variables={"CLIENTELE_KILL_POINT": point}), point)
        self.must_die(self.stand.server, "after-joined")
        self.stand.start()
        self.assertEqual(self.state(2), "joined")
        for point in ("after-proof", "after-switch"):
            self.must_die(self.replaying("--version", "2", variables={"CLIENTELE_KILL_POINT": point}),
                          point)
            self.assertEqual(self.active(), 1 if point == "after-proof" else 2)
        # What was switched to is proved again before anything is claimed.
        told = self.outcome(self.replaying("--version", "2"))
        self.assertEqual((told["version"], told["equal"], told["switched"]), ("calls_v2", True, True))
        self.assertGreater(told["rows"], 0)
        self.check_all(events)
        self.assert_equal_tables(1, 2)


class ReplayProof(ReplayFault):
    number = 17
    title = "replay: the proof, and how it is steered"
    BATCH_S = 0.1
    settings = (f"runner.flush_ms={BATCH_S * 1_000:.0f}",)

    def test_a_proof_that_must_fail(self):
        self.started(COUNT // 3)
        self.bad_input()

        # Held long before its end, a row of it is taken away and one is put in.
        replay = self.replaying("--rate", str(COUNT // 100))
        processes.await_condition(lambda: self.written(2) > COUNT // 30, "the replay has begun")
        status = self.stand.clientele("replay", "calls", "--status").stdout
        self.assertIn(f"process {replay.pid} on ", status)
        self.assertIn("only one at a time", self.refused("calls"))
        self.assertIn("is under way", self.refused("calls", "--version", "5"))
        self.stand.clientele("replay", "calls", "--pause")
        self.assertIn("is paused already", self.refused("calls", "--pause"))
        self.await_quiet()
        row = self.stand.sql("""SELECT src_partition, src_offset FROM clientele.calls_v2
                                ORDER BY src_partition, src_offset LIMIT 1""")[0]
        key = f"src_partition = {row['src_partition']} AND src_offset = {row['src_offset']}"
        self.stand.execute("INSERT INTO clientele.calls_v2 SELECT * REPLACE (toUInt32(row + 5) AS row)"
                           f" FROM clientele.calls_v2 WHERE {key} LIMIT 1")
        self.stand.execute(f"ALTER TABLE clientele.call_legs_v2 DELETE WHERE NOT ({key})"
                           f" AND src_partition = {row['src_partition']}", mutations_sync=1)
        self.strike(2)
        self.stand.clientele("replay", "calls", "--resume", "--rate", "0")
        told = self.outcome(replay, status=1)
        self.assertEqual((told["equal"], told["switched"]), (False, False))
        where = f"partition {row['src_partition']}, offset {row['src_offset']}, retires "
        self.assertTrue([d for d in told["differences"] if d.startswith(where) and
                         "0 times in calls_v1, 1 times in calls_v2" in d], told)
        self.assertTrue([d for d in told["differences"] if
                         "times in call_legs_v1, 0 times in call_legs_v2" in d], told)
        self.assertEqual(self.active(), 1)
        self.assertIn("difference: partition", self.progress())

        # Given up: its tables go, though the runner keeps them up.
        self.assertEqual(self.state(2), "joined")
        self.stand.clientele("replay", "calls", "--cancel")
        processes.await_condition(lambda: not self.exists("calls_v2"), "the tables are dropped")

        # The next one holds, can be rolled back, and dropped once it is not read.
        told = self.outcome(self.replaying())
        self.assertEqual((told["version"], told["switched"]), ("calls_v3", True))
        self.assertIn("queries read it", self.refused("calls", "--drop", "3"))
        self.stand.clientele("replay", "calls", "--roll-back", "1")
        self.assertEqual(self.active(), 1)
        self.stand.clientele("replay", "calls", "--drop", "3")
        processes.await_condition(lambda: not self.exists("calls_v3"), "the tables are dropped")
        self.assertIn("does not serve", self.refused("calls", "--roll-back", "3"))
        states = self.stand.clientele("replay", "calls", "--status").stdout.split("\n")
        self.assertEqual([line.split()[:2] for line in states if line],
                         [["calls_v1", "joined"], ["calls_v2", "cancelled"],
                          ["calls_v3", "dropped"]])

        # A part of the log: compared, never read.
        told = self.outcome(self.replaying("--where", "kind=call", "--where", "tenant=main"))
        self.assertEqual((told["equal"], told["restricted"], told["switched"]), (True, True, False))
        self.assertEqual(self.state(4), "done")
        self.assertEqual(self.stand.stop(), 0)

    def await_quiet(self):
        """What it had read before it was told to wait is written: nothing comes for several batches."""
        seen = []
        batches = 10

        def quiet():
            seen.append(self.written(2))
            return len(seen) > batches and len(set(seen[-batches:])) == 1

        processes.await_condition(quiet, "the replay waits", pause=lambda _: time.sleep(self.BATCH_S))

    def bad_input(self):
        for options, message in (
                (("funnels",), "NAME funnels: must be a projection of this program"),
                (("calls", "--version", "1"), "--version 1: calls_v1 exists already (joined)"),
                (("calls", "--from", "2026-01-02", "--to", "2026-01-01"),
                 ": must lie before --to 2026-01-01T00:00:00"),
                (("calls", "--to", "2199-01-01"), ": must not lie beyond the log, whose newest event"),
                (("calls", "--from", "yesterday"), "--from"),
                (("calls", "--where", "colour=red"), "field colour must be tenant, kind or purpose"),
                (("calls", "--where", "kind=CALL"), "kind must be one of touchpoint, call, "),
                (("calls", "--where", "tenant=nobody"), "must be a part of the log that calls_v1 has"),
                (("calls", "--pause"), "calls: no replay of it is under way"),
                (("calls", "--cancel"), "calls: no replay of it is under way"),
                (("calls", "--roll-back", "9"), "the store has no such version"),
                (("calls", "--drop", "1"), "queries read it")):
            self.assertIn(message, self.refused(*options))


class FullDisk(ReplayFault):
    number = 14
    title = "disk full during a replay"
    SIZE = "400m"

    def fill(self):
        """Takes all that is left of the disk, and goes on taking what is freed."""
        with open(self.stand.data / "ballast", "ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12):
                with contextlib.suppress(OSError):  # it is full
                    while True:
                        file.write(bytes(size))

    def test_waits_for_room(self):
        self.stand.data.mkdir()
        mounted = processes.run(["mount", "-t", "tmpfs", "-o", f"size={self.SIZE}", "tmpfs",
                                 self.stand.data])
        if mounted.returncode != 0:
            self.skipTest(f"a small disk cannot be mounted here: {mounted.stderr}")
        events = self.started(COUNT // 3)
        replay = self.replaying("--rate", str(COUNT // 60))
        processes.await_condition(lambda: self.written(2) > 0, "the replay has begun")

        def refused():
            self.fill()
            return "No space left" in self.progress() or "NOT_ENOUGH_SPACE" in self.progress()

        processes.await_condition(refused, "the replay meets the full disk")
        self.strike()
        self.assertIsNone(replay.poll(), self.progress()[-2000:])
        (self.stand.data / "ballast").unlink()
        told = self.outcome(replay)
        self.assertEqual((told["equal"], told["switched"]), (True, True))
        self.check_all(events)
        self.assert_equal_tables(1, 2)

        # What frees room works on the full disk, too.
        self.fill()
        self.strike()
        self.stand.clientele("replay", "calls", "--drop", "1")
        processes.await_condition(lambda: not self.exists("calls_v1"), "the tables are dropped")


class VersionSwitch(ReplayFault):
    number = 18
    title = "version switch under readers"

    def ask(self):
        """Figures of both tables in one answer."""
        answer = self.stand.query("calls_answered", "calls_handled", "--by", "team", "--grain", "none",
                                  *self.generator.period)
        return json.dumps(answer["rows"], sort_keys=True)

    def switch(self, version):
        self.stand.clientele("replay", "calls", "--roll-back", str(version))
        self.strike()

    def test_every_answer_is_one_versions(self):
        self.started(COUNT // 6)
        self.assertTrue(self.outcome(self.replaying())["switched"])
        second = self.ask()
        # The same code gives the same figures: made to differ, in both tables at once.
        for table in TABLES:
            self.stand.execute(f"INSERT INTO clientele.{table}_v1"
                               " SELECT * REPLACE (toUInt32(row + 50) AS row)"
                               f" FROM clientele.{table}_v1 WHERE team_id = 't1' LIMIT 100")
        self.switch(1)
        first = self.ask()
        self.assertNotEqual(first, second)

        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            readers = [pool.submit(self.ask) for _ in range(READERS * 2)]
            version = 1
            while not all(reader.done() for reader in readers):
                version = 3 - version
                self.switch(version)
            answers = [reader.result() for reader in readers]
        self.assertEqual(set(answers) - {first, second}, set())
        self.count("answers", len(answers))
        print(f"{len(answers)} answers: {answers.count(first)} of version 1, "
              f"{answers.count(second)} of version 2", file=sys.stderr)
        self.assertEqual(len(set(answers)), 2, "no switch fell among the answers")

    @unittest.skipUnless(frame.LONG, "its short form is a test of its own")
    def test_readers_of_one_process(self):
        told = processes.run([SWITCH, "--gtest_filter=SwitchUnderReaders.*"],
                             variables={"CLIENTELE_TEST_LONG": "1"})
        self.assertEqual(told.returncode, 0, told.stdout[-3000:])
        readers, switches = re.search(r"(\d+) readers, .* (\d+) switches", told.stdout).groups()
        self.assertEqual(int(readers), READERS)
        self.strike(int(switches))
        self.count("readers", int(readers))
        self.caught.append("a mixture of versions")


if __name__ == "__main__":
    unittest.main()
