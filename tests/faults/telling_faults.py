"""Faults 11 and 12: clients that tell the same again, and sources that tell in disorder and change
their minds.
"""
import copy
import random
import unittest

import frame
import tcp_proxy

COUNT = 40_000 if frame.LONG else 2_000


class ChangesOfMind(frame.Fault):
    number = 12
    title = "disorder and changes of mind"

    def story(self):
        """Tellings of every order that a source can think of, as they shall lie in the log."""
        make = self.generator
        events = make.lively(COUNT)
        calls = [e for e in events if "call" in e and not e.get("revision")]
        chosen = make.random.sample(calls, COUNT // 10)
        early, late = [], []
        for call, kind in zip(chosen, range(len(chosen))):
            kind %= 6
            if kind == 0:  # a revision before its original
                early.append(make.revision(call, 5))
            elif kind == 1:  # a retraction before its target
                early.append(make.retraction(call, 0))
            elif kind == 2:  # two retractions
                late += [make.retraction(call, 4), make.retraction(call, 6)]
            elif kind == 3:  # told again after a retraction: once too low, once high enough
                late += [make.retraction(call, 7), make.revision(call, 7), make.revision(call, 8)]
            elif kind == 4:  # moved to another customer and another month
                late.append(make.moved(call, make.random.choice(make.customers)))
            else:  # equal revisions of different content: the first counts
                late += [make.revision(call, 10), make.revision(call, 10)]
        self.strike(len(early) + len(late))
        return early + self.disordered(events) + late

    def disordered(self, events):
        """10 % at other places, 1 % at the end."""
        rng = random.Random(frame.SEED)
        events = list(events)
        moved = rng.sample(range(len(events)), len(events) // 10)
        for a, b in zip(moved, rng.sample(moved, len(moved))):
            events[a], events[b] = events[b], events[a]
        held = set(rng.sample(range(len(events)), len(events) // 100))
        self.strike(len(moved) + len(held))
        return ([e for i, e in enumerate(events) if i not in held] +
                [events[i] for i in sorted(held)])

    def test_figures_are_those_of_the_rule(self):
        """Whatever the batches: at once, and in batches so small that they end between the tellings
        of one entity."""
        events = self.story()
        self.stand.start_broker()
        self.stand.start()
        self.publish(events)
        self.check_all(events)
        frame.checks.causes_are(self.stand, events)
        rows = self.rows()
        for batch_rows in (1_000, 37) if frame.LONG else (150,):
            self.stand.lose_tables()
            self.stand.settings += ["--set", f"runner.batch_rows={batch_rows}"]
            self.stand.start()
            self.check_all(events)
            self.assertEqual(self.rows(), rows, f"batches of {batch_rows}")
        self.last_telling_wins(events)

    def rows(self):
        """Every row of every table but when it was recorded."""
        return [self.stand.sql(f"SELECT count() AS n, sum(cityHash64(*)) AS hash FROM clientele.{t} FINAL")
                for t in ("events_v1", "calls_v1", "call_legs_v1")]

    def last_telling_wins(self, events):
        """The counter-proof: of another rule the same figures would be wrong."""
        newest = copy.deepcopy(events)
        for number, event in enumerate(newest):
            if "call" in event:
                event["revision"] = number + 1_000
        with self.noticed("last telling wins"):
            frame.checks.counts_and_sums_are(self.stand, newest)


class Resends(frame.Fault):
    number = 11
    title = "resends"

    def test_the_first_wins(self):
        """Answers lost and connections cut, a client killed after it sent, the whole file again after
        a restart, and later once more with another content."""
        events = self.generator.plain(COUNT)
        self.stand.start_broker()
        self.stand.start()
        self.lose_answers(events)
        self.kill_client(events)
        self.stand.kill()
        self.stand.start()
        self.publish(events)
        self.publish([self.otherwise(event) for event in events])
        self.strike(2)
        records = self.check_all(events)
        self.assertGreaterEqual(records, 3 * len(events))
        causes = {row["cause"]: row["events"] for row in self.stand.sql(frame.checks.CAUSES)}
        self.assertEqual(causes, {"told": len(events), "duplicate": records - len(events)})
        self.stand.lose_tables()
        self.stand.start(variables={"CLIENTELE_BREAK": "count-duplicates"})
        self.stand.caught_up()
        with self.noticed("count-duplicates"):
            frame.checks.counts_and_sums_are(self.stand, events)
        with self.noticed("count-duplicates"):
            frame.checks.figures_are(self.stand, events, *self.generator.period)

    def lose_answers(self, events):
        """The client is told nothing of what was persisted, tries again, and so on."""
        proxy = tcp_proxy.TcpProxy(self.stand.address)
        self.addCleanup(proxy.close)
        publisher = self.publishing(events, "--batch", "100", address=proxy.address)
        for _ in range(5 if not frame.LONG else 20):
            proxy.lose_answers, lost = True, proxy.lost_bytes
            frame.stands.await_condition(
                lambda: proxy.lost_bytes > lost + 100 or publisher.poll() is not None,
                "an answer is lost")
            self.strike(proxy.cut())
            proxy.lose_answers = False
        self.assertEqual(self.published(publisher)["accepted"], len(events))
        self.assertGreater(self.strikes, 1)

    def kill_client(self, events):
        """kill -9 of a client when the first of its events have come into the log."""
        persisted = 'clientele_kafka_deliveries_total{outcome="persisted"}'
        before = self.stand.metric(persisted)
        client = self.publishing(events)
        frame.stands.await_condition(lambda: self.stand.metric(persisted) > before, "something came")
        client.kill()
        client.communicate()
        self.strike()

    def otherwise(self, event):
        """The same event_id, with what it did not say the first time."""
        told = copy.deepcopy(event)
        if "call" in told:
            told["call"]["queue_id"] = "another"
            told["customer_id"] = self.generator.customers[0]
            for leg in told["call"].get("legs", []):
                leg["talk_ms"] = "1"
        return told


if __name__ == "__main__":
    unittest.main(verbosity=2)
