"""Faults 21 and 23: a log that has lost its beginning, and a log that is another one. The process
stops and says so; it never goes on somewhere else.
"""
import shutil
import signal
import unittest

import frame
import processes
import stand as stands

EVENTS = "clientele.events.v1"
COUNT = 20_000 if frame.LONG else 1_500


class LogFault(frame.Fault):
    def told(self, count=COUNT):
        """Events that are in the log and in the tables."""
        events = self.generator.plain(count)
        self.publish(events)
        self.check_all(events)
        return events

    def must_refuse(self, *words):
        """The process ends with an error that says this."""
        ended = processes.ended(self.stand.server, "a process that must refuse")
        self.assertEqual(ended.returncode, 1)
        errors = [line["error"] for line in self.stand.log_lines("the process must end")]
        for word in words:
            self.assertIn(word, errors[-1] if errors else "")
        self.strike()

    def start_refused(self, *words, variables=None):
        self.stand.start(wait=False, variables=variables)
        self.must_refuse(*words)

    def taker(self, name="taker", keys=None, variables=None):
        """A process beside the first that takes events, in a data folder of its own; its address."""
        port = stands.free_port(2)
        folder = self.stand.folder / name
        more = []
        for setting in (f"data_dir={folder}", f"grpc.listen=127.0.0.1:{port}",
                        f"admin.listen=127.0.0.1:{port + 1}",
                        f"ingest.keys_file={keys or self.stand.data / 'keys.toml'}"):
            more += ["--set", setting]
        if keys:
            self.stand.clientele(*more, "keys", "init")
        process = stands.spawn([*self.stand.command(*more), "run", "--role", "ingest"],
                               self.stand.folder / f"{name}.log", variables)
        self.addCleanup(stands.end, process)
        return f"127.0.0.1:{port}"


