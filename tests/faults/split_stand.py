"""Clientele in several processes, as with a ClickHouse server: the store by itself, a front (ingest and
queries), and any number of runners, one after another or beside one another.
"""
import pathlib
import re

import processes
import stand as stands

TABLES = ("events_v1", "calls_v1", "call_legs_v1")
# No part is larger: merges take no part in what is counted afterwards. A merge would make one row of
# two copies, and so hide them.
HOLD_MERGES = """ALTER TABLE clientele.{table}
    MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1,
                   max_bytes_to_merge_at_min_space_in_pool = 1"""

def hold_merges(stand):
    for table in TABLES:
        stand.execute(HOLD_MERGES.format(table=table))


def resident_mib(process):
    """Memory that a process holds now."""
    text = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) // 1024


def is_frozen(process):
    text = pathlib.Path(f"/proc/{process.pid}/stat").read_text()
    return text.rsplit(")", 1)[1].split()[0] == "T"


class SplitStand(stands.Stand):
    def __init__(self, more=()):
        super().__init__(more=more)
        self.socket = self.folder / "store.sock"
        self.settings += ["--set", f"clickhouse.url=unix:{self.socket}"]
        self.engine = None
        self.runners = []
        self.addresses = {}  # gRPC, by name

    def start_all(self, variables=None):
        """Kafka, the store and the front, which begins the log."""
        self.start_broker()
        self.start_engine(variables)
        self.start("--role", "ingest", "--role", "query")

    def start_engine(self, variables=None):
        self.engine = processes.spawn([*self.command("engine"), "--folder",
                                       str(self.folder / "store"), "--socket", str(self.socket)],
                                      self.folder / "engine.log", variables)
        processes.await_condition(lambda: self.engine.poll() is not None or self.answers(),
                                  "the store answers")
        assert self.engine.poll() is None, processes.tail(self.engine.log)

    def engine_process(self):
        return self.engine.pid

    def kill_engine(self):
        processes.end(self.engine)

    def start_runner(self, name="runner", store=None, variables=None, role="projections"):
        """One that projects, with a data folder of its own. `store`: the socket by which it reaches the
        store."""
        port = processes.free_port(2)
        self.addresses[name] = f"127.0.0.1:{port}"
        more = []
        for setting in (f"data_dir={self.folder / name}", f"grpc.listen=127.0.0.1:{port}",
                        f"admin.listen=127.0.0.1:{port + 1}",
                        f"clickhouse.url=unix:{store or self.socket}"):
            more += ["--set", setting]
        runner = processes.spawn(self.command(*more, "run", "--role", role),
                                 self.log_of(name), variables)
        self.runners.append(runner)
        return runner

    def log_of(self, name):
        return self.folder / f"{name}.log"

    def end_runners(self):
        for runner in self.runners:
            processes.end(runner)
        self.runners.clear()

    def close(self):
        self.end_runners()
        processes.end(self.engine)
        super().close()
