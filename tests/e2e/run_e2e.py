"""The whole program: load, figures, every kind of kill, rebuilds. Real Kafka, real engine."""
import http.client
import json
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import checks  # noqa: E402
import oracle  # noqa: E402
import processes  # noqa: E402
import stand as stands  # noqa: E402

PERSISTED = 'clientele_kafka_deliveries_total{outcome="persisted"}'
SMALL = ("--customers", "1500", "--days", "40", "--seed", "7")


class Running(unittest.TestCase):
    """One stand and one file of events for all tests of the class."""

    @classmethod
    def setUpClass(cls):
        cls.stand = stands.Stand()
        cls.addClassCleanup(cls.stand.close)
        cls.file = cls.stand.folder / "events.ndjson"
        cls.stand.clientele("simulate", *SMALL, "--out", str(cls.file))
        cls.events = oracle.read(cls.file)
        cls.period = cls.whole_period()

    @classmethod
    def whole_period(cls):
        moments = [int(e["call"]["queued_at"]) for e in cls.events
                   if "queued_at" in e.get("call", {})]
        day = lambda micros: time.strftime("%Y-%m-%d", time.gmtime(micros / 1e6))
        return ("--from", day(min(moments)), "--to", day(max(moments) + 86_400_000_000))

    def publish(self, file=None, *options):
        return self.stand.clientele("publish", "--address", self.stand.address, *options,
                                    str(file or self.file))

    def check_all(self, events=None):
        self.stand.caught_up()
        records = checks.every_offset_is_accounted_for(self.stand)
        checks.no_row_twice(self.stand)
        checks.figures_are(self.stand, events or self.events, *self.period)
        return records


class LoadAndFigures(Running):
    def test_the_way_of_an_event(self):
        self.stand.start_broker()
        self.stand.start()
        last = json.loads(self.publish().stdout.splitlines()[-1])
        self.assertEqual(last, {"accepted": len(self.events), "unknown": 0, "rejected": 0})
        self.assertEqual(self.check_all(), len(self.events))

        # A figure as of an earlier mark stays what it was, whatever comes later.
        before = self.stand.query("calls_offered", "service_level", "--by", "queue", *self.period)
        mark = before["meta"]["mark_id"]
        more = self.correction()
        self.publish(more)
        self.check_all(self.events + oracle.read(more))
        after = self.stand.query("calls_offered", "service_level", "--by", "queue", *self.period)
        again = self.stand.query("calls_offered", "service_level", "--by", "queue", *self.period,
                                 "--mark", mark)
        self.assertEqual(again["rows"], before["rows"])
        self.assertNotEqual(after["rows"], before["rows"])

        # The same file once more: everything is accepted, nothing counts twice.
        self.publish()
        self.assertEqual(self.check_all(self.events + oracle.read(more)),
                         2 * len(self.events) + 2)

        # SIGTERM ends everything, and a new start goes on with the same data.
        self.assertEqual(self.stand.stop(), 0)
        self.stand.start()
        self.check_all(self.events + oracle.read(more))

        # Of every tenant it is told who is held apart, and who was merged of many.
        self.publish(self.offices(), "--tenant", "acme")
        self.stand.caught_up()
        told = self.stand.clientele("status").stdout
        self.assertRegex(told, "customers of acme +held apart: 1 pseudonym with more than 20 aliases")
        self.assertRegex(told, "customers of acme +merged: 1 customer of more than 20 pseudonyms: "
                               "[-0-9a-f]{36} of 22\n")

    def offices(self):
        """One number that 21 people are named with, another one that 21 are linked to."""
        at = self.events[0]["occurred_at"]
        lines = []
        for hub, body in (("visited", {"touchpoint": {"kind": "VISIT", "channel": "WEB"}}),
                          ("linked", {"identity_link": {"linked": True}})):
            for number in range(21):
                lines.append(json.dumps({
                    "source": {"system": "e2e", "external_id": f"{hub}-{number}"},
                    "occurred_at": at,
                    "identifiers": [{"type": "CRM_ID", "value": hub},
                                    {"type": "CRM_ID", "value": f"{hub}-{number}"}], **body}))
        file = self.stand.folder / "offices.ndjson"
        file.write_text("\n".join(lines) + "\n")
        return file

    def correction(self):
        """One counting call is told to have been abandoned, another one is retracted."""
        calls = [e for e in oracle.counting_calls(self.events).values()
                 if e["call"].get("end") == "ANSWERED" and e.get("purpose", "REAL") == "REAL"
                 and e["call"].get("direction") == "INBOUND"]
        told = json.loads(json.dumps(calls[0]))
        told.pop("event_id", None)
        told["source"]["external_id"] = "e2e-correction"
        told["revision"] = told.get("revision", 0) + 1
        told["call"]["end"] = "ABANDONED"
        told["call"].pop("answered_at", None)
        told["call"].pop("legs", None)
        target = calls[1]
        retraction = {"source": {"system": "e2e", "external_id": "e2e-retraction"},
                      "occurred_at": target["occurred_at"],
                      "retraction": {"kind": oracle.CALL_KIND,
                                     "entity_id": target["call"]["call_id"],
                                     "revision": target.get("revision", 0)}}
        file = self.stand.folder / "correction.ndjson"
        file.write_text(json.dumps(told) + "\n" + json.dumps(retraction) + "\n")
        return file