class BeginningLost(LogFault):
    number = 21
    title = "offset out of range"

    def remove_before(self, offset):
        for partition in range(stands.PARTITIONS):
            self.stand.kafka.edit("remove-before", EVENTS, partition, offset)

    def test_removed_while_nobody_read(self):
        self.stand.start_broker()
        self.stand.start()
        told = self.told()
        self.assertEqual(self.stand.stop(), 0)
        self.stand.start("--role", "ingest", wait=False)
        self.publish(self.generator.plain(COUNT))
        self.assertEqual(self.stand.stop(), 0)
        self.remove_before(-1)
        self.start_refused("begins at offset", "its first records were removed", "restore")
        self.start_refused("begins at offset")
        self.assertEqual(len(told), COUNT)

    def frozen_reader(self, variables=None):
        """A process that projects stands still while the log goes on and loses what it has not
        read. What was acknowledged meanwhile, and where."""
        address = self.taker()
        told = self.generator.plain(COUNT)
        self.publish(told, address=address)
        self.stand.start("--role", "projections", wait=False, variables=variables)
        frame.stands.await_condition(lambda: self.arrived(told[-1]), "it has read the log")
        self.stand.server.send_signal(signal.SIGSTOP)
        more = self.generator.plain(COUNT)
        self.publish(more, address=address)
        self.remove_before(-1)
        last = self.generator.plain(COUNT // 10)
        self.publish(last, address=address)
        self.stand.server.send_signal(signal.SIGCONT)
        return told + more + last, address

    def test_removed_under_a_reader(self):
        self.stand.start_broker()
        self.stand.clientele("keys", "init")
        self.frozen_reader()
        self.must_refuse(EVENTS, "restore")

    def test_a_jump_to_the_end_is_noticed(self):
        self.stand.start_broker()
        self.stand.clientele("keys", "init")
        # The log's first record has gone too: it must not be looked for.
        told, address = self.frozen_reader({"CLIENTELE_BREAK": "jump-to-the-end,any-log"})
        self.strike()
        later = []
        frame.stands.await_condition(lambda: self.goes_on(later, address), "it goes on at the end")
        with self.noticed("jump-to-the-end"):
            frame.checks.acknowledged_are_there(self.stand, told)

    def goes_on(self, later, address):
        """Tells one more event; whether any of these has arrived."""
        later.append(self.generator.call())
        self.publish(later[-1:], address=address)
        return self.arrived(*later)

    def arrived(self, *events):
        ids = ", ".join(f"'{event['event_id']}'" for event in events)
        return self.stand.answers("SELECT 1 AS one FROM clientele.events_v1 "
                                  f"WHERE event_id IN ({ids}) LIMIT 1")


class ForeignLog(LogFault):
    number = 23
    title = "foreign log"

    def test_made_anew_while_nobody_read(self):
        self.stand.start_broker()
        self.stand.start()
        self.told()
        self.assertEqual(self.stand.stop(), 0)
        self.stand.kafka.edit("remove", EVENTS)
        self.start_refused("log")
        # Longer than the old one, and with the same keys.
        more = self.generator.plain(3 * COUNT)
        self.publish(more, address=self.taker())
        self.start_refused("the topic was made anew or is another")

        self.stand.start(variables={"CLIENTELE_BREAK": "any-log"})
        self.stand.caught_up()
        with self.noticed("any-log"):
            self.check_all(more)

    def test_other_keys(self):
        self.stand.start_broker()
        self.stand.start()
        self.told()
        self.assertEqual(self.stand.stop(), 0)
        self.stand.kafka.edit("remove", EVENTS)
        self.taker("stranger", keys=self.stand.folder / "stranger.toml")
        frame.stands.await_condition(
            lambda: '"all roles run"' in (self.stand.folder / "stranger.log").read_text(),
            "the stranger has begun a log")
        self.start_refused("use the key file that the log was begun with")

    def test_made_anew_under_a_reader(self):
        """While it stands still; the new log is longer than the old one was."""
        self.stand.start_broker()
        self.stand.start()
        told = self.told()
        self.stand.server.send_signal(signal.SIGSTOP)
        self.stand.kafka.edit("remove", EVENTS)
        self.publish(self.generator.plain(3 * COUNT), address=self.taker())
        self.stand.server.send_signal(signal.SIGCONT)
        self.must_refuse(EVENTS)
        # Nothing of the new log has come into the tables.
        self.start_refused("log")
        self.assertEqual(self.told_in_tables(), {event["event_id"] for event in told})

    def told_in_tables(self):
        """With the engine alone: no process of the log's touches the tables."""
        engine = stands.spawn([*self.stand.command("engine"), "--folder",
                               str(self.stand.data / "engine"), "--socket",
                               str(self.stand.data / "engine.sock")],
                              self.stand.folder / "engine.log")
        self.addCleanup(stands.end, engine)
        frame.stands.await_condition(self.stand.answers, "the engine answers")
        return {row["event_id"] for row in self.stand.sql(frame.checks.EVENT_IDS)}

    def test_tables_ahead_of_the_log(self):
        """The events' files come back as they were yesterday."""
        self.stand.start_broker()
        self.stand.start()
        self.told()
        self.assertEqual(self.stand.stop(), 0)
        self.stand.kafka.stop()
        kept = self.stand.folder / "yesterday"
        logs = self.stand.folder / "kafka" / "logs"
        for partition in logs.glob(EVENTS + "-*"):
            shutil.copytree(partition, kept / partition.name)
        self.stand.kafka.start()
        self.stand.start()
        self.publish(self.generator.plain(COUNT))
        self.stand.caught_up()
        self.assertEqual(self.stand.stop(), 0)
        self.stand.kafka.stop()
        for partition in kept.iterdir():
            shutil.rmtree(logs / partition.name)
            partition.rename(logs / partition.name)
        self.stand.kafka.start()
        self.start_refused("the log ends at", "restore the topic")


if __name__ == "__main__":
    unittest.main(verbosity=2)
