"""Events in: PublishStream against a bare idempotent producer of the same messages."""
import machine
import rig
from row import Row, megabytes, thousands

WINDOW = 100_000      # events that the client has outstanding: what the server takes of one stream
PACED_S = 10
WARM_EVENTS = 4_000_000
SMALLEST_WARM = 100_000  # of a short run no figure is worth warming up
TOPIC = "clientele.bench.v1"


def stream(one, payload, **more):
    options = []
    for name, value in more.items():
        options += [f"--{name}", value]
    return one.measure("stream", "--address", one.address, "--requests", payload.requests, *options)


def run(bench, payload):
    grpc, bare, costs, paced = [], [], [], []
    with rig.rig() as one:
        one.start("--role", "ingest")
        # Kafka needs some millions of messages until its code is compiled.
        warming = min(6, max(1, WARM_EVENTS // payload.events)) if payload.events >= SMALLEST_WARM else 1
        for turn in range(1 - warming, bench.repeat + 1):
            with machine.Cpu(server=one.server.pid, kafka=one.broker_process) as cpu:
                sent = stream(one, payload, window=WINDOW)
            payload.capture(one)
            with machine.Cpu(kafka=one.broker_process) as bare_cpu:
                produced = one.produce(payload.messages, TOPIC)
            if sent["failures"]:
                raise RuntimeError(f"{sent['failures']} events were not accepted")
            rig.say(f"publish {turn}: gRPC {thousands(sent['events'] / sent['seconds'])}, bare "
                    f"{thousands(produced['events'] / produced['seconds'])}")
            if turn < 1:
                continue
            grpc.append(sent["events"] / sent["seconds"])
            bare.append(produced["events"] / produced["seconds"])
            costs.append({"client": sent["cpu_seconds"], "server": cpu.seconds["server"],
                          "kafka": cpu.seconds["kafka"], "bare producer": produced["cpu_seconds"],
                          "kafka beside it": bare_cpu.seconds["kafka"]})
        rate, bare_rate = rig.median(grpc), rig.median(bare)
        for _ in range(bench.repeat):
            paced.append(stream(one, payload, rate=rate / 2, seconds=PACED_S))
    yield from _rows(payload, costs, paced, grpc, bare, rate, bare_rate)


def _rows(payload, costs, paced, grpc, bare, rate, bare_rate):
    micros = {name: rig.median([cost[name] for cost in costs]) * 1e6 / payload.events
              for name in costs[0]}
    ours = micros["client"] + micros["server"] + micros["kafka"]
    theirs = micros["bare producer"] + micros["kafka beside it"]
    ratio = rig.median([one / other for one, other in zip(grpc, bare)])
    p99 = rig.median([run["p99_ms"] for run in paced])
    size = payload.message_bytes / payload.events
    what = f"{payload.text()}, {size:.0f} bytes each in the log"
    yield Row(
        "PublishStream, acknowledged = persisted, against a bare idempotent producer",
        f"{thousands(rate)} of {thousands(bare_rate)}: {ratio:.0%}",
        f"{what}, batches of {rig.BATCH}, {WINDOW:,} outstanding",
        "clientele run --role ingest; clientele_bench stream; clientele_bench produce",
        {"grpc": grpc, "bare": bare, "ratio": ratio, "cpu_us": micros}, "at least 60 %",
        ratio >= 0.6)
    yield Row(
        "CPU of an event on that way",
        f"server {micros['server']:.2f} us, client {micros['client']:.2f}, Kafka "
        f"{micros['kafka']:.2f}; the bare producer {micros['bare producer']:.2f}, Kafka beside it "
        f"{micros['kafka beside it']:.2f}; together {ours:.2f} against {theirs:.2f}: {theirs / ours:.0%}",
        what, "/proc/PID/stat of each process", micros)
    yield Row(
        "acknowledgement at half that rate",
        f"p50 {rig.median([run['p50_ms'] for run in paced]):.1f} ms, p99 {p99:.1f} ms, most "
        f"{max(run['max_ms'] for run in paced):.0f} ms",
        f"{thousands(rate / 2)} for {PACED_S} s, sent by the clock, each batch from the moment at "
        "which it was due",
        "clientele_bench stream --rate", {"runs": paced}, "p99 at most 25 ms", p99 <= 25)
    yield Row("bytes on that way", megabytes(rate * size), what, "the same",
              {"bytes_per_second": rate * size})
