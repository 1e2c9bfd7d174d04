"""A run of the fault tests that is killed in the middle leaves no process and no file behind."""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import processes  # noqa: E402

# One of each kind that the tests of a replay start: at once, in the middle of the first of them.
KINDS = ("_faults.py", "kafka.Kafka", " run", " engine", " publish ", " replay ", "rm -rf")


def commands_of(folder):
    """Command lines of all processes that were started with this folder for temporary files."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if f"TMPDIR={folder}\0".encode() in (process / "environ").read_bytes():
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found += [line] if line else []  # a zombie has none
        except OSError:  # it has ended meanwhile
            continue
    return found


class Killed(unittest.TestCase):
    def test_nothing_is_left(self):
        own = processes.Folder()
        self.addCleanup(own.remove)
        folder = own.path / "temporary"
        folder.mkdir()
        variables = {name: value for name, value in os.environ.items()
                     if name.startswith("CLIENTELE_TEST_")}
        runner = processes.spawn([sys.executable, processes.ROOT / "tests/faults/run", "--only", "17"],
                                 own.path / "output", {**variables, "TMPDIR": str(folder)})
        self.addCleanup(processes.end, runner)

        def all_kinds():
            self.assertIsNone(runner.poll(), processes.tail(runner.log))
            commands = commands_of(folder)
            return all(any(kind in command for command in commands) for kind in KINDS)

        processes.await_condition(all_kinds, "a test is in its middle")
        self.assertGreater(len(list(folder.iterdir())), 1)
        processes.end(runner)
        processes.await_condition(lambda: not commands_of(folder), "no process is left")
        self.assertEqual(list(folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
