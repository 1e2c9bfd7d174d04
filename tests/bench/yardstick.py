"""The engine's own way from a topic to tables: its Kafka tables and materialized views
(yardstick.sql), in a process of its own, with the engine library that the product uses.

    python3 yardstick.py FOLDER BROKERS TOPIC CONSUMERS EVENTS     one line of JSON
"""
import ctypes
import json
import os
import pathlib
import shutil
import sys

import rig

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "build/deps/engine/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so"
# The same messages as in the events topic, without its genesis records: no event, a parse error.
TOPIC = "clientele.bench.v1"
SCHEMAS = ("events", "calls")
PROFILE = """<clickhouse><profiles><default>
<async_insert>0</async_insert><insert_deduplicate>0</insert_deduplicate>
<deduplicate_insert>disable</deduplicate_insert>
<deduplicate_blocks_in_dependent_materialized_views>0</deduplicate_blocks_in_dependent_materialized_views>
</default></profiles><users><default><password></password><networks><ip>::/0</ip></networks>
<profile>default</profile><quota>default</quota></default></users><quotas><default/></quotas></clickhouse>
"""


class Library:
    """One connection to the library in this process."""

    def __init__(self, folder):
        self.library = ctypes.CDLL(str(LIBRARY))
        pointer = ctypes.c_void_p
        for name, result, arguments in (
                ("chdb_connect", ctypes.POINTER(pointer), [ctypes.c_int, ctypes.POINTER(ctypes.c_char_p)]),
                ("chdb_query_n", pointer, [pointer, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]),
                ("chdb_result_error", ctypes.c_char_p, [pointer]),
                ("chdb_result_buffer", pointer, [pointer]),
                ("chdb_result_length", ctypes.c_size_t, [pointer]),
                ("chdb_destroy_query_result", None, [pointer])):
            function = getattr(self.library, name)
            function.restype, function.argtypes = result, arguments
        users, config = folder / "users.xml", folder / "config.xml"
        users.write_text(PROFILE)
        config.write_text(f"<clickhouse><users_config>{users}</users_config><timezone>UTC</timezone></clickhouse>")
        words = [b"yardstick", f"--path={folder}/data".encode(), f"--config-file={config}".encode()]
        self.connection = self.library.chdb_connect(len(words), (ctypes.c_char_p * len(words))(*words))
        if not self.connection:
            raise RuntimeError("the engine library does not connect")

    def query(self, sql):
        """Rows as lists of texts."""
        text = sql.encode()
        result = self.library.chdb_query_n(self.connection[0], text, len(text), b"TabSeparated", 12)
        try:
            error = self.library.chdb_result_error(result)
            if error:
                raise RuntimeError(f"{error.decode()}\nin: {sql[:300]}")
            length = self.library.chdb_result_length(result)
            out = ctypes.string_at(self.library.chdb_result_buffer(result), length) if length else b""
            return [line.split("\t") for line in out.decode().splitlines()]
        finally:
            self.library.chdb_destroy_query_result(result)


def statements(path):
    return [part.replace("{version}", "1") for part in path.read_text().split("\n;\n")]


def run(folder, brokers, topic, consumers, events):
    folder.mkdir(parents=True)
    library = Library(folder)
    library.query("CREATE DATABASE clientele")
    library.query("CREATE DATABASE yardstick")
    for projection in SCHEMAS:
        for statement in statements(ROOT / f"projections/{projection}/schema/create.sql"):
            library.query(statement)
    # A schema's imports are looked for beside it.
    (folder / "schema").mkdir()
    (folder / "schema/clientele").symlink_to(ROOT / "proto/clientele")
    proto = folder / "schema/event.proto"
    proto.symlink_to(ROOT / "proto/clientele/event/v1/event.proto")
    for statement in statements(pathlib.Path(__file__).with_suffix(".sql")):
        for name, value in (("brokers", brokers), ("topic", topic), ("consumers", consumers),
                            ("proto", proto), ("run", os.getpid())):
            statement = statement.replace(f"@{name}@", str(value))
        library.query(statement)

    def rows():
        """Of both ways through, which need not begin together."""
        counts = library.query("SELECT (SELECT count() FROM clientele.events_v1), "
                               "(SELECT count() FROM yardstick.payloads)")[0]
        return sum(min(int(count), events) for count in counts) // len(counts)

    try:
        rate = rig.steady_rate(rows, events)
    except AssertionError as slow:
        why = library.query("SELECT table, arrayMap(text -> substring(text, 1, 300), exceptions.text) "
                            "FROM system.kafka_consumers")
        raise RuntimeError(f"{slow}: {why}") from slow
    calls = library.query("SELECT count() FROM clientele.calls_v1")
    print(json.dumps({"rate": rate, "calls": int(calls[0][0])}), flush=True)


def measure(one, events, consumers):
    """Events a second of `consumers` consumers a table over the first events of the log."""
    folder = one.folder / "yardstick"
    shutil.rmtree(folder, ignore_errors=True)
    made = rig.run_program([sys.executable, __file__, folder, one.kafka.addresses, TOPIC, consumers, events])
    shutil.rmtree(folder, ignore_errors=True)
    return made["rate"]


if __name__ == "__main__":
    run(pathlib.Path(sys.argv[1]).absolute(), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    # Its consumers are in the middle of their work: nothing here needs an orderly end.
    sys.stdout.flush()
    os._exit(0)
