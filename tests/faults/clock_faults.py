"""Fault 10: clocks that are wrong: the client's, and the broker's, which steps back an hour."""
import json
import os
import time
import unittest

import frame
import raw_event
import stand as stands

COUNT = 20_000 if frame.LONG else 2_000
SHIM = os.environ.get("CLIENTELE_TEST_CLOCK_SHIM",
                      str(stands.ROOT / "build/release/tests/faults/libclock_shim.so"))
EVENTS = "clientele.events.v1"
MINUTE, DAY = frame.generator.MINUTE, frame.generator.DAY
YEAR = 365 * DAY
Y2099 = 4_070_908_800_000_000
# Records that say to have been stored almost an hour before one that lies before them.
STEPPED_BACK = """
    SELECT count() AS records FROM
    (SELECT recorded_at, max(recorded_at) OVER (PARTITION BY src_partition ORDER BY src_offset
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS newest FROM clientele.events_v1)
    WHERE recorded_at < newest - INTERVAL 50 MINUTE"""


class Clocks(frame.Fault):
    number = 10
    title = "clocks: 1970, 2099, a day off; a broker's an hour back"

    def at(self, moment):
        return self.generator.call(queued_at=moment)

    def test_the_rule_decides(self):
        """Refused or taken by occurred_at alone, whatever else is told."""
        now = int(time.time() * 1e6)
        wrong = [self.at(moment) for moment in
                 (DAY, Y2099, now + DAY, now + 6 * MINUTE, now - 10 * YEAR - 4 * DAY)]
        right = [self.at(moment) for moment in (now - DAY, now - 9 * YEAR, now - 60 * MINUTE)]
        self.strike(len(wrong) + len(right))
        self.stand.start_broker()
        self.stand.start()
        counts = self.published(self.publishing(wrong + right, name="clocks"))
        self.assertEqual(counts, {"accepted": len(right), "unknown": 0, "rejected": len(wrong)})
        refused = [json.loads(line) for line in
                   (self.stand.folder / "clocks.ndjson.rejected.ndjson").read_text().splitlines()]
        self.assertEqual({line["line"] for line in refused}, {1, 2, 3, 4, 5})
        self.assertEqual({line["field"] for line in refused}, {"occurred_at"})
        # What lies in the log counts if the tables can hold it.
        key = raw_event.key("from-2099")
        self.stand.kafka.append(EVENTS, [(raw_event.partition_of(key, stands.PARTITIONS), key,
                                          raw_event.call("from-2099", Y2099))])
        self.stand.caught_up()
        frame.checks.every_offset_is_accounted_for(self.stand)
        told = self.stand.sql("SELECT count() AS n FROM clientele.calls_v1")[0]["n"]
        self.assertEqual(told, len(right) + 1)
        with self.noticed("a rule that takes them"):
            frame.checks.acknowledged_are_there(self.stand, wrong)

    def test_an_older_mark_stays(self):
        """The broker's clock is set back while corrections come: recorded_at steps back, marks do
        not, and a figure of an older mark is the same to the digit."""
        self.stand.start_broker()
        self.stand.start()
        told = self.generator.plain(COUNT)
        self.publish(told)
        self.check_all(told)
        before = self.figures()
        mark = before["meta"]["mark_id"]
        self.broker_an_hour_back()
        calls = [event for event in told if "call" in event]
        more = self.generator.plain(COUNT // 4) + [
            self.generator.revision(call, 1) for call in calls[::3]] + [
            self.generator.retraction(call, 1) for call in calls[1::3]]
        self.publish(more)
        self.check_all(told + more)
        self.strike(self.stand.sql(STEPPED_BACK)[0]["records"])
        self.assertNotEqual(self.figures()["rows"], before["rows"])
        self.same_as(before, mark)

        self.stand.stop()
        self.stand.start(variables={"CLIENTELE_BREAK": "no-mark-filter"})
        with self.noticed("no-mark-filter"):
            self.same_as(before, mark)

    def figures(self, *options):
        return self.stand.query("calls_offered", "service_level:all", "asa", "aht", "--by", "queue",
                                "--grain", "month", *self.generator.period, *options)

    def same_as(self, before, mark):
        frame.checks.require(self.figures("--mark", mark)["rows"] == before["rows"],
                             f"the figures of mark {mark} have changed")
        moments = self.stand.sql("SELECT id, known_at FROM clientele.marks FINAL ORDER BY id")
        known = [row["known_at"] for row in moments]
        self.assertEqual(known, sorted(set(known)), "known_at does not rise")

    def broker_an_hour_back(self):
        self.stand.kafka.stop()
        self.stand.kafka.start(variables={"LD_PRELOAD": SHIM, "CLOCK_SHIM_SECONDS": "-3600"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
