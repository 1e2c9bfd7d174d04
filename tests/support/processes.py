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
# kills us with all our children does not meet it. A disk that a test mounted there goes first.
REMOVER = """exec 3<&0
(cat <&3 >/dev/null; until rm -rf "$0" 2>/dev/null && [ ! -e "$0" ]; do umount -l "$0"/*; done) >/dev/null 2>&1 &"""

_LIBC = ctypes.CDLL(None)  # here, as a child between fork and exec must load nothing
_PR_SET_PDEATHSIG = 1


def _reserve(port):
    """Takes a port for this process, against all other tests; False if it is another's."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0clientele-test-port-{port}")
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
    except OSError:
        claim.close()
        return False
    claim.detach()  # stays open as long as this process
    return True


def free_port(count=1):
    """The first of `count` neighbouring ports of loopback that nobody listens on and no other test is
    given, below the range of which the kernel deals out ports."""
    while True:
        first = random.randrange(12_000, 21_900)  # those above: tests/support/broker_process.cc
        if all(_reserve(port) for port in range(first, first + count)):
            return first


def listening(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


class Process(subprocess.Popen):
    """A child that is killed when the thread that started it ends, and that sees none of the caller's
    settings. `variables`: of its own; `log`: a file that its output is added to; `more`: as of Popen."""

    def __init__(self, command, variables=None, log=None, **more):
        parent = os.getpid()

        def die_with_parent():
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

        self.log = log
        more.setdefault("stdin", subprocess.DEVNULL)
        with contextlib.ExitStack() as files:
            if log is not None:
                more["stdout"] = more["stderr"] = files.enter_context(open(log, "ab"))
            super().__init__([str(part) for part in command], preexec_fn=die_with_parent,
                             env={**ENVIRONMENT, **(variables or {})}, **more)


def spawn(command, log, variables=None):
    """A process that runs until it is ended."""
    return Process(command, variables, log, cwd=ROOT)


def tail(log):
    """The end of a log, for a failure; nothing if it is not there."""
    return log.read_text(errors="replace")[-4_000:] if log.exists() else ""


def ended(process, what, patience_s=PATIENCE_S, input=None):
    """The process once it has ended by itself: its exit status and what it said. Else it is killed, and
    the failure shows the end of its log."""
    try:
        out, err = process.communicate(input, patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        said = f"{out or ''}{err or ''}" if process.log is None else tail(process.log)
        raise AssertionError(f"{what} does not end within {patience_s} s\n{said}") from None
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def run(command, patience_s=600, input=None, text=True, **more):
    """Runs a command to its end: its exit status and what it said. `more`: as of Process."""
    if input is not None:
        more["stdin"] = subprocess.PIPE
    process = Process(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=text, **more)
    return ended(process, " ".join(process.args), patience_s, input)


def end(process):
    """kill -9, waited for; a process that has ended already, or was never started, is let be."""
    if process is not None and process.poll() is None:
        process.kill()
        process.wait()


def await_condition(condition, what, patience_s=PATIENCE_S, pause=time.sleep):
    """What a condition gives, once it holds. `pause(seconds)`: between two looks."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        value = condition()
        if value:
            return value
        pause(0.05)
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
