"""Starting and refusing: Kafka that is down or goes away, folders and logs that are not ours."""
import json
import os
import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import oracle  # noqa: E402
import processes  # noqa: E402
import stand as stands  # noqa: E402

EVENT = {"source": {"system": "e2e"}, "occurred_at": None,
         "touchpoint": {"touchpoint_id": "t", "kind": "NOTE", "channel": "WEB"}}


class Starting(unittest.TestCase):
    def setUp(self):
        self.stand = stands.Stand()
        self.addCleanup(self.stand.close)

    def health(self):
        return self.stand.clientele("status", status=None).stdout

    def run_refused(self):
        """What a second `run` with these settings says."""
        ended = self.stand.clientele("run", status=1)
        return ended.stderr

    def test_kafka_down_at_start_is_waited_for(self):
        self.stand.start(wait=False)
        stands.await_condition(lambda: "NOT_SERVING" in self.health(), "it listens")
        named = f"kafka.brokers {self.stand.kafka.addresses}: "
        stands.await_condition(lambda: any(named in line.get("error", "")
                                           for line in self.stand.log_lines()),
                               "the log says what it waits for")
        begun = time.monotonic()
        self.assertIn(named, self.health())
        self.assertLess(time.monotonic() - begun, 4)  # two seconds, and the process's own start
        self.assertIsNone(self.stand.server.poll())
        self.stand.start_broker()
        self.stand.clientele("status", "--wait", "60")
        self.assertEqual(self.stand.stop(), 0)

    def test_an_engine_library_that_is_not_there_ends_it(self):
        self.stand.clientele("keys", "init")
        self.stand.settings += ["--set", "engine.library=/nonexistent/libchdb.so"]
        said = self.run_refused()
        self.assertIn("engine library /nonexistent/libchdb.so: cannot be loaded", said)
        self.assertIn("clientele: the engine process cannot be started, tried 3 times", said)

    def test_kafka_goes_away_and_comes_back(self):
        self.stand.start_broker()
        self.stand.start()
        events = self.stand.folder / "events.ndjson"
        self.stand.clientele("simulate", "--customers", "200", "--days", "10", "--out", str(events))
        self.stand.kill_broker()
        stands.await_condition(lambda: "IngestService           NOT_SERVING" in
                               " ".join(self.health().split("\n")) or
                               "NOT_SERVING" in self.health(), "ingest does not serve")
        publisher = self.stand.starting("publish", "--address", self.stand.address, str(events))
        self.stand.start_broker()
        told = processes.ended(publisher, "the client", 180)
        self.assertEqual(json.loads(told.stdout.splitlines()[-1])["accepted"],
                         len(oracle.read(events)))
        self.stand.caught_up()

    def test_queries_that_are_not_answered_are_told(self):
        self.stand.start_broker()
        self.stand.start()
        self.stand.caught_up()
        engine = self.stand.engine_process()
        os.kill(engine, signal.SIGSTOP)
        try:
            # The process has noticed it, or a query has.
            self.stand.clientele("status", status=1)
        finally:
            os.kill(engine, signal.SIGCONT)
        self.stand.clientele("status", "--wait", "60")

    def test_a_data_folder_has_one_process(self):
        self.stand.start_broker()
        self.stand.start()
        self.stand.settings = [s.replace(f":{self.stand.grpc_port}", f":{stands.free_port()}")
                               .replace(f":{self.stand.admin_port}", f":{stands.free_port()}")
                               for s in self.stand.settings]
        self.assertIn("another process has it open", self.run_refused())

    def test_a_taken_port_is_named(self):
        self.stand.start_broker()
        self.stand.start()
        self.stand.settings[1] = f"data_dir={self.stand.folder / 'other'}"
        self.stand.clientele("keys", "init")
        refused = self.run_refused()
        self.assertIn(str(self.stand.admin_port), refused)

    def test_a_newer_data_folder_is_refused(self):
        self.stand.data.mkdir()
        (self.stand.data / "FORMAT").write_text("99\n")
        self.stand.clientele("keys", "init")
        self.assertIn("format 99 of a newer version", self.run_refused())

    def test_other_addresses_than_loopback_are_refused(self):
        self.stand.settings += ["--set", "grpc.listen=0.0.0.0:7400"]
        self.assertIn("must be a loopback address", self.run_refused())

    def test_keys_are_needed_and_must_be_the_logs(self):
        self.assertIn("keys init", self.run_refused())
        self.stand.start_broker()
        self.stand.start()
        self.assertEqual(self.stand.stop(), 0)
        (self.stand.data / "keys.toml").unlink()
        self.stand.clientele("keys", "init")
        self.assertIn("use the key file", self.run_refused())

    def test_another_partition_count_is_refused(self):
        self.stand.start_broker()
        self.stand.start()
        self.assertEqual(self.stand.stop(), 0)
        self.stand.settings += ["--set", "kafka.partitions=8"]
        self.assertIn("partition", self.run_refused())


if __name__ == "__main__":
    unittest.main(verbosity=2)
