"""`clientele verify` against a real log and a real engine: green on what the program made, and exit
status 1 with the exact place for everything that is broken by hand; each break is mended, and green
again, so that no finding is an old one.
"""
import contextlib
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import processes  # noqa: E402
import stand as stands  # noqa: E402

EQUAL, DIFFERENT, COULD_NOT_CHECK = 0, 1, 2
ANYWHERE = "01890a5d-ac96-774b-bcce-b302099a8057"
KAFKA_LIBS = str(stands.ROOT / "build/deps/kafka/libs/*")


class Verifying(unittest.TestCase):
    """One stand and one log for all tests of the class: each leaves behind what verify finds equal."""

    @classmethod
    def setUpClass(cls):
        cls.stand = stands.Stand()
        cls.addClassCleanup(cls.stand.close)
        cls.stand.start_broker()
        cls.stand.start()
        cls.ids = cls.stand.folder / "ids.txt"
        file = cls.simulate("events", "800", "20", "7")
        cls.stand.clientele("publish", "--address", cls.stand.address, "--acknowledged",
                            str(cls.ids), str(file))
        cls.kafka("org.apache.kafka.tools.ConsoleProducer", "--topic", "clientele.events.v1",
                  text="poison\n\x7f more of it\n")
        cls.stand.caught_up()

    @classmethod
    def simulate(cls, name, customers, days, seed):
        file = cls.stand.folder / f"{name}.ndjson"
        cls.stand.clientele("simulate", "--customers", customers, "--days", days, "--seed", seed,
                            "--out", str(file))
        return file

    @classmethod
    def kafka(cls, tool, *arguments, text=None):
        ended = processes.run(["java", "-cp", KAFKA_LIBS, tool, "--bootstrap-server",
                               cls.stand.kafka.addresses, *arguments], input=text)
        assert ended.returncode == 0, ended.stderr

    # ---- what verify says
    def verify(self, *arguments, status=EQUAL, figures=False):
        """Its report. Without the figures, where they are not the point: asking for all of them takes
        longer than all the rest."""
        more = () if figures else ("--no-figures",)
        ended = self.stand.clientele("verify", "--json", *more, *arguments, status=None)
        self.assertEqual(ended.returncode, status, ended.stdout + ended.stderr)
        return json.loads(ended.stdout) if status != COULD_NOT_CHECK else ended.stderr

    def refused(self, words, *arguments):
        self.assertIn(words, self.verify(*arguments, status=COULD_NOT_CHECK))

    def finds(self, invariant, table, partition, offset, words, figures=False):
        """The difference is among those found, at exactly this place."""
        report = self.verify("--most", "100", status=DIFFERENT, figures=figures)
        self.assertFalse(report["equal"])
        found = [d for d in report["differences"]
                 if (d["invariant"], d["table"], d["partition"], d["offset"]) ==
                 (invariant, table, partition, offset) and words in d["text"]]
        self.assertTrue(found, (invariant, table, partition, offset, words, report["differences"]))
        return report

    # ---- breaking and mending
    def change(self, statement):
        self.stand.execute(statement, mutations_sync=2)

    @contextlib.contextmanager
    def changed(self, breaking, mending):
        self.change(breaking)
        try:
            yield
        finally:
            self.change(mending)

    @contextlib.contextmanager
    def lost(self, table, where, instead=None):
        """The rows are gone, or there in another form: `instead` replaces columns of theirs."""
        self.change("DROP TABLE IF EXISTS clientele.kept")
        self.change(f"CREATE TABLE clientele.kept AS clientele.{table}")
        self.change(f"INSERT INTO clientele.kept SELECT * FROM clientele.{table} WHERE {where}")
        self.change(f"ALTER TABLE clientele.{table} DELETE WHERE {where}")
        try:
            if instead:
                self.change(f"INSERT INTO clientele.{table} SELECT * REPLACE({instead})"
                            " FROM clientele.kept")
            yield
        finally:
            self.change(f"ALTER TABLE clientele.{table} DELETE WHERE {where}")
            self.change(f"INSERT INTO clientele.{table} SELECT * FROM clientele.kept")
            self.change("DROP TABLE clientele.kept")

    def a_row(self, table, where="1"):
        """A row somewhere in the middle, and the condition that picks its offset."""
        row = self.stand.sql(f"SELECT src_partition, src_offset FROM clientele.{table} WHERE {where}"
                             " ORDER BY cityHash64(src_partition, src_offset) LIMIT 1")[0]
        partition, offset = row["src_partition"], row["src_offset"]
        return partition, offset, f"src_partition = {partition} AND src_offset = {offset}"


