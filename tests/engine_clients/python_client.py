"""The official Python client, clickhouse-connect, against the engine."""
import datetime
import os
import threading
import time
import unittest
import uuid

import clickhouse_connect
from clickhouse_connect.driver.exceptions import DatabaseError

ROWS = 1_000_000


def connect(**settings):
    return clickhouse_connect.get_client(
        host="127.0.0.1", port=int(os.environ["ENGINE_PORT"]), username="default",
        password=os.environ["ENGINE_PASSWORD"], **settings)


class PythonClient(unittest.TestCase):
    def setUp(self):
        self.client = connect()
        self.addCleanup(self.client.close)
        self.client.command("DROP TABLE IF EXISTS default.py SYNC")
        self.client.command(
            "CREATE TABLE default.py (id UInt64, name String, at DateTime64(3, 'UTC'), "
            "share Nullable(Float64), tags Array(String), kind LowCardinality(String), u UUID) "
            "ENGINE = MergeTree ORDER BY id")

    def test_rows_come_back_as_they_went_in(self):
        at = datetime.datetime(2026, 11, 26, 10, 0, 0, 125000)
        rows = [[1, "one\t'\\\n", at, None, ["a", "b'"], "x", uuid.uuid4()],
                [2, "zwei \u2713", at, 0.5, [], "y", uuid.uuid4()]]
        self.client.insert("default.py", rows)
        result = self.client.query("SELECT * FROM default.py ORDER BY id")
        got = [list(row) for row in result.result_rows]
        for row in got:
            row[2] = row[2].replace(tzinfo=None)
        self.assertEqual(got, rows)
        self.assertEqual(result.column_names[0], "id")

    def test_a_million_rows_both_ways(self):
        for compression in (False, "lz4", "zstd", "gzip"):
            client = connect(compress=compression)
            client.command("TRUNCATE TABLE default.py")
            count = ROWS if compression == "lz4" else ROWS // 10
            columns = [list(range(count)), [f"name {i % 1000}" for i in range(count)]]
            summary = client.insert("default.py", columns, column_names=["id", "name"],
                                    column_oriented=True)
            self.assertEqual(summary.written_rows, count)
            total = 0
            names = set()
            with client.query_column_block_stream("SELECT id, name FROM default.py") as blocks:
                for ids, texts in blocks:
                    total += sum(ids)
                    names.update(texts)
            self.assertEqual(total, count * (count - 1) // 2)
            self.assertEqual(len(names), 1000)
            client.close()

    def test_parameters_are_bound_by_the_server(self):
        result = self.client.query(
            "SELECT {n:UInt64}, {s:String}, {l:Array(String)}, {d:DateTime64(3)}",
            parameters={"n": 7, "s": "it's \\ \t", "l": ["x'y", "z"],
                        "d": datetime.datetime(2026, 1, 2, 3, 4, 5)})
        row = result.first_row
        self.assertEqual(row[:3], (7, "it's \\ \t", ["x'y", "z"]))

    def test_raw_formats(self):
        self.client.raw_insert("default.py", ["id", "name"], b'{"id": 3, "name": "json"}\n',
                               fmt="JSONEachRow")
        parquet = self.client.raw_query("SELECT number AS id, 'p' AS name FROM numbers(10, 1000)",
                                        fmt="Parquet")
        self.client.raw_insert("default.py", ["id", "name"], parquet, fmt="Parquet")
        self.assertEqual(self.client.command("SELECT count() FROM default.py"), 1001)

    def test_settings_and_query_ids(self):
        result = self.client.query("SELECT getSetting('max_block_size')",
                                   settings={"max_block_size": 123, "query_id": "py-query"})
        self.assertEqual(result.first_row[0], 123)
        self.assertEqual(result.query_id, "py-query")

    def test_errors_have_their_code(self):
        for sql, code in (("SELECT * FROM default.missing", 60), ("SELEC", 62), ("SELECT nope", 47),
                          ("SELECT throwIf(1)", 395), ("SELECT * FROM file('/etc/passwd')", 497)):
            with self.assertRaises(DatabaseError, msg=sql) as caught:
                self.client.query(sql)
            self.assertIn(f"{code}", str(caught.exception))
        with self.assertRaises(DatabaseError):
            self.client.insert("default.py", [[1]], column_names=["missing"])
        self.assertEqual(self.client.command("SELECT 1"), 1)

    def test_an_error_in_the_middle_is_told(self):
        with self.assertRaises(Exception):
            with self.client.query_rows_stream(
                    "SELECT throwIf(number = 3000000) FROM numbers(10000000)",
                    settings={"max_block_size": 1000}) as rows:
                for _ in rows:
                    pass

    def test_a_wrong_password_is_refused(self):
        with self.assertRaises(DatabaseError) as caught:
            clickhouse_connect.get_client(host="127.0.0.1", port=int(os.environ["ENGINE_PORT"]),
                                          username="default", password="wrong")
        self.assertIn("516", str(caught.exception))

    def test_what_it_asks_about_tables(self):
        self.assertIn("py", self.client.command("SHOW TABLES FROM default"))
        self.assertEqual(self.client.command("EXISTS TABLE default.py"), 1)
        described = self.client.query("DESCRIBE TABLE default.py")
        self.assertEqual(described.result_rows[0][0], "id")

    def test_a_query_is_killed_by_its_id(self):
        caught = []

        def run():
            try:
                connect(autogenerate_session_id=False).query(
                    "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))",
                    settings={"query_id": "py-victim"})
            except DatabaseError as error:
                caught.append(str(error))

        thread = threading.Thread(target=run)
        thread.start()
        until = time.monotonic() + 30
        while time.monotonic() < until and not self.client.command(
                "SELECT count() FROM system.processes WHERE query_id = 'py-victim'"):
            pass
        self.client.command("KILL QUERY WHERE query_id = 'py-victim' SYNC")
        thread.join(30)
        self.assertFalse(thread.is_alive())
        self.assertIn("394", caught[0])


if __name__ == "__main__":
    unittest.main()