class KillNine(Running):
    """kill -9 of each process in the middle of the load, one after another, and the tables lost."""

    def publish_through(self, kill, times):
        """Publishes the file while `kill` strikes so often, each time after another tenth of it; the
        client tries again by itself."""
        publisher = self.stand.starting("publish", "--address", self.stand.address, str(self.file))
        for _ in range(times):
            wanted = self.persisted() + len(self.events) // 10
            stands.await_condition(lambda: self.persisted() >= wanted or publisher.poll() is not None,
                                   "the load goes on")
            self.assertIsNone(publisher.poll(), "the load has ended before it was struck")
            kill()
        told = processes.ended(publisher, "the client", 300)
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)
        counts = json.loads(told.stdout.splitlines()[-1])
        self.assertEqual(counts["accepted"], len(self.events))

    def persisted(self):
        """Events that this process of the program has given to Kafka; 0 while there is none."""
        try:
            return self.stand.metric(PERSISTED)
        except (OSError, http.client.HTTPException):
            return 0

    def restart(self):
        self.stand.kill()
        self.stand.start(wait=False)

    def restart_broker(self):
        self.stand.kill_broker()
        self.stand.start_broker()

    def test_kills(self):
        self.stand.start_broker()
        self.stand.start()
        for kill in (self.restart, self.stand.kill_engine, self.restart_broker):
            self.publish_through(kill, 3)
            self.check_all()

        # The index lost, then the tables lost: both are rebuilt from the log, to the same rows.
        rows = self.rows()
        self.stand.kill()
        shutil.rmtree(self.stand.data / "index")
        self.stand.start()
        self.check_all()
        self.assertEqual(self.rows(), rows)
        self.stand.kill()
        stands.await_condition(lambda: not self.stand_engine_runs(), "the engine has ended")
        shutil.rmtree(self.stand.data / "engine")
        self.stand.start()
        self.check_all()
        self.assertEqual(self.rows(), rows)

    def rows(self):
        return [self.stand.sql(f"SELECT count() AS rows, sum(cityHash64(*)) AS hash,"
                               f" groupBitXor(cityHash64(*)) AS mixed FROM clientele.{table} FINAL")
                for table in ("events_v1", "calls_v1", "call_legs_v1")]

    def stand_engine_runs(self):
        socket = str(self.stand.data)
        for process in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if socket in process.read_text() and "engine" in process.read_text():
                    return True
            except OSError:
                continue
        return False


class FullDisk(Running):
    def test_is_waited_for(self):
        data = self.stand.data
        data.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m", "none", str(data)],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"no small disk can be mounted here: {mounted.stderr}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(data)])
        self.stand.start_broker()
        self.stand.start()
        filler = data / "filler"
        with open(filler, "wb") as file:
            try:
                while True:
                    file.write(b"x" * (1 << 20))
                    file.flush()
            except OSError:
                pass
        self.publish()
        stands.await_condition(
            lambda: [line for line in self.stand.log_lines() if line.get("level") == "warning"
                     and ("space" in str(line) or "NOT_ENOUGH_SPACE" in str(line))],
            "the log tells of the full disk")
        self.assertIsNone(self.stand.server.poll())
        filler.unlink()
        self.check_all()


if __name__ == "__main__":
    unittest.main(verbosity=2)
