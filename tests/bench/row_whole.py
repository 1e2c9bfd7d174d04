"""The whole product at work: how soon an event is visible, memory at full load, the way back after
kill -9. Every role in one process, its engine beside it.
"""
import contextlib
import os
import signal
import time

import machine
import processes
import rig
from row import Row, thousands

EVERY_MS = 200


def run(bench, payload):
    # Half of the events to find the top rate with, the rest beside what becomes visible: both new.
    first = payload.events // 2
    with rig.rig() as one:
        one.start()
        top, memory = _full_load(one, payload, first)
        yield _memory(first, payload, memory, top)
        yield _visible(bench, one, payload, first, top)
        yield _restart(bench, one, payload, top)


def _full_load(one, payload, events):
    """Rate until everything is in the tables, and the most memory of each process meanwhile."""
    begin = time.monotonic()
    one.measure("stream", "--address", one.address, "--requests", payload.requests, "--window",
                20_000, "--events", events)
    rig.seconds_until(lambda: one.projected() >= events, "the log is projected")
    top = events / (time.monotonic() - begin)
    memory = {"clientele run": machine.peak_memory(one.server.pid),
              "engine": machine.peak_memory(one.engine_process())}
    rig.say(f"whole path: {thousands(top)}")
    return top, memory


def _memory(events, payload, memory, top):
    total = sum(memory.values())
    parts = ", ".join(f"{name} {size / 1e6:,.0f}" for name, size in memory.items())
    return Row("memory of all processes but Kafka at full load",
               f"{total / 1e6:,.0f} MB ({parts})",
               f"{events:,} of {payload.text()}, from the client to the tables at {thousands(top)}",
               "clientele run; VmHWM", {"bytes": memory, "events_per_second": top},
               "at most 2 GB", total <= 2e9)


class Load:
    """Events of the payload at a rate, from the `skip`-th request on, in a process of its own."""

    def __init__(self, one, payload, rate, skip=0):
        self.process = processes.spawn(
            [rig.MEASURING, "stream", "--address", one.address, "--requests", payload.requests,
             "--rate", str(rate), "--skip", str(skip)], one.folder / "load.out")
        self.lasted = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lasted = self.process.poll() is None
        self.process.kill()
        self.process.wait()


def _visible(bench, one, payload, skip_events, top):
    runs, lasted = [], True
    share = (payload.events - skip_events) // bench.repeat
    for turn in range(bench.repeat):
        with Load(one, payload, top / 2, (skip_events + turn * share) // rig.BATCH) as load:
            runs.append(one.measure("visible", "--address", one.address, "--count",
                                    bench.probes, "--every-ms", EVERY_MS))
        lasted = lasted and load.lasted
    p50 = rig.median([run["p50_ms"] for run in runs]) / 1e3
    p99 = rig.median([run["p99_ms"] for run in runs]) / 1e3
    return Row("acknowledged -> visible to a query, at half the whole path's top rate",
               f"p50 {p50:.2f} s, p99 {p99:.2f} s" + ("" if lasted else " (the load ended early)"),
               f"{bench.probes} calls, one every {EVERY_MS} ms, beside {thousands(top / 2)}",
               "clientele run; clientele_bench stream --rate; clientele_bench visible",
               {"runs": runs, "load_lasted": lasted}, "p50 at most 1 s, p99 at most 2.5 s",
               lasted and p50 <= 1 and p99 <= 2.5)


def _restart(bench, one, payload, top):
    """kill -9 of both processes in the middle of a load. Something is left to be projected: what was
    acknowledged last, and a thousand messages that come while nothing runs."""
    payload.need_messages()
    # The same messages again are rows of `events` too.
    while one.projected() < bench.restart_rows:
        want = min(payload.events, bench.restart_rows - int(one.projected()))
        before = one.projected()
        one.produce(payload.messages, events=want)
        rig.seconds_until(lambda: one.projected() >= before + want, "the rows are there")
    with Load(one, payload, top):
        before = one.projected()
        rig.seconds_until(lambda: one.projected() > before, "the load runs")
        rows = one.sql("SELECT count() AS n FROM clientele.events_v1")[0]["n"]
        engine = one.engine_process()
        one.kill()
        with contextlib.suppress(ProcessLookupError):  # it may have gone with its parent
            os.kill(engine, signal.SIGKILL)
    one.produce(payload.messages, events=1_000)
    begin = time.monotonic()
    one.start(wait=False)
    # The new process counts the rows that it writes itself, from 0.
    rig.seconds_until(lambda: one.rows_written() > 0, "a new row", 120)
    taken = time.monotonic() - begin
    return Row("start after kill -9: first new rows",
               f"{taken:.2f} s", f"{rows:,} rows of events in the tables, killed under load",
               "kill -9 of clientele run and its engine; clientele run", {"seconds": taken, "rows": rows},
               "within 5 s", taken <= 5)
