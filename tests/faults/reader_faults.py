"""Faults 22 and 25, and a store that dies under its readers: every answer is exact, or an error that
says so.
"""
import contextlib
import http.client
import json
import random
import subprocess
import threading
import time
import unittest

import frame
import oracle
import processes
import split_stand
import store_fault

# One handles both: the figures asked for, and what the oracle says of them.
METRICS = ("calls_offered", "abandon_rate", "aht")


def figures_of(answer):
    """The figures of an answer of one row, of every variant."""
    columns = [(column["metric"], column.get("variant", "")) for column in answer["meta"]["columns"]]
    rows = answer["rows"]
    return dict(zip(columns, rows[0]["figures"])) if rows else {}


def differs(figures, wanted):
    """What of the figures is not the oracle's; empty if nothing."""
    offered = int(figures["calls_offered", ""]["value"])
    abandoned = figures["abandon_rate", "of_offered"]
    mean = figures["aht", ""]["value"] * wanted["worked"]
    if (offered == wanted["offered"] and abandoned.get("numerator", 0) == wanted["abandoned"] and
            abs(mean - wanted["handle_ms"] / 1_000) < 1e-6 * wanted["handle_ms"]):
        return ""
    return f"{figures}, must be of {wanted}"


class ReaderFault(store_fault.StoreFault):
    """Everything in one process; queries are asked as its users ask."""

    def make_stand(self):
        return frame.stands.Stand(more=self.settings)

    def start_all(self, broken=""):
        self.stand.start_broker()
        self.stand.start(variables={"CLIENTELE_BREAK": broken} if broken else None)
        self.tell()
        self.check()

    def question(self, *more):
        return self.stand.command("query", *METRICS, "--grain", "none", *self.generator.period,
                                  "--address", self.stand.address, "--format", "json", *more)

    def ask(self, *more):
        """(mark, figures), or None and the error."""
        ended = processes.run(self.question(*more), processes.PATIENCE_S, cwd=self.stand.folder)
        if ended.returncode != 0:
            return None, ended.stderr
        answer = json.loads(ended.stdout)
        return int(answer["meta"]["mark_id"]), figures_of(answer)

    def in_threads(self, work, count):
        """Runs work(number) in so many threads; what the first one that failed raised."""
        raised = []

        def run(number):
            try:
                work(number)
            except BaseException as error:
                raised.append(error)
                raise

        threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        return threads, raised

    def end_threads(self, threads, raised):
        for thread in threads:
            thread.join()
        if raised:
            raise raised[0]


class Snapshot(ReaderFault):
    number = 22
    title = "snapshot while inserts and corrections run"
    settings = ("runner.flush_ms=100",)
    questions = 10_000 if frame.LONG else 300
    calls = 60

    def test_answers_are_the_marks(self):
        self.start_all()
        self.check_marks(self.ask_while_writing(self.questions))

    def test_no_mark_filter(self):
        self.start_all("no-mark-filter")
        answers = self.ask_while_writing(40)
        with self.noticed("no-mark-filter"):
            self.check_marks(answers)

    def ask_while_writing(self, count):
        """Every answer that was given, by mark."""
        answers = {}
        mutex = threading.Lock()
        left = [count]

        def work(_):
            while True:
                with mutex:
                    if left[0] == 0:
                        return
                    left[0] -= 1
                mark, figures = self.ask()
                assert mark is not None, figures
                with mutex:
                    self.strike()
                    self.count("answers", 1)
                    found = answers.setdefault(mark, [])
                    if figures not in found:
                        found.append(figures)

        threads, raised = self.in_threads(work, 3)
        while any(thread.is_alive() for thread in threads):
            self.tell()
        self.end_threads(threads, raised)
        self.catch_up()
        self.assertGreater(len(answers), 3, "answers are of several marks")
        return answers

    def check_marks(self, answers):
        """One answer a mark; the same when asked again; and the oracle's for the log up to the mark."""
        marks = {row["id"]: row["next"] for row in
                 self.stand.sql("SELECT id, next FROM clientele.marks")}
        log = self.log()
        for mark, found in answers.items():
            frame.checks.require(len(found) == 1, f"mark {mark} has several answers")
            known = [event for partition, offset, event in log if offset < marks[mark][partition]]
            wrong = differs(found[0], oracle.call_figures(known))
            frame.checks.require(not wrong, f"mark {mark}: {wrong}")
        for mark in list(answers)[:: 1 if frame.LONG else 5]:
            again, figures = self.ask("--mark", str(mark))
            self.assertEqual(again, mark, figures)
            frame.checks.require(figures == answers[mark][0], f"mark {mark} has another answer now")

    def log(self):
        """(partition, offset, event) of all that was told, in the log's order."""
        by_id = {event["event_id"]: event for event in self.told}
        return [(row["p"], row["o"], by_id[row["id"]]) for row in self.stand.sql(
            """SELECT src_partition AS p, src_offset AS o, toString(event_id) AS id
            FROM clientele.events_v1 ORDER BY p, o""")]


