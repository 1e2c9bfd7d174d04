"""A whole Clientele for one test: Kafka and `clientele run` in a folder of its own, on free loopback
ports. Everything that it starts is ended by process id, and dies with the test.
"""
import contextlib
import glob
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import urllib.parse

import cluster
from processes import (PATIENCE_S, ROOT, Folder, Process, await_condition, end, ended, free_port, run,
                       spawn, tail)

PROGRAM = os.environ.get("CLIENTELE_TEST_PROGRAM", str(ROOT / "build/release/clientele"))
PARTITIONS = 16


class StoreAway(OSError):
    """The store gave no answer, or half of one."""


class StoreError(Exception):
    """The store refused: its own words."""


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Stand:
    """`brokers`: three make a cluster in which one may fail; `controller_apart`: see Cluster.
    `more`: settings."""

    def __init__(self, brokers=1, more=(), controller_apart=False):
        self.own_folder = Folder()
        self.folder = self.own_folder.path
        self.data = self.folder / "data"
        self.socket = self.data / "engine.sock"  # of the store
        self.kafka = cluster.Cluster(self.folder, brokers, controller_apart)
        self.grpc_port = free_port(2)
        self.admin_port = self.grpc_port + 1
        self.server = None
        self.settings = []
        for setting in (f"data_dir={self.data}", f"kafka.brokers={self.kafka.addresses}",
                        f"kafka.partitions={PARTITIONS}",
                        f"kafka.replication_factor={brokers}",
                        f"kafka.min_insync_replicas={brokers // 2 + 1}",
                        f"grpc.listen=127.0.0.1:{self.grpc_port}",
                        f"admin.listen=127.0.0.1:{self.admin_port}", *more):
            self.settings += ["--set", setting]

    @property
    def address(self):
        return f"127.0.0.1:{self.grpc_port}"

    def close(self):
        end(self.server)
        self.kafka.close()
        self.own_folder.remove()

    # ---- the broker, where there is one
    def start_broker(self):
        self.kafka.start()

    def kill_broker(self):
        self.kafka.kill()

    # ---- clientele run
    def start(self, *more, wait=True, variables=None):
        if not (self.data / "keys.toml").exists():
            self.clientele("keys", "init")
        self.server = spawn([PROGRAM, *self.settings, "run", *more], self.folder / "clientele.log",
                            variables)
        if wait:
            self.clientele("status", "--wait", str(PATIENCE_S))

    def kill(self):
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()

    def stop(self):
        """SIGTERM; its exit status."""
        self.server.send_signal(signal.SIGTERM)
        return ended(self.server, "the process that was told to", 60).returncode

    def engine_process(self):
        """Process id of the engine, 0 if there is none."""
        for children in glob.glob(f"/proc/{self.server.pid}/task/*/children"):
            with contextlib.suppress(OSError):  # that thread has ended meanwhile
                if found := pathlib.Path(children).read_text().split():
                    return int(found[0])
        return 0

    def metric(self, name):
        """Sum of a metric over its labels, or of one line of /metrics: name{label="value"}."""
        connection = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=10)
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
        connection.close()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines
                   if line.rsplit(" ", 1)[0] == name or line.startswith(name + "{"))

    def lose_tables(self):
        """kill -9 of everything but Kafka; what can be made anew from the log is gone."""
        engine = pathlib.Path(f"/proc/{self.engine_process()}")
        self.kill()
        await_condition(lambda: not engine.exists(), "the engine has ended")
        for part in ("engine", "index"):
            shutil.rmtree(self.data / part)

    def kill_engine(self):
        def killed():
            if process := self.engine_process():
                with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
                    os.kill(process, signal.SIGKILL)
                    return True
            return False

        await_condition(killed, "the engine runs")

    def log_lines(self, message=None):
        lines = []
        for line in (self.folder / "clientele.log").read_text().splitlines():
            try:
                lines.append(json.loads(line))
            except json.JSONDecodeError:
                lines.append({"message": line})
        return [line for line in lines if message is None or line.get("message") == message]

    # ---- the program's commands
    def command(self, *arguments):
        return [PROGRAM, *self.settings, *arguments]

    def clientele(self, *arguments, status=0, text=None):
        """Runs a command to its end and gives what it printed; any other exit status fails."""
        told = run(self.command(*arguments), input=text, cwd=self.folder)
        if status is not None and told.returncode != status:
            raise RuntimeError(f"{arguments}: exit status {told.returncode}, not {status}\n"
                               f"{told.stdout}\n{told.stderr}\n{tail(self.folder / 'clientele.log')}")
        return told

    def starting(self, *arguments, stderr=subprocess.PIPE, variables=None):
        """A command under way: for processes.ended."""
        return Process(self.command(*arguments), variables, stdout=subprocess.PIPE, stderr=stderr,
                       text=True, cwd=self.folder)

    def caught_up(self):
        self.clientele("status", "--wait", str(PATIENCE_S), "--caught-up")

    def query(self, *arguments):
        answer = self.clientele("query", *arguments, "--address", self.address, "--format", "json")
        return json.loads(answer.stdout)

    # ---- the tables
    def sql(self, statement):
        """Rows as dictionaries, over the store's own socket."""
        body = self.execute(statement)
        try:
            return json.loads(body)["data"]
        except (ValueError, KeyError) as error:  # it failed after it had begun to answer
            raise StoreAway(f"half an answer: {body[-500:]}") from error

    def answers(self, statement="SELECT 1 AS one"):
        """Its rows; none while the store is away, starts, or lacks the table."""
        try:
            return self.sql(statement)
        except (StoreAway, StoreError):
            return []

    def execute(self, statement, **settings):
        """What the store answers. StoreAway without an answer, StoreError for any but 200."""
        settings = {"default_format": "JSON", "output_format_json_quote_64bit_integers": 0, **settings}
        try:
            with contextlib.closing(UnixConnection(str(self.socket))) as connection:
                connection.request("POST", "/?" + urllib.parse.urlencode(settings), statement)
                answer = connection.getresponse()
                body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise StoreAway(f"{type(error).__name__}: {error}") from error
        if answer.status != 200:
            raise StoreError(f"{answer.status}: {body.decode(errors='replace')}")
        return body