class Verify(Verifying):
    def test_green(self):
        report = self.verify("--acknowledged", str(self.ids), "--wait", "60", figures=True)
        events = self.stand.sql("SELECT count() AS n FROM clientele.events_v1")[0]["n"]
        self.assertEqual(report["events"], events)
        self.assertEqual(report["acknowledged"], len(self.ids.read_text().splitlines()))
        self.assertEqual(report["quarantined"], 2)
        self.assertEqual(report["genesis"], stands.PARTITIONS)
        self.assertEqual(report["records"], events + 2 + stands.PARTITIONS)
        self.assertGreater(report["figures"], 1_000)
        self.assertEqual(report["notes"], [])
        rows = {table["table"]: table["rows"] for table in report["tables"]}
        self.assertEqual(sorted(rows), [
            "agent_states_v1", "calendar_holidays_v1", "calendar_hours_v1", "calendars_v1",
            "call_legs_v1", "calls_v1", "case_moments_v1", "cases_v1", "contacts_v1", "costs_v1",
            "customer_facts_v1", "customer_profiles_v1", "evaluation_items_v1", "evaluations_v1",
            "events_v1", "exchange_rates_v1", "identity_edges_v1", "incentive_components_v1",
            "incentive_plans_v1", "incident_scopes_v1", "incidents_v1", "initiatives_v1",
            "interactions_v1", "journey_matches_v1", "journey_steps_v1", "order_items_v1", "promised_amounts_v1",
            "promises_v1", "quarantine", "reviews_v1", "sampling_plans_v1", "sampling_terms_v1",
            "scorecard_bands_v1", "scorecard_criteria_v1", "scorecard_levels_v1", "scorecards_v1",
            "service_targets_v1", "staff_v1", "survey_questions_v1", "targets_v1", "touches_v1",
            "trainings_v1"])
        self.assertGreater(rows["call_legs_v1"], 100)
        taken_back = self.stand.sql("SELECT countIf(sign < 0) AS n FROM clientele.calls_v1")[0]["n"]
        self.assertGreater(taken_back, 0, "the sample corrects nothing: the rule is not tried")
        self.assertTrue(self.stand.clientele("verify").stdout.endswith("\nequal\n"))

    def test_a_row_of_events_deleted(self):
        partition, offset, where = self.a_row("events_v1")
        with self.lost("events_v1", where):
            report = self.finds("I1", "events_v1", partition, offset, "has no row")
        self.assertEqual({d["invariant"] for d in report["differences"]}, {"I1", "I3"})
        self.verify()

    def test_what_events_say(self):
        partition, offset, where = self.a_row("events_v1", "takes_back > 0")
        for column, other in (("takes_back", "takes_back + 1"), ("entity_id", "'another'"),
                              ("event_id", "generateUUIDv4()"), ("payload", "'poison'")):
            named = "payload_hash" if column == "payload" else column
            with self.subTest(column), self.lost("events_v1", where, f"{other} AS {column}"):
                self.finds("I1", "events_v1", partition, offset, f"{named} is ")
        self.verify()

    def test_a_measure_changed(self):
        partition, offset, where = self.a_row(
            "calls_v1", "sign = 1 AND `end` = 'ANSWERED' AND purpose = 'REAL' AND"
            " direction = 'INBOUND' AND legs > 0")
        where += " AND sign = 1"
        with self.changed(
                f"ALTER TABLE clientele.calls_v1 UPDATE talk_ms = talk_ms + 1 WHERE {where}",
                f"ALTER TABLE clientele.calls_v1 UPDATE talk_ms = talk_ms - 1 WHERE {where}"):
            report = self.finds("I2", "calls_v1", partition, offset, "talk_ms is ", figures=True)
        figures = [d["text"] for d in report["differences"] if d["invariant"] == "I5"]
        for metric in ("talk_time", "aht"):
            self.assertTrue([text for text in figures if text.startswith(metric + ",")], figures)
        self.assertFalse([text for text in figures if text.startswith("hold_time")], figures)
        self.verify()

    def test_a_leg_is_lost(self):
        partition, offset, where = self.a_row("call_legs_v1", "sign = -1")
        with self.lost("call_legs_v1", where + " AND sign = -1"):
            self.finds("I2", "call_legs_v1", partition, offset, "taking back offset ")
        self.verify()

    def test_a_row_twice(self):
        partition, offset, where = self.a_row("calls_v1", "sign = 1")
        with self.changed("INSERT INTO clientele.calls_v1 SELECT * REPLACE(row + 70 AS row)"
                          f" FROM clientele.calls_v1 WHERE {where} AND retires = 0",
                          f"ALTER TABLE clientele.calls_v1 DELETE WHERE {where} AND row >= 70"):
            self.finds("I2", "calls_v1", partition, offset, "has 2 rows, must have 1")
        self.verify()

    def test_rows_of_no_offset(self):
        partition, _, where = self.a_row("calls_v1", "sign = 1")
        for invariant, other, words in (
                ("I2", 0, "has 1 row that nothing in the log tells"),
                ("I1", 9_000_000, "has 1 row of an offset that the log does not have")):
            with self.subTest(other), self.changed(
                    f"INSERT INTO clientele.calls_v1 SELECT * REPLACE({other} AS src_offset)"
                    f" FROM (SELECT * FROM clientele.calls_v1 WHERE {where} AND sign = 1)",
                    "ALTER TABLE clientele.calls_v1 DELETE WHERE"
                    f" src_partition = {partition} AND src_offset = {other}"):
                self.finds(invariant, "calls_v1", partition, other, words)
        self.verify()

    def test_a_quarantine_row_missing(self):
        partition, offset, where = self.a_row("quarantine")
        with self.lost("quarantine", where):
            self.finds("I3", "quarantine", partition, offset, "has no row")
        with self.lost("quarantine", where, "'NO_TENANT' AS reason"):
            self.finds("I3", "quarantine", partition, offset, "reason is 'NO_TENANT', must be ")
        self.verify()

    def test_a_ledger_moved(self):
        ledger = "projection = 'calls' AND src_partition = 3"
        at = self.stand.sql(f"SELECT max(next_offset) AS n FROM clientele.ledger WHERE {ledger}")
        reached = at[0]["n"]
        # Older ones would stand in for the one that is changed.
        self.change(f"ALTER TABLE clientele.ledger DELETE WHERE {ledger} AND next_offset < {reached}")
        for column, other, place, words in (
                ("next_offset", reached - 1, reached - 1, "is behind the mark"),
                ("next_offset", reached + 5, reached + 5, "is beyond the end of the log"),
                ("gaps", 1, reached, "gaps below it is 1, the log has 0"),
                ("quarantined", 70, reached, "quarantined below it is 70")):
            with self.subTest(words), self.lost("ledger", ledger, f"toUInt64({other}) AS {column}"):
                self.finds("I3", "ledger of calls_v1", 3, place, words)
        self.verify()

    def test_an_active_version_without_a_ledger(self):
        with self.lost("ledger", "projection = 'workforce'"):
            report = self.finds("I3", "ledger of workforce_v1", 3, None, "is not there")
            self.assertEqual({d["table"] for d in report["differences"]}, {"ledger of workforce_v1"})
            self.assertEqual(report["found"], stands.PARTITIONS)
            # Its tables are checked all the same.
            rows = {table["table"]: table["rows"] for table in report["tables"]}
            self.assertGreater(rows["agent_states_v1"], 0)
            self.assertEqual(report["notes"], [])
        self.verify()

    def test_versions(self):
        for table in ("calls", "call_legs"):
            self.change(f"CREATE TABLE clientele.{table}_v2 AS clientele.{table}_v1")
            self.change(f"INSERT INTO clientele.{table}_v2 SELECT * FROM clientele.{table}_v1")
            self.addCleanup(self.change, f"DROP TABLE clientele.{table}_v2")
        self.change("INSERT INTO clientele.ledger SELECT * REPLACE(2 AS version)"
                    " FROM clientele.ledger WHERE projection = 'calls'")
        self.addCleanup(self.change, "ALTER TABLE clientele.ledger DELETE"
                        " WHERE projection = 'calls' AND version = 2")
        self.assertIn("calls_v2", self.verify()["versions"])
        partition, offset, where = self.a_row("call_legs_v2")
        self.change(f"ALTER TABLE clientele.call_legs_v2 UPDATE line = line + 1 WHERE {where}")
        report = self.finds("I4", "call_legs_v2", partition, offset,
                            "other rows than in call_legs_v1, which queries read")
        self.assertEqual(report["found"], 1)
        # Differences of other code are expected: a replay has shown them.
        self.change("ALTER TABLE clientele.ledger UPDATE code_hash = 'of older code'"
                    " WHERE projection = 'calls' AND version = 2")
        self.assertIn("calls_v2 was made by other code than calls_v1, which queries read: its rows may "
                      "differ and are not compared", self.verify()["notes"])
        # A version of a part of the log is not expected to hold all of it.
        self.change("CREATE TABLE IF NOT EXISTS clientele.versions (`projection` String,"
                    " version UInt32, change UInt64, state String, restriction String)"
                    " ENGINE = MergeTree ORDER BY (projection, version, change)")
        self.change("INSERT INTO clientele.versions (projection, version, change, state,"
                    " restriction) VALUES ('calls', 2, 1000000, 'done', 'from=7')")
        self.addCleanup(self.change, "ALTER TABLE clientele.versions DELETE WHERE change = 1000000")
        report = self.verify()
        self.assertIn("calls_v2 holds a part of the log only", report["notes"][0])

    def test_an_acknowledged_event_lost(self):
        more = self.stand.folder / "more.txt"
        more.write_text(self.ids.read_text() + ANYWHERE + "\n")
        report = self.verify("--acknowledged", str(more), status=DIFFERENT)
        self.assertEqual(report["found"], 1)
        self.assertIn(ANYWHERE, report["differences"][0]["text"])

    def test_acknowledged_events_that_the_mark_does_not_cover(self):
        mark = self.verify()["mark"]
        newer = self.stand.folder / "newer.txt"
        file = self.simulate("newer", "20", "2", "9")
        self.stand.clientele("publish", "--address", self.stand.address, "--acknowledged", str(newer),
                             str(file))
        at_mark = ("verify", "--no-figures", "--mark", str(mark), "--acknowledged")
        told = self.stand.clientele(*at_mark, str(newer), status=COULD_NOT_CHECK)
        self.assertIn("which the mark does not cover; give a newer mark, or --wait", told.stderr)
        # All the rest was checked.
        acknowledged = len(newer.read_text().splitlines())
        self.assertIn(f"\nacknowledged: {acknowledged} events\n", told.stdout)
        self.assertTrue(told.stdout.endswith("\n0 differences so far, not all was checked\n"))
        # One that is nowhere is lost all the same.
        newer.write_text(newer.read_text() + ANYWHERE + "\n")
        told = self.stand.clientele(*at_mark, str(newer), status=COULD_NOT_CHECK)
        self.assertIn(f"event {ANYWHERE} was acknowledged and is not there in the log\n", told.stdout)
        self.assertTrue(told.stdout.endswith("\n1 difference so far, not all was checked\n"))
        newer.write_text(newer.read_text().replace(ANYWHERE + "\n", ""))
        self.verify("--wait", "60", "--acknowledged", str(newer))
        newer.write_text("")
        self.assertIn("\nacknowledged: 0 events\n", self.stand.clientele(
            "verify", "--no-figures", "--acknowledged", str(newer)).stdout)

    def test_what_cannot_be_checked(self):
        self.refused("mark 4000000: the store has no such mark", "--mark", "4000000")
        self.refused("--mark excludes --wait", "--mark", "1", "--wait", "5")
        bad = self.stand.folder / "bad.txt"
        bad.write_text(ANYWHERE + "\nno id\n")
        self.refused("bad.txt line 2: 'no id'", "--acknowledged", str(bad))
        bad.write_text(ANYWHERE + ",0,8000000\n")
        self.refused("which the mark does not cover", "--acknowledged", str(bad))
        for mark in ("-1", "18446744073709551615"):
            self.refused(f"--mark: Value {mark} not in range 0 to 9223372036854775807", "--mark", mark)
        self.refused("kafka.brokers = \"\": must not be empty", "--set", "kafka.brokers=")
        # Before the log is read: nothing is reported.
        nobody = f"127.0.0.1:{stands.free_port()}"
        told = self.stand.clientele("verify", "--address", nobody, status=COULD_NOT_CHECK)
        self.assertIn(f"clientele: {nobody}: ", told.stderr)
        self.assertNotIn("records", told.stderr + told.stdout)
        away = ("--set", f"clickhouse.url=http://{nobody}")
        self.assertIn("the server cannot be reached",
                      self.stand.clientele(*away, "verify", status=COULD_NOT_CHECK).stderr)
        away = ("--set", f"kafka.brokers={nobody}")
        self.stand.clientele(*away, "verify", status=COULD_NOT_CHECK)
        # Without a query service the rest is checked, which is not all that was asked for.
        away = ("--set", f"grpc.listen={nobody}")
        unasked = self.stand.clientele(*away, "verify", status=COULD_NOT_CHECK)
        self.assertIn("figures are not checked", unasked.stdout)
        self.assertTrue(unasked.stdout.endswith("\nequal, figures not checked\n"))
        self.assertIn("--no-figures", unasked.stderr)
        self.assertFalse(self.verify()["figures_checked"])
        self.assertTrue(self.verify(figures=True)["figures_checked"])

    def test_a_store_that_is_not_this_logs(self):
        with self.changed("RENAME TABLE clientele.calls_v1 TO clientele.calls_away",
                          "RENAME TABLE clientele.calls_away TO clientele.calls_v1"):
            self.refused("the store has no table calls_v1")
        log_id = self.stand.sql("SELECT toString(any(log_id)) AS id FROM clientele.ledger")[0]["id"]
        with self.changed(f"ALTER TABLE clientele.ledger UPDATE log_id = '{ANYWHERE}' WHERE 1",
                          f"ALTER TABLE clientele.ledger UPDATE log_id = '{log_id}' WHERE 1"):
            self.refused("the store belongs to another log")
        last = "(SELECT * FROM clientele.marks ORDER BY id DESC LIMIT 1)"
        with self.changed("INSERT INTO clientele.marks SELECT * REPLACE(9000000 AS id,"
                          f" arrayMap(n -> n + 1000000, next) AS next) FROM {last}",
                          "ALTER TABLE clientele.marks DELETE WHERE id = 9000000"):
            self.refused("the log has lost its end")
        self.verify()


