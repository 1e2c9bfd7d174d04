"""The machine that a run stands on, and what processes cost it: from /proc alone."""
import os
import pathlib
import platform

TICKS = os.sysconf("SC_CLK_TCK")


def _line(path, name):
    for line in pathlib.Path(path).read_text().splitlines():
        if line.startswith(name):
            return line.split(":", 1)[1].strip()
    return "unknown"


def _disk(folder):
    """The device that a folder lies on, with its file system."""
    best = ("", "unknown", "unknown")
    for line in pathlib.Path("/proc/self/mounts").read_text().splitlines():
        device, point, kind = line.split()[:3]
        if str(folder).startswith(point.rstrip("/") + "/") and len(point) >= len(best[0]):
            best = (point, device, kind)
    total = os.statvfs(folder)
    return f"{best[1]} ({best[2]}, {total.f_frsize * total.f_blocks / 1e9:.0f} GB)"


def hardware(folder):
    return {
        "cores": os.cpu_count(),
        "cpu": _line("/proc/cpuinfo", "model name"),
        "memory_gb": round(int(_line("/proc/meminfo", "MemTotal").split()[0]) / 1e6),
        "disk": _disk(folder),
        "kernel": platform.release(),
        "system": _system(),
    }


def _system():
    for line in pathlib.Path("/etc/os-release").read_text().splitlines():
        if line.startswith("PRETTY_NAME="):
            return line.split("=", 1)[1].strip('"')
    return "unknown"


def hardware_text(of):
    return (f"{of['cores']} cores of {of['cpu']}, {of['memory_gb']} GB of memory, {of['disk']}, "
            f"{of['system']}, Linux {of['kernel']}")


def load():
    return round(os.getloadavg()[0], 2)


def cpu_seconds(process):
    """User and system time of a process so far; 0 if it is gone."""
    try:
        text = pathlib.Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return 0.0
    fields = text.rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_memory(process):
    """The most memory that a process ever held, bytes."""
    return int(_line(f"/proc/{process}/status", "VmHWM").split()[0]) * 1024


class Cpu:
    """CPU seconds of some processes, by name, within a `with`; the machine's own as "all"."""

    def __init__(self, **processes):
        self.processes = {name: process for name, process in processes.items() if process}
        self.seconds = {}

    def __enter__(self):
        self.begin = self._now()
        return self

    def __exit__(self, *_):
        self.seconds = {name: end - self.begin[name] for name, end in self._now().items()}

    def _now(self):
        now = {name: cpu_seconds(process) for name, process in self.processes.items()}
        fields = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
        busy = sum(int(fields[i]) for i in (0, 1, 2, 5, 6))
        return {**now, "all": busy / TICKS}
