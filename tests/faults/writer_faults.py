"""Faults 1, 3, 6, 7 and 24: the process that writes the tables is killed, frozen or replaced at chosen
moments.
"""
import signal
import time
import unittest

import frame
import processes
import proxy as proxies
import split_stand
import store_fault


class Flush(store_fault.StoreFault):
    number = 1
    title = "kill -9 at every point of the flush"

    # Three tables: events, calls, call_legs.
    POINTS = ("before-insert:2", "after-insert:1", "before-ledger:1", "after-ledger:1",
              "before-mark-topic:1", "after-mark-topic:1",
              "before-insert:1", "before-insert:3", "after-insert:2", "after-insert:3",
              "before-commit:1", "after-mark-table:1")[:None if frame.LONG else 6]

    def test_every_point(self):
        """Two deaths one after another before the questions: the second one can be in the recovery
        from the first."""
        self.begin()
        for first, second in zip(self.POINTS[::2], self.POINTS[1::2]):
            with self.subTest(first=first, second=second):
                for point in (first, second):
                    self.tell()
                    self.run_to(point)
                self.go_on()

    def test_no_fill(self):
        self.begin()
        self.tell()
        self.run_to("after-insert:3")
        self.stand.start_runner(variables={"CLIENTELE_BREAK": "no-fill"})
        self.check_notices("no-fill")


class Recovery(store_fault.StoreFault):
    number = 3
    title = "kill -9 during recovery, again and again"

    POINTS = ("before-read:1", "before-fill:1", "before-read:2", "before-fill:2", "before-read:3",
              "before-fill:3", "before-ledger:1")[:: 1 if frame.LONG else 2]

    def test_again_and_again(self):
        self.begin()
        for death in ("after-insert:1", "after-insert:2", "after-insert:3")[0 if frame.LONG else 2:]:
            self.tell()
            self.run_to(death)
            reached = self.progress()
            for point in self.POINTS * (5 if frame.LONG else 1):
                died = self.run_to_or_end(point)
                now = self.progress()
                self.assertTrue(all(before <= after for before, after in zip(reached, now)),
                                f"{point}: {reached} became {now}")
                reached = now
                if not died:
                    break
            self.go_on()


class Storm(store_fault.StoreFault):
    number = 6
    title = "take-over storm"

    CHANGES = 100 if frame.LONG else 6
    POINTS = ("before-insert:1", "before-insert:3", "before-ledger:1", "after-insert:2",
              "before-mark-topic:1")

    def test_changes_of_the_owner(self):
        """Every second one in the middle of the flush; who was replaced ends by itself."""
        self.begin()
        owner, owner_name = None, ""
        for change in range(self.CHANGES):
            if owner is not None:
                owner.send_signal(signal.SIGSTOP)  # else it writes what the heir is to be met at
            self.tell()
            name = f"runner-{change % 3}"
            if change % 2:
                heir = self.run_frozen(self.POINTS[change // 2 % len(self.POINTS)], name)
            else:
                heir = self.stand.start_runner(name)
                self.catch_up()
                self.strike()
            if owner is not None:
                owner.send_signal(signal.SIGCONT)
                ended = processes.ended(owner, f"{owner_name}, replaced by {name},")
                self.assertEqual(ended.returncode, 1, owner_name)
            owner, owner_name = heir, name
        owner.send_signal(signal.SIGCONT)
        self.check()

    def test_no_fence(self):
        """Owners that nobody refuses: each was replaced in the middle of a flush that its heir has
        written, too."""
        self.begin("no-fence")
        replaced = []
        for point in ("before-insert:2", "before-insert:3"):
            self.tell()
            replaced.append(self.run_frozen(point, f"runner-{len(replaced)}"))
        self.stand.start_runner("heir", variables=self.broken)
        self.catch_up()
        for owner in replaced:
            owner.send_signal(signal.SIGCONT)
        processes.await_condition(self.copies, "who was replaced writes")
        self.check_notices("no-fence")


class Zombie(store_fault.StoreFault):
    number = 7
    title = "zombie writer"

    POINTS = ("before-insert:2", "before-ledger:1", "before-mark-topic:1", "before-insert:1",
              "before-insert:3")[:None if frame.LONG else 2]

    def test_replaced_while_frozen(self):
        self.begin()
        for point in self.POINTS:
            with self.subTest(point):
                self.tell()
                zombie = self.revive(point)
                self.assertEqual(processes.ended(zombie, "the zombie").returncode, 1)
                self.check()
                self.stand.end_runners()

    def test_no_fence(self):
        self.begin("no-fence")
        self.tell()
        self.revive("before-insert:2")
        processes.await_condition(self.copies, "the zombie writes")
        self.check_notices("no-fence")

    def revive(self, point):
        """A writer is frozen at the point, another one writes all and more, the first one wakes up."""
        zombie = self.run_frozen(point, "zombie")
        self.stand.start_runner("heir", variables=self.broken)
        self.catch_up()
        self.tell()
        self.catch_up()
        zombie.send_signal(signal.SIGCONT)
        return zombie


class LateCommit(store_fault.StoreFault):
    number = 24
    title = "late commit"

    def test_killed_after_the_body(self):
        self.begin()
        writing = 0
        # The first ones are the take-over's: owners and versions.
        for number in range(4, 14) if frame.LONG else (9, 11):
            self.tell()
            begun = time.monotonic()
            self.progress()
            look_s = time.monotonic() - begun
            died = self.run_to_or_end(f"after-body-sent:{number}")
            writing += died is not None and '"projections run"' in self.stand.log_of("runner").read_text()
            begun = time.monotonic()
            self.stand.start_runner()
            started = time.monotonic()
            # Between the two lie a look at the tables, perhaps, and the start: a busy machine gets more.
            self.assertLess(started - (died or begun), 0.1 + 2 * (look_s + started - begun))
            self.check()
            self.stand.end_runners()
            self.stand.log_of("runner").unlink()
        self.assertGreater(writing, 0, "an insert of a batch was struck")

    def test_arrives_after_the_take_over(self):
        self.begin()
        for _ in range(10 if frame.LONG else 1):
            self.assertIn("another process has taken over", self.insert_late())
            self.check()
            self.stand.end_runners()

    def test_no_fence(self):
        self.begin("no-fence")
        self.assertTrue(self.insert_late().startswith("HTTP/1.1 200"))
        self.check_notices("no-fence")

    def insert_late(self):
        """An insert into calls is held on its way, its writer dies, another one writes all, the insert
        arrives; what the store answers to it."""
        between = proxies.Proxy(self.stand.folder / f"between-{self.strikes}.sock",
                                self.stand.socket)
        self.addCleanup(between.close)
        between.rule = lambda line: "hold" if "INTO clientele.calls_v1" in line else None
        self.tell()
        late = self.stand.start_runner("late", store=between.path, variables=self.broken)
        between.await_held(processes.PATIENCE_S)
        processes.end(late)
        self.stand.start_runner("heir", variables=self.broken)
        self.catch_up()
        self.strike(between.struck["hold"])
        return between.release(processes.PATIENCE_S)


if __name__ == "__main__":
    unittest.main(verbosity=2)
