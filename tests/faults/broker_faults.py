"""Faults 4 and 5: three brokers that restart one after another, that lose their leader before anybody
has copied what it took, and of which two are gone.
"""
import threading
import unittest

import frame
import raw_event
import stand as stands

EVENTS = "clientele.events.v1"
PERSISTED = 'clientele_kafka_deliveries_total{outcome="persisted"}'
OUTSTANDING = "clientele_kafka_outstanding_messages"
STRIKES = 18 if frame.LONG else 3
BATCH = 500


class Load:
    """Publishes one batch of events after another until it is told to end. The client tries again by
    itself: in the end everything is acknowledged."""

    def __init__(self, fault):
        self.fault = fault
        self.told = []
        self.failed = []
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        try:
            while not self.ending.is_set():
                events = self.fault.generator.plain(BATCH)
                self.fault.publish(events, name="load")
                self.told += events
        except BaseException as error:  # pylint: disable=broad-except  # for the test's own thread
            self.failed.append(error)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join()
        if self.failed:
            raise self.failed[0]

    def await_more(self, batches=2):
        wanted = len(self.told) + batches * BATCH
        stands.await_condition(lambda: self.failed or len(self.told) >= wanted, "the load goes on")


class Leaders(frame.Fault):
    number = 4
    title = "broker restart, leader change"
    brokers = 3

    def test_rolling_restart_under_load(self):
        """One broker after another, by SIGTERM or kill -9, the next when all are in sync again."""
        self.stand.start_broker()
        self.stand.start()
        kafka = self.stand.kafka
        with Load(self) as load:
            load.await_more()
            for strike in range(STRIKES):
                number = strike % self.brokers
                (kafka.stop, kafka.kill)[strike % 2](number)
                self.strike()
                load.await_more()
                kafka.start(number)
                kafka.await_in_sync(EVENTS, self.brokers)
        self.assertIsNone(self.stand.server.poll())
        self.check_all(load.told)

    def led_by(self, number, count):
        """Events whose partitions this broker leads."""
        leaders = self.stand.kafka.replicas(EVENTS)
        found = []
        while len(found) < count:
            event = self.generator.call()
            key = raw_event.key(event["call"]["call_id"])
            if leaders[raw_event.partition_of(key, stands.PARTITIONS)][0] == number:
                found.append(event)
        return found

    def lose_the_leader(self, told, variables=None):
        """Those who should copy stand still, then the leader dies with what it alone has, then they go
        on without it. `told(publisher, count)` is called in between."""
        kafka = self.stand.kafka
        self.stand.start_broker()
        self.stand.start()
        before = self.generator.plain(BATCH)
        self.publish(before)
        if variables:  # not from the start: a log begun like that is not even read
            self.stand.stop()
            self.stand.start(variables=variables)
        kafka.await_in_sync(EVENTS, self.brokers)
        leader = kafka.replicas(EVENTS)[0][0]
        # The first one is what copiers have asked for already: it may reach them.
        first, between = self.led_by(leader, 1), self.led_by(leader, 50)
        others = [number for number in range(self.brokers) if number != leader]
        for number in others:
            kafka.freeze(number)
        for name, events in (("first", first), ("between", between)):
            told(self.publishing(events, name=name), len(events))
        kafka.kill(leader)
        self.strike()
        for number in others:
            kafka.thaw(number)
        kafka.await_in_sync(EVENTS, len(others))
        kafka.start(leader)
        kafka.await_in_sync(EVENTS, self.brokers)
        return before, first + between

    def test_a_leader_dies_with_what_it_alone_has(self):
        """Nothing is acknowledged until others have it, and then they do."""
        waiting = []

        def held(publisher, count):
            waiting.append(publisher)
            stands.await_condition(lambda: self.stand.metric(OUTSTANDING) >= count,
                                   "the events are given to Kafka")
            self.assertIsNone(publisher.poll(), "acknowledged before it was persisted")

        before, between = self.lose_the_leader(held)
        accepted = sum(self.published(publisher)["accepted"] for publisher in waiting)
        self.assertEqual(accepted, len(between))
        self.check_all(before + between)

    def test_one_acknowledgement_is_not_enough(self):
        def acknowledged(publisher, count):
            self.assertEqual(self.published(publisher)["accepted"], count, "the switch is not on")

        before, between = self.lose_the_leader(acknowledged, {"CLIENTELE_BREAK": "acks-one"})
        self.stand.caught_up()
        frame.checks.acknowledged_are_there(self.stand, before)
        with self.noticed("acks-one"):
            frame.checks.acknowledged_are_there(self.stand, between)


class TooFew(frame.Fault):
    number = 5
    title = "two of three brokers gone"
    brokers = 3
    controller_apart = True

    def leave_one(self):
        self.stand.start_broker()
        self.stand.start()
        told = self.generator.plain(BATCH)
        self.publish(told)
        self.stand.caught_up()
        for number in (0, 1):
            self.stand.kafka.kill(number)
            self.strike()
        self.stand.kafka.await_in_sync(EVENTS, 1)
        return told

    def take_nothing(self, events):
        """A client that tries until Kafka has refused; nothing may be acknowledged to it."""
        persisted = self.stand.metric(PERSISTED)
        publisher = self.publishing(events, name="waiting")
        self.addCleanup(stands.end, publisher)
        stands.await_condition(lambda: "NotEnoughReplicas" in self.stand.kafka.log_of(2) or
                               publisher.poll() is not None, "Kafka refuses")
        frame.checks.require(publisher.poll() is None, "acknowledged with one copy")
        frame.checks.require(self.stand.metric(PERSISTED) == persisted, "persisted with one copy")
        return publisher

    def test_nothing_is_acknowledged(self):
        told = self.leave_one()
        events = self.generator.plain(BATCH)
        waiting = self.take_nothing(events)
        self.stand.kafka.start(0)
        self.assertEqual(self.published(waiting)["accepted"], len(events))
        self.stand.kafka.start(1)
        self.stand.kafka.await_in_sync(EVENTS, self.brokers)
        self.check_all(told + events)

    def test_one_copy_is_not_enough(self):
        self.stand.settings += ["--set", "kafka.min_insync_replicas=1"]
        self.leave_one()
        with self.noticed("min.insync.replicas=1"):
            self.take_nothing(self.generator.plain(BATCH))


if __name__ == "__main__":
    unittest.main(verbosity=2)
