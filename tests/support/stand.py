"""A whole Clientele for one test: Kafka and `clientele run` in a folder of its own, on free loopback
ports. Everything that it starts is ended by process id, and dies with the test.
"""
import contextlib
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
from processes import (ENVIRONMENT, PATIENCE_S, ROOT, Folder, await_condition, end, free_port,
                       listening, spawn)

PROGRAM = os.environ.get("CLIENTELE_TEST_PROGRAM", str(ROOT / "build/release/clientele"))
PARTITIONS = 16


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
        return self.server.wait(timeout=60)

    def engine_process(self):
        """Process id of the engine, 0 if there is none."""
        children = pathlib.Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children")
        found = children.read_text().split() if children.exists() else []
        for task in pathlib.Path(f"/proc/{self.server.pid}/task").iterdir():
            found += (task / "children").read_text().split()
        return int(found[0]) if found else 0

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
        process = await_condition(self.engine_process, "the engine runs")
        os.kill(process, signal.SIGKILL)

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
        ended = subprocess.run(self.command(*arguments), input=text, capture_output=True,
                               text=True, cwd=self.folder, env=ENVIRONMENT, timeout=600)
        if status is not None and ended.returncode != status:
            log = self.folder / "clientele.log"
            tail = log.read_text()[-4000:] if log.exists() else ""
            # No assertion of a test: a counter-proof must not take it for one.
            raise RuntimeError(f"{arguments}: exit status {ended.returncode}, not {status}\n"
                               f"{ended.stdout}\n{ended.stderr}\n{tail}")
        return ended

    def caught_up(self):
        self.clientele("status", "--wait", str(PATIENCE_S), "--caught-up")

    def query(self, *arguments):
        answer = self.clientele("query", *arguments, "--address", self.address, "--format", "json")
        return json.loads(answer.stdout)

    # ---- the tables
    def sql(self, statement):
        """Rows as dictionaries, over the store's own socket."""
        return json.loads(self.execute(statement))["data"]

    def execute(self, statement, **settings):
        """What the store answers."""
        settings = {"default_format": "JSON", "output_format_json_quote_64bit_integers": 0, **settings}
        with contextlib.closing(UnixConnection(str(self.socket))) as connection:
            connection.request("POST", "/?" + urllib.parse.urlencode(settings), statement)
            answer = connection.getresponse()
            body = answer.read()
        assert answer.status == 200, body
        return body
