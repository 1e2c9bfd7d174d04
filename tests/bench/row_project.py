"""From the log to the tables: the runner against the inserts of its own blocks alone, and against
the engine's own Kafka tables with materialized views."""
import json
import shutil

import machine
import processes
import rig
import yardstick
from row import Row, megabytes, thousands

BARS = {1: 3, 2: 4}  # times the engine's own way
MOST_WORKERS = max(BARS)


def project(one, events, workers):
    """Rate and CPU seconds an event of the runner over the whole log, into an empty store."""
    one.fresh_data()
    with one.workers(workers):
        one.start("--role", "projections", wait=False)
    engine = processes.await_condition(one.engine_process, "the engine runs")
    with machine.Cpu(runner=one.server.pid, engine=engine, kafka=one.broker_process) as cpu:
        rate = rig.steady_rate(one.projected, events)
    steps = {name.split('"')[1]: value for name, value in one.metrics().items()
             if name.startswith("clientele_runner_step_seconds_total{")}
    one.stop()
    return {"rate": rate, "cpu": cpu.seconds, "steps": steps}


def insert_alone(one, workers):
    one.fresh_data()
    shutil.rmtree(one.folder / "blocks", ignore_errors=True)
    with one.engine():
        return one.measure("insert", *one.kafka_options(), "--store", f"unix:{one.data}/engine.sock",
                           "--folder", one.folder / "blocks", "--connections", workers)


def run(bench, payload):
    payload.need_messages()
    with rig.rig() as one:
        one.make_log()
        one.produce(payload.messages)
        one.produce(payload.messages, yardstick.TOPIC, events=bench.yardstick_events)
        made = None
        for workers in BARS:
            runs, alone, own = [], [], []
            for turn in range(bench.repeat):
                runs.append(project(one, payload.events, workers))
                made = insert_alone(one, workers)
                alone.append(made)
                own.append(yardstick.measure(one, bench.yardstick_events, workers))
                rig.say(f"project {turn}, {workers}: runner {thousands(runs[-1]['rate'])}, inserts "
                        f"alone {thousands(made['events'] / made['seconds'])}, the engine's own "
                        f"way {thousands(own[-1])}")
            yield from _rows(payload, bench, workers, runs, alone, own)
        yield _steps(payload, made, runs)
        yield _replay(one, payload, runs)


def _rows(payload, bench, workers, runs, alone, own):
    name = "one worker" if workers == 1 else f"{workers} workers"
    rates = [one["rate"] for one in runs]
    alone_rates = [one["events"] / one["seconds"] for one in alone]
    ratio = rig.median([one / other for one, other in zip(rates, alone_rates)])
    times = rig.median([one / other for one, other in zip(rates, own)])
    size = alone[0]["bytes"] / alone[0]["events"]
    yield Row(
        f"log -> tables of every projection, exactly once, {name}, against inserting the same blocks",
        f"{thousands(rig.median(rates))} of {thousands(rig.median(alone_rates))}: {ratio:.0%}",
        f"{payload.text()}, {size:.0f} bytes of Native blocks an event, fsync on",
        f"clientele run --role projections; clientele_bench insert --connections {workers}",
        {"runner": rates, "insert": alone_rates, "ratio": ratio}, "at least 50 %", ratio >= 0.5)
    yield Row(
        f"the same, {name}, against the engine's own Kafka tables and views",
        f"{thousands(rig.median(rates))} against {thousands(rig.median(own))}: {times:.1f} times",
        f"the engine's way: events, calls and call_legs alone, of the first "
        f"{bench.yardstick_events:,} messages in a topic of the same partitions",
        f"yardstick.py, {workers} consumer{'s' if workers > 1 else ''} a table",
        {"runner": rates, "engine": own, "ratio": times}, f"at least {BARS[workers]} times",
        times >= BARS[workers])
    yield Row(
        f"limit: inserting ready Native blocks, {workers} connection{'s' if workers > 1 else ''}",
        f"{megabytes(rig.median(alone_rates) * size)}, {thousands(rig.median(alone_rates))}",
        f"{size:.0f} bytes an event", "clientele_bench insert",
        {"bytes_per_second": [rate * size for rate in alone_rates]})


def _steps(payload, made, runs):
    micros = lambda seconds: seconds * 1e6 / payload.events  # noqa: E731
    clock = {name: made[f"{name}_seconds"] for name in ("decode", "retire", "project")}
    # Their shares of the clock, of the CPU that the threads had meanwhile.
    cost = {name: micros(made["making_cpu_seconds"] * seconds / sum(clock.values()))
            for name, seconds in clock.items()}
    cost["encode"] = micros(made["encode_cpu_seconds"])
    cpu = {name: rig.median([micros(one["cpu"][name]) for one in runs])
           for name in ("runner", "engine", "kafka")}
    figure = ", ".join(f"{name} {value:.2f}" for name, value in cost.items())
    return Row(
        "an event between the log and the store, by step",
        f"{figure} us; the whole process {cpu['runner']:.2f} us of CPU, the engine (insert and "
        f"merges) {cpu['engine']:.2f}, Kafka {cpu['kafka']:.2f}",
        f"{payload.text()}; encoding is what is left of it: columns are filled as they are sent",
        "clientele_bench insert; /proc/PID/stat", {"step_us": cost, "cpu_us": cpu})


def _replay(one, payload, runs):
    """`calls` built anew beside the live tables, which the runner keeps up, and proved equal."""
    one.fresh_data()
    with one.workers(MOST_WORKERS):
        one.start("--role", "projections", "--role", "query")
        rig.seconds_until(lambda: one.projected() >= payload.events, "the log is projected")
        one.caught_up()
        replayed = json.loads(one.clientele("replay", "calls").stdout.splitlines()[-1])
        one.stop()
    if not replayed["equal"]:
        raise RuntimeError(f"the replay differs: {replayed['differences'][:5]}")
    whole = replayed["built_s"] + replayed["proof_s"]
    rate = payload.events / whole
    live = rig.median([run["rate"] for run in runs])
    share = replayed["proof_s"] / whole
    return Row("replay of calls from offset 0, proof included, against the live path",
               f"{thousands(rate)}, {rate / live:.2f} times the live path; the proof takes {share:.0%}",
               f"{payload.text()}; {MOST_WORKERS} workers each; live: every projection",
               "clientele replay calls", {**replayed, "ratio": rate / live},
               "as fast, proof under 15 %", rate >= live and share < 0.15)
