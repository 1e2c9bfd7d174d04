"""Plain tables in the same engine, beside the product's: the same rows without sign, lineage and mark,
what was taken back left out, in MergeTree by the same leading key. What SQL written by hand would ask.
"""
import contextlib
import pathlib
import re
import time

import rig
import stand  # where rig has made it known

LINEAGE = {"src_partition", "src_offset", "retires", "row"}
TABLES, INDEXES, CREATE, INDEX, FILL = (
    pathlib.Path(__file__).with_suffix(".sql").read_text().split("\n;\n"))
PATIENCE_S = 1800
QUIET_S = 5


def _filled(statement, **places):
    for name, value in places.items():
        statement = statement.replace(f"@{name}@", value)
    return statement


def _execute(one, statement):
    """As one.execute, with the time that copying a table takes."""
    with contextlib.closing(stand.UnixConnection(str(one.socket))) as connection:
        connection.timeout = PATIENCE_S
        connection.request("POST", "/", statement.encode())
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
    if answer.status != 200:
        raise RuntimeError(f"{body}\nin: {statement[:300]}")


def make(one):
    """How many rows each has. Of several versions of a table the newest counts."""
    _execute(one, "CREATE DATABASE yardstick")
    newest = {}
    for table in one.sql(TABLES):
        name, version = re.fullmatch(r"(.+)_v(\d+)", table["name"]).groups()
        newest[name] = max(newest.get(name, (0,)), (int(version), table["name"], table["sorting_key"]))
    for name, (_, table, sorting_key) in newest.items():
        key = [column for column in sorting_key.split(", ") if column not in LINEAGE]
        _execute(one, _filled(CREATE, name=name, table=table, key=", ".join(key)))
        for index in one.sql(_filled(INDEXES, table=table)):
            _execute(one, _filled(INDEX, name=name, index=index["name"], expression=index["expr"],
                                  type=index["type"]))
        _execute(one, _filled(FILL, name=name, table=table))
    return {row["name"]: row["rows"] for row in one.sql(
        "SELECT name, total_rows AS rows FROM system.tables WHERE database = 'yardstick'")}


def drop(one):
    _execute(one, "DROP DATABASE yardstick SYNC")


def settle(one):
    """Waits until the engine has merged what it wants to: no merge for some seconds."""
    busy_at = time.monotonic()

    def quiet():
        nonlocal busy_at
        if one.sql("SELECT count() AS merges FROM system.merges")[0]["merges"]:
            busy_at = time.monotonic()
        return time.monotonic() - busy_at > QUIET_S

    rig.seconds_until(quiet, "the engine has merged", PATIENCE_S, every_s=0.5)
