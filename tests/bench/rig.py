"""What the rows of the benchmark stand on: a broker, the product's processes, the measuring program,
and files of events that are made once. Everything is ended by process id and removed at the end.
"""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

import machine

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import processes  # noqa: E402
import stand  # noqa: E402

BATCH = 500
STALLED_S = 120
BUILD = pathlib.Path(stand.PROGRAM).parent
MEASURING = BUILD / "clientele_bench"
INDEX_PROGRAM = BUILD / "projections/retirement/retirement_bench"
BUILDING = (f"cmake --preset release && cmake --build {os.path.relpath(BUILD, ROOT)} "
            "--target bench_programs")


def lacking():
    """What is missing for a run, with what to do; nothing if all is there."""
    if not list((ROOT / "build/deps/kafka/libs").glob("kafka_2.13-*.jar")):
        return "no Kafka in build/deps/kafka; run deploy/install first"
    if shutil.which("java") is None:
        return "no Java; run deploy/install first"
    for program in (pathlib.Path(stand.PROGRAM), MEASURING, INDEX_PROGRAM):
        if not program.exists():
            return f"{program} is not built; run: {BUILDING}"
    return None


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run_program(command, patience_s=3600):
    """Its last line of output as JSON."""
    ended = processes.run(command, patience_s)
    if ended.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit status {ended.returncode}\n"
                           f"{ended.stdout}{ended.stderr}")
    return json.loads(ended.stdout.strip().splitlines()[-1])


class Rig(stand.Stand):
    """One broker with the product beside it, in a folder that is removed at the end."""

    def __init__(self):
        super().__init__()
        self.kafka.heap, self.kafka.jvm = "512m", ""  # as deploy/up gives them

    @property
    def broker_process(self):
        return self.kafka.processes[0].pid

    def measure(self, step, *options):
        return run_program([MEASURING, step, *options])

    def kafka_options(self):
        return ["--brokers", self.kafka.addresses, "--partitions", stand.PARTITIONS]

    def fresh_data(self):
        """Another data folder with the same keys: an empty store, an empty index."""
        keys = (self.data / "keys.toml").read_bytes()
        shutil.rmtree(self.data)
        self.data.mkdir(mode=0o700)
        (self.data / "keys.toml").write_bytes(keys)
        os.chmod(self.data / "keys.toml", 0o600)

    @contextlib.contextmanager
    def workers(self, count):
        """So many projection workers in every process that is started meanwhile."""
        before = self.settings
        self.settings = [*before, "--set", f"runner.workers={count}"]
        try:
            yield
        finally:
            self.settings = before

    def make_log(self):
        """The topics with their genesis records, and no process of ours left."""
        self.start("--role", "ingest")
        self.stop()

    def produce(self, messages, topic="clientele.events.v1", **more):
        options = []
        for name, value in more.items():
            options += ["--" + name.replace("_", "-"), value]
        return self.measure("produce", *self.kafka_options(), "--topic", topic, "--messages",
                            messages, *options)

    def metrics(self):
        """Every sample of the process's own metrics, by its name with its labels."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=10)
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
            connection.close()
        except (OSError, http.client.HTTPException):
            return {}
        samples = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in samples}

    def projected(self):
        return self.metrics().get("clientele_runner_records_total", 0)

    def rows_written(self):
        return sum(value for name, value in self.metrics().items()
                   if name.startswith("clientele_runner_rows_total{"))

    @contextlib.contextmanager
    def engine(self):
        """The engine process alone, on its socket."""
        process = processes.spawn(self.command("engine"), self.folder / "engine.log")
        try:
            processes.await_condition(self.answers, "the engine answers")
            yield process
        finally:
            process.terminate()
            processes.ended(process, "the engine that was told to")


@contextlib.contextmanager
def rig():
    one = Rig()
    try:
        one.start_broker()
        yield one
    finally:
        one.close()


class Payload:
    """Files of events, made once a run: requests for a client, and the log's messages of them."""

    def __init__(self, folder, events):
        self.folder = pathlib.Path(folder)
        self.events = events
        self.requests = self.folder / "requests"
        self.messages = self.folder / "messages"
        self.message_bytes = 0
        say(f"making {events:,} events of the sample company")
        made = run_program([MEASURING, "payload", "--events", events, "--batch", BATCH, "--out",
                            self.requests])
        self.request_bytes = made["bytes"]

    def remove(self):
        for file in (self.requests, self.messages):
            file.unlink(missing_ok=True)

    def text(self):
        return f"{self.events:,} events of the sample company"

    def capture(self, of):
        """The messages that ingest wrote for the requests, from a log that holds them alone."""
        if self.messages.exists():
            return
        made = of.measure("capture", *of.kafka_options(), "--events", self.events, "--out",
                          self.messages)
        self.message_bytes = made["bytes"]

    def need_messages(self):
        if self.messages.exists():
            return
        say("writing the log's messages")
        with rig() as one:
            one.start("--role", "ingest")
            one.measure("stream", "--address", one.address, "--requests", self.requests,
                        "--window", 20_000)
            self.capture(one)


@contextlib.contextmanager
def scratch(folder):
    """All temporary files of a run lie in one folder below `folder`, which goes with this process."""
    tempfile.tempdir = str(folder)
    own = processes.Folder()
    tempfile.tempdir = str(own.path)
    try:
        yield own.path
    finally:
        tempfile.tempdir = None
        own.remove()


def median(values):
    return statistics.median(values)


def seconds_until(condition, what, patience_s=1800, every_s=0.02):
    """How long a condition takes to come true."""
    begin = time.monotonic()
    while time.monotonic() - begin < patience_s:
        if condition():
            return time.monotonic() - begin
        time.sleep(every_s)
    raise AssertionError(f"not within {patience_s} s: {what}")


def steady_rate(records, at_least):
    """Events a second from the moment at which the first batch was there to the end: the start of
    the processes is left out. `records()` rises to `at_least`."""
    begin = time.monotonic()
    first_at, first = begin, 0
    risen_at, last = begin, 0
    while True:
        now, at = records(), time.monotonic()
        if first == 0 and now > 0:
            first_at, first = at, now
        if now > last:
            risen_at, last = at, now
        if now >= at_least:
            # All of it in one batch: with the start.
            return now / (at - begin) if now == first else (now - first) / (at - first_at)
        if at - risen_at > STALLED_S:
            raise AssertionError(f"nothing new for {STALLED_S} s after {now:,.0f} of {at_least:,} events")
        time.sleep(0.02)
