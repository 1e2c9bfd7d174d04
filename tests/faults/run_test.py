"""The long run: its table, what fails in it, and when it ends. No test of a fault is started."""
import argparse
import contextlib
import importlib.machinery
import importlib.util
import io
import pathlib
import tempfile
import unittest
from unittest import mock

RUN = pathlib.Path(__file__).resolve().parent / "run"
LOADER = importlib.machinery.SourceFileLoader("faults_run", str(RUN))
run = importlib.util.module_from_spec(importlib.util.spec_from_loader("faults_run", LOADER))
LOADER.exec_module(run)


def line(fault, held=True, **more):
    return {"fault": fault, "title": "a fault", "test": f"some_faults.Fault.test_{fault}", "struck": 3,
            "caught": [], "counted": {"events": 1_000}, "held": held, "left_out": "", "seconds": 40,
            "seed": 1} | more


class Run(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "table.md"
        self.file.write_text(f"before\n{run.BEGIN}\nan older table\n{run.END}\nafter\n")

    def test_the_table(self):
        rows = run.table_of([
            line(4, caught=["acks-one"]), line(4, seed=2, struck=1_000),
            line(6, held=False, counted={}), line(6, seed=2),
            line(14, left_out="no small disk", struck=0)]).splitlines()[2:]
        self.assertEqual(rows, [
            "| 4 a fault | 1,003 | 80 s | 2,000 events | 2 of 2 | acks-one |",
            "| 6 a fault | 6 | 80 s | 1,000 events | **FAILED 1 of 2**: test_6 (seed 1) | - |",
            "| 14 a fault | 0 | 0 s | - | left out: no small disk | - |"])

    def told(self, tests, hours=0, first_fails=False):
        """Seeds and faults of the tests that a run starts; what the run tells; what it prints."""
        started, now = [], [0.0]

        def run_one(number, title, module, test, seed, folder, patience_s):
            started.append((seed, number))
            now[0] += 600
            return [line(number, held=not first_fails or len(started) > 1, seed=seed)], "its output"

        wanted = argparse.Namespace(hours=hours, seed=1, patience=60, table=self.file)
        output = io.StringIO()
        with (mock.patch.object(run, "run_one", run_one), contextlib.redirect_stdout(output),
              mock.patch.object(run.time, "monotonic", lambda: now[0])):
            lines = run.run_all(wanted, tests, pathlib.Path())
        return started, lines, output.getvalue()

    TESTS = [(4, "a fault", "some_faults", "some_faults.A"), (6, "a fault", "some_faults", "some_faults.B")]

    def test_what_fails_stands_in_the_table_and_the_others_go_on(self):
        started, lines, output = self.told(self.TESTS, first_fails=True)
        self.assertEqual(started, [(1, 4), (1, 6)])
        self.assertEqual([one["held"] for one in lines], [False, True])
        text = self.file.read_text()
        self.assertTrue(text.startswith(f"before\n{run.BEGIN}\n") and text.endswith(f"{run.END}\nafter\n"))
        self.assertIn("2 tests of seeds 1 to 1, 1 failed.", text)
        self.assertIn("**FAILED 1 of 1**", text)
        self.assertNotIn("an older table", text)
        self.assertIn("fault 4, some_faults.A: FAILED, struck 3 times in 40 s\nits output", output)

    def test_the_time_ends_it_after_the_first_round(self):
        self.assertEqual(self.told(self.TESTS, hours=0.1)[0], [(1, 4), (1, 6)])
        self.assertEqual(self.told(self.TESTS, hours=0.5)[0], [(1, 4), (1, 6), (2, 4)])

    def test_what_is_no_time_is_refused(self):
        for option in ("--hours", "--patience"):
            for text in ("nan", "inf", "-1", "long"):
                said = io.StringIO()
                with self.assertRaises(SystemExit) as ended, contextlib.redirect_stderr(said):
                    run.arguments([f"{option}={text}"])
                self.assertEqual(ended.exception.code, 2)
                self.assertIn(f"argument {option}: {text}: must be a number from 0 on", said.getvalue())
        self.assertEqual(run.arguments(["--hours", "0.5"]).hours, 0.5)

    def test_every_test_is_found(self):
        tests = run.tests_of(set())
        self.assertEqual({number for number, *_ in tests}, set(range(1, 26)) - {19, 20})
        self.assertEqual({number for number, *_ in run.tests_of({6})}, {6})

    def test_a_file_without_its_place(self):
        self.file.write_text("no place")
        said = io.StringIO()
        with self.assertRaises(SystemExit) as ended, contextlib.redirect_stderr(said):
            run.write_table(self.file, "table")
        self.assertEqual(ended.exception.code, 2)
        self.assertIn("are not there", said.getvalue())


if __name__ == "__main__":
    unittest.main(verbosity=2)
