"""Faults 8 and 9: what is no event, written straight to the log: a few records, and a flood."""
import unittest

import frame
import processes
import raw_event
import stand as stands

EVENTS = "clientele.events.v1"
COUNT = 30_000 if frame.LONG else 2_000
MOMENT = 1_700_000_000_000_000
SQL = "\n\n; DROP DATABASE clientele; --\n\nDROP TABLE clientele.events_v1\n\n"
# What the topics are made with; `set` gives the others back to the broker.
SETTINGS = ("retention.ms=-1", "retention.bytes=-1", "message.timestamp.type=LogAppendTime",
            "min.insync.replicas=1", "unclean.leader.election.enable=false",
            "compression.type=producer", "cleanup.policy=delete")
LIMIT = "max.message.bytes="
QUARANTINE = """SELECT src_partition, src_offset, reason, detail, value_bytes
                FROM clientele.quarantine FINAL"""


def at_home(entity_id, value, **more):
    """(partition, key, value) where the entity's events belong."""
    key = raw_event.key(entity_id, **more)
    return (raw_event.partition_of(key, stands.PARTITIONS), key, value)


class Poison(frame.Fault):
    number = 8
    title = "poison in the log"

    def poison(self):
        """reason -> records that must be quarantined for it."""
        rng, call = self.generator.random, raw_event.call
        noise = lambda size: b"\xff" + rng.randbytes(size)  # no field begins so
        anywhere = lambda value: (rng.randrange(stands.PARTITIONS), rng.randbytes(20), value)
        partition, key, value = at_home("moved", call("moved", MOMENT))
        return {
            "UNDECODABLE": [anywhere(noise(size)) for size in (0, 1, 100, 100_000)] +
                           [anywhere(SQL.encode()), (3, SQL.encode(), SQL.encode())],
            "OVERSIZE": [anywhere(noise(20_000_000))],
            "BAD_UTF8": [at_home("u", call(b"\xff\xfe", MOMENT)),
                         at_home("u", call(SQL.encode() + b"\x80", MOMENT))],
            # Another message of the same log: the owner's record, a mark; and nothing at all.
            "NO_TENANT": [anywhere(raw_event.field(1, 7) + raw_event.field(300, "who")), anywhere(b"")],
            "NO_ENTITY": [at_home("", call(None, MOMENT))],
            "NO_OCCURRED_AT": [at_home("n", call("n", None))],
            "OCCURRED_AT_OUTSIDE": [at_home("o", call("o", 7_258_118_400_000_000)),
                                    at_home("o", call("o", -1))],
            "NO_PAYLOAD": [at_home("p", call("p", MOMENT, payload=False))],
            "KEY_MISMATCH": [at_home("k", call(SQL, MOMENT)),
                             at_home("k", call("k", MOMENT), tenant="other"),
                             (5, b"", call("k", MOMENT))],
            "WRONG_PARTITION": [((partition + 1) % stands.PARTITIONS, key, value)],
        }

    def named(self, events):
        """Good events whose text would be a statement."""
        for number, event in enumerate(events):
            if "call" in event:
                event["call"]["topic"] = SQL
                event["source"]["external_id"] += f"'); {SQL}"[:60]
                if number % 2:
                    event["call"]["call_id"] += SQL
        return events

    def write_poison(self):
        """Where each record came to lie: (partition, offset, reason, value)."""
        told = [(reason, record) for reason, records in self.poison().items() for record in records]
        self.stand.kafka.edit("set", EVENTS, *SETTINGS, LIMIT + "33554432")
        places = self.stand.kafka.append(EVENTS, [record for _, record in told])
        self.stand.kafka.edit("set", EVENTS, *SETTINGS, LIMIT + "2097152")
        self.strike(len(told))
        return [(*place, reason, value)
                for place, (reason, (_, _, value)) in zip(places, told)]

    def test_it_is_set_aside(self):
        before = self.named(self.generator.plain(COUNT // 2))
        after = self.named(self.generator.plain(COUNT // 2))
        self.stand.start_broker()
        self.stand.start()
        self.publish(before)
        poison = self.write_poison()
        self.publish(after)
        self.check_all(before + after)
        self.assertIsNone(self.stand.server.poll())
        self.check_quarantine(poison)
        topics = self.stand.sql("SELECT DISTINCT topic FROM clientele.calls_v1")
        self.assertEqual(topics, [{"topic": SQL}])

        self.stand.lose_tables()
        self.stand.start(variables={"CLIENTELE_BREAK": "drop-poison"})
        self.stand.caught_up()
        with self.noticed("drop-poison"):
            frame.checks.every_offset_is_accounted_for(self.stand)
        with self.noticed("drop-poison"):
            self.check_quarantine(poison)

    def check_quarantine(self, poison):
        rows = {(row["src_partition"], row["src_offset"]): row for row in self.stand.sql(QUARANTINE)}
        frame.checks.equal({place: row["reason"] for place, row in rows.items()},
                           {(p, o): reason for p, o, reason, _ in poison}, "quarantine")
        listed = self.stand.clientele("quarantine", "list", "--limit", "1000").stdout
        for partition, offset, reason, value in poison:
            row = rows[partition, offset]
            self.assertEqual(row["value_bytes"], len(value))
            self.assertTrue(row["detail"])
            place = f"{partition}:{offset}"
            self.assertIn(place, listed)
            shown = self.stand.clientele("quarantine", "show", place).stdout
            self.assertIn(f"reason: {reason}, {row['detail']}", shown)
            raw = processes.run(self.stand.command("quarantine", "show", place, "--raw"), text=False)
            self.assertEqual((raw.returncode, raw.stdout), (0, value))


class Flood(frame.Fault):
    number = 9
    title = "poison flood, 5 %"

    def tell(self, share):
        """Good events and poison between them, while nothing is projected."""
        rng = self.generator.random
        told = []
        for _ in range(10):
            events = self.generator.plain(COUNT // 10)
            self.publish(events)
            told += events
            self.stand.kafka.append(EVENTS, [
                (rng.randrange(stands.PARTITIONS), b"", b"\xff no event")
                for _ in range(int(len(events) * share))])
        return told

    def begin(self, share):
        self.stand.start("--role", "ingest", wait=False)
        told = self.tell(share)
        self.assertEqual(self.stand.stop(), 0)
        return told

    def test_it_stops_and_goes_on(self):
        self.stand.start_broker()
        # A trickle stops nothing.
        told = self.begin(0.01)
        self.stand.start()
        self.check_all(told)
        self.assertEqual(self.stand.stop(), 0)

        told += self.begin(0.05)
        poison = COUNT * 6 // 100
        for _ in range(2):  # as a supervisor would
            self.stand.start(wait=False)
            self.must_stop()
            self.strike()
        self.stand.settings += ["--set", "runner.most_quarantined_percent=100"]
        self.stand.start()
        self.check_all(told)
        with self.noticed("runner.most_quarantined_percent=100"):
            frame.checks.require(self.stand.server.poll() is not None, "they go on in the flood")
        self.assertEqual(len(self.stand.sql(QUARANTINE)), poison)
        self.assertEqual(self.stand.stop(), 0)

        # What was let pass once is history.
        del self.stand.settings[-2:]
        self.stand.start()
        more = self.generator.plain(100)
        self.publish(more)
        self.check_all(told + more)

    def must_stop(self):
        ended = processes.ended(self.stand.server, "the projections in the flood")
        self.assertEqual(ended.returncode, 1)
        said = [line["error"] for line in self.stand.log_lines("projections end")]
        self.assertRegex(said[-1], r"belong into quarantine, at most 2 % may.*UNDECODABLE")
        levels = {line["level"] for line in self.stand.log_lines("projections end")}
        self.assertEqual(levels, {"error"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
