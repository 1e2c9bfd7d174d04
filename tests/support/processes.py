"""Processes, ports and folders of one test: what it starts dies with it, what it writes goes with it,
also when the test itself is killed.
"""
import contextlib
import ctypes
import os
import pathlib
import random
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE_S = 120
# Settings of the caller's own installation must not reach the test's.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith("CLIENTELE_")}
# Removes a folder when its standard input ends: with us, however we end. On its own, so that who
# kills us with all our children does not meet it.
REMOVER = """exec 3<&0
(cat <&3 >/dev/null; until rm -rf "$0" 2>/dev/null && [ ! -e "$0" ]; do :; done) >/dev/null 2>&1 &"""


def free_port(count=1):
    """The first of `count` neighbouring ports of loopback that nobody listens on, below the range of
    which the kernel deals out ports."""
    while True:
        first = random.randrange(12_000, 32_000)
        with contextlib.ExitStack() as sockets:
            try:
                for port in range(first, first + count):
                    sockets.enter_context(socket.socket()).bind(("127.0.0.1", port))
                return first
            except OSError:
                continue


def listening(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def spawn(command, output, more=None):
    """A child that is killed when this process ends. `more`: variables of its own."""
    def die_with_parent():
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)

    with open(output, "ab") as out:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                preexec_fn=die_with_parent, cwd=ROOT, env={**ENVIRONMENT, **(more or {})})


def end(process):
    """kill -9, waited for; a process that has ended already, or was never started, is let be."""
    if process is not None and process.poll() is None:
        process.kill()
        process.wait()


def await_condition(condition, what, patience_s=PATIENCE_S):
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {patience_s} s: {what}")


class Folder:
    """A folder that is gone when this process is."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="clientele-e2e-"))
        with subprocess.Popen(["sh", "-c", REMOVER, str(self.path)], stdin=subprocess.PIPE,
                              start_new_session=True) as remover:
            # A copy of our end: the one of Popen is closed with it.
            self.held = os.dup(remover.stdin.fileno())

    def remove(self):
        """Waits until it is gone."""
        if self.held is None:
            return
        os.close(self.held)
        self.held = None
        await_condition(lambda: not self.path.exists(), f"{self.path} is removed")
