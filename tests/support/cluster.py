"""Kafka for one test: real brokers on loopback, each of them controller too, or beside a controller of
their own: then it stays when brokers go, and sees that they have gone.
"""
import os
import signal

import processes

PROGRAM = str(processes.ROOT / "deploy/kafka/broker")
EDITOR = "CLIENTELE_TEST_LOG_EDITOR"


class Cluster:
    def __init__(self, folder, count=1, controller_apart=False):
        self.folder = folder
        self.heap = "256m"
        self.jvm = "-XX:TieredStopAtLevel=1"  # it lives for a minute: compiling well does not pay
        self.ports = [processes.free_port(2) for _ in range(count)]
        self.processes = [None] * count
        self.controller = None
        self.controller_port = processes.free_port(2) if controller_apart else 0

    @property
    def addresses(self):
        return ",".join(f"127.0.0.1:{port}" for port in self.ports)

    def start(self, *numbers, variables=None):
        """Those of these numbers, or all; waits until they answer."""
        if self.controller_port and self.controller is None:
            self.controller = self._spawn(len(self.ports), self.controller_port, "controller")
        roles = "broker" if self.controller_port else "broker,controller"
        numbers = numbers or range(len(self.ports))
        for number in numbers:
            self.processes[number] = self._spawn(number, self.ports[number], roles, variables)
        for number in numbers:
            processes.await_condition(lambda: self._listens(number), "the broker answers")

    def _spawn(self, number, port, roles, variables=None):
        return processes.spawn(
            [PROGRAM, "run", "--data", str(self._data(number)), "--heap", self.heap, "--jvm", self.jvm, "--port",
             str(port), "--roles", roles, "--node", str(number + 1), "--voters", self._voters()],
            self._output(number), variables)

    def _data(self, number):
        return self.folder / ("kafka" if len(self.ports) == 1 else f"kafka-{number + 1}")

    def log_of(self, number):
        """What the broker has written about itself."""
        return (self._data(number) / "broker.log").read_text(errors="replace")

    def _voters(self):
        if self.controller_port:
            return f"{len(self.ports) + 1}@127.0.0.1:{self.controller_port + 1}"
        return ",".join(f"{i + 1}@127.0.0.1:{port + 1}" for i, port in enumerate(self.ports))

    def _output(self, number):
        return self.folder / f"broker-{number + 1}.out"

    def _listens(self, number):
        assert self.processes[number].poll() is None, self._output(number).read_text()
        return processes.listening(self.ports[number])

    def kill(self, number=0):
        processes.end(self.processes[number])
        processes.await_condition(lambda: not processes.listening(self.ports[number]),
                                  "the broker's port is free")

    def stop(self, number=0):
        """SIGTERM: it hands its partitions over first."""
        self.processes[number].send_signal(signal.SIGTERM)
        processes.ended(self.processes[number], "a broker that was told to")

    def freeze(self, number):
        self.processes[number].send_signal(signal.SIGSTOP)

    def thaw(self, number):
        self.processes[number].send_signal(signal.SIGCONT)

    def close(self):
        for process in (*self.processes, self.controller):
            processes.end(process)

    # ---- what a test does to topics behind the program's back, and asks about them
    def edit(self, *arguments, data=b""):
        """Runs tests/support/log_editor; the lines that it printed."""
        program = os.environ.get(
            EDITOR, str(processes.ROOT / "build/release/tests/support/log_editor"))
        ended = processes.run([program, self.addresses, *arguments], input=data, text=False)
        assert ended.returncode == 0, (arguments, ended.stderr.decode())
        return ended.stdout.decode().splitlines()

    def append(self, topic, records):
        """Writes (partition, key, value) as they are; (partition, offset) of each."""
        data = b"".join(partition.to_bytes(4, "little") + len(key).to_bytes(4, "little") + key +
                        len(value).to_bytes(4, "little") + value for partition, key, value in records)
        return [tuple(map(int, line.split(":"))) for line in self.edit("append", topic, data=data)]

    def replicas(self, topic):
        """partition -> (number of the leader, -1 if none; numbers of those in sync)."""
        found = {}
        for line in self.edit("replicas", topic):
            partition, leader, *in_sync = map(int, line.split())
            found[partition] = (leader - 1 if leader > 0 else -1, [node - 1 for node in in_sync])
        return found

    def await_in_sync(self, topic, count):
        """Every partition has a leader and so many replicas in sync."""
        processes.await_condition(
            lambda: all(leader >= 0 and len(in_sync) == count
                        for leader, in_sync in self.replicas(topic).values()),
            f"{topic}: {count} replicas in sync")