class ChangingLog(Verifying):
    """A stand of its own: the log is another one afterwards."""

    def test_it_grows_then_loses_its_beginning(self):
        before = self.verify()
        file = self.simulate("more", "1500", "40", "8")
        publisher = self.stand.starting("publish", "--address", self.stand.address, "--batch", "50",
                                        str(file))
        runs = 0
        while publisher.poll() is None:
            at_mark = self.verify("--mark", str(before["mark"]), figures=True)
            self.assertEqual(at_mark["events"], before["events"])
            self.verify()
            runs += 1
        self.assertGreater(runs, 0)
        self.assertEqual(processes.ended(publisher, "the client").returncode, 0)
        after = self.verify("--wait", "60")
        with open(file, encoding="utf-8") as lines:
            self.assertEqual(after["events"], before["events"] + sum(1 for _ in lines))

        cut = self.stand.folder / "cut.json"
        cut.write_text(json.dumps({"version": 1, "partitions": [
            {"topic": "clientele.events.v1", "partition": 2, "offset": 10}]}))
        self.kafka("org.apache.kafka.tools.DeleteRecordsCommand", "--offset-json-file", str(cut))
        self.refused("partition 2 begins at offset 10: the log has lost its beginning")


if __name__ == "__main__":
    unittest.main(verbosity=2)
