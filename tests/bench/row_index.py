"""The entity index: what an event costs with so many entities known, and what corrections of old
entities cost the stream.
"""
import json
import tempfile

import rig
import processes  # where rig has made it known
import row_project
from row import Row, thousands

CORRECTED_EVERY = 100  # 1 %


def run(bench, payload):
    yield from _known(bench.entities)
    yield _corrections(bench, payload)


def _known(sizes):
    """One index that grows to these sizes."""
    if not sizes:
        return
    millions = ",".join(str(size // 1_000_000) for size in sorted(sizes))
    command = [rig.INDEX_PROGRAM, tempfile.gettempdir(), "--known", millions, "--json"]
    rig.say(f"entity index with {millions} million known")
    ended = processes.run(command, 3600)
    assert ended.returncode == 0, ended.stderr
    measured = json.loads(ended.stdout)
    for size in sorted(sizes):
        rows = {row["row"]: row for row in measured if row["known"] == size}
        plain, corrected = rows["stream, no corrections"], rows["stream, 1 % corrections of old entities"]
        bar = "at most 3 us at 100 M" if size >= 100_000_000 else ""
        told = f"retirement_bench FOLDER --known {millions} --json"
        yield Row(
            f"entity index, {size / 1e6:,.0f} M entities known: CPU of an event",
            f"{corrected['all_us']:.2f} us with 1 % corrections of old entities, "
            f"{plain['all_us']:.2f} without (the worker's own thread {corrected['worker_us']:.2f} and "
            f"{plain['worker_us']:.2f})",
            "new entities, 5 % duplicates; CPU of all threads, RocksDB's own included", told, rows, bar,
            corrected["all_us"] <= 3 if bar else None)
        ratio = corrected["all_us"] / plain["all_us"]
        yield Row(
            f"1 % corrections of old entities cost the index, {size / 1e6:,.0f} M known",
            f"{ratio:.2f} times the CPU", "the same", told, {"ratio": ratio}, "at most 1.3 times",
            ratio <= 1.3)


def _corrections(bench, payload):
    """The same stream of new events with and without 1 % corrections of old ones."""
    payload.need_messages()
    base, part = payload.events // 2, payload.events // 4
    plain, corrected = [], []
    for _ in range(bench.repeat):
        with rig.rig() as one:
            one.make_log()
            one.produce(payload.messages, events=base)
            row_project.project(one, base, 1)
            one.produce(payload.messages, skip=base, events=part)
            plain.append(_next(one, part))
            one.produce(payload.messages, skip=base + part, events=part,
                        corrected_every=CORRECTED_EVERY, old=base)
            corrected.append(_next(one, part))
    ratio = rig.median([one / other for one, other in zip(plain, corrected)])
    return Row("1 % corrections of old entities slow the stream by",
               f"{ratio:.2f} times: {thousands(rig.median(corrected))} after "
               f"{thousands(rig.median(plain))}",
               f"{part:,} events after {base:,}, of them 1 % corrections of the first {base:,}",
               "clientele_bench produce --corrected-every 100; clientele run --role projections",
               {"plain": plain, "corrected": corrected, "ratio": ratio}, "at most 1.3 times",
               ratio <= 1.3)


def _next(one, events):
    """Rate over what was added to the log since the runner stopped."""
    one.start("--role", "projections", wait=False)
    rate = rig.steady_rate(one.projected, events)
    one.stop()
    return rate