class EngineDies(ReaderFault):
    number = 13
    title = "the store stops under its readers"

    def test_under_readers(self):
        self.start_all()
        wanted = oracle.call_figures(self.told)
        done = threading.Event()
        refused, answered = [], []

        def work(_):
            while not done.is_set():
                mark, figures = self.ask()
                if mark is None:
                    refused.append(figures)
                else:
                    answered.append(mark)
                    assert not differs(figures, wanted), differs(figures, wanted)

        threads, raised = self.in_threads(work, 3)
        try:
            for _ in range(20 if frame.LONG else 3):
                before = len(answered)
                processes.await_condition(lambda: raised or len(answered) > before + 3, "answers")
                self.stand.kill_engine()
                self.strike()
        finally:
            done.set()
        self.end_threads(threads, raised)
        self.count("answers", len(answered))
        for error in refused:
            self.assertRegex(error, "(?i)unavailable|store|server")
        self.check()


class ManyQueries(ReaderFault):
    number = 25
    title = "many queries, cancels, closes at once"

    THREADS = 32
    SECONDS = 600 if frame.LONG else 20
    # Of the engine, once it is warm.
    MOST_GROWTH_MIB = 100
    SUMS = "SELECT count() AS rows, sum(sign * talk_ms) AS talk_ms FROM clientele.calls_v1"
    ENDLESS = "SELECT number, sipHash64(number) FROM system.numbers FORMAT TabSeparated"

    def test_at_once(self):
        self.start_all()
        self.wanted = oracle.call_figures(self.told)
        self.sums = self.stand.sql(self.SUMS)
        engine = self.stand.engine_process()
        self.mutex = threading.Lock()
        self.exactly = 0
        self.refused = []
        self.storm(self.SECONDS / 4)
        warm = split_stand.resident_mib(engine)
        self.storm(self.SECONDS)
        self.assertEqual(self.stand.engine_process(), engine, "the engine process is the same")
        self.assertIsNone(self.stand.server.poll())
        now = split_stand.resident_mib(engine)
        print(f"engine: {warm} MiB when warm, {now} MiB at the end; {self.exactly} exact answers, "
              f"{len(self.refused)} refused or cut off: {sorted(set(self.refused))[:5]}")
        self.assertGreater(self.exactly, 0, "everything was refused")
        self.count("answers", self.exactly)
        self.assertLess(now - warm, self.MOST_GROWTH_MIB)
        running = "SELECT count() AS n FROM system.processes"
        processes.await_condition(lambda: self.stand.sql(running)[0]["n"] == 1,
                                  "what was closed does not run any more")
        self.check()

    def storm(self, seconds):
        until = time.monotonic() + seconds

        def work(number):
            chance = random.Random(number)
            acts = [self.exact, self.cut_off, self.half_a_request, self.exact]
            if number < 4:
                acts = [self.asked, self.killed]
            while time.monotonic() < until:
                try:
                    chance.choice(acts)(chance)
                except (OSError, http.client.HTTPException) as error:  # it is too busy, or was cut off
                    self.refused.append(type(error).__name__)
                with self.mutex:
                    self.strike()

        self.end_threads(*self.in_threads(work, self.THREADS))

    def exact(self, _):
        try:
            found = self.stand.sql(self.SUMS)
        except frame.stands.StoreError as error:
            # Refused for want of a slot or of memory: with the store's own words.
            assert "Code: " in str(error), error
            self.refused.append(str(error).partition("DB::Exception")[0])
            return
        assert found == self.sums, found
        with self.mutex:
            self.exactly += 1

    @contextlib.contextmanager
    def connection(self, chance):
        """One that is soon out of patience; what becomes of it then is no matter."""
        with contextlib.closing(frame.stands.UnixConnection(str(self.stand.socket))) as connection:
            connection.connect()
            connection.sock.settimeout(chance.uniform(0.01, 0.5))
            yield connection

    def cut_off(self, chance):
        """An answer without end, left in its middle."""
        with self.connection(chance) as connection:
            connection.request("POST", "/", self.ENDLESS)
            connection.getresponse().read(chance.randrange(1, 1 << 20))

    def half_a_request(self, chance):
        with self.connection(chance) as connection:
            connection.sock.sendall(
                b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nSELECT"
                [:chance.randrange(60)])

    def asked(self, _):
        mark, figures = self.ask()
        if mark is None:
            self.refused.append(figures.strip()[:60])
        else:
            assert not differs(figures, self.wanted), differs(figures, self.wanted)

    def killed(self, chance):
        """Its client dies."""
        with processes.Process(self.question(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               cwd=self.stand.folder) as client:
            try:
                client.wait(timeout=chance.uniform(0.01, 0.2))
            except subprocess.TimeoutExpired:
                client.kill()


if __name__ == "__main__":
    unittest.main(verbosity=2)
