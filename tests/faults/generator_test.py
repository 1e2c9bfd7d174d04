"""What tests take for granted of the generator, whatever the day on which they run."""
import time
import unittest

import generator

DAY = generator.DAY
YEAR_2026 = 20_454 * DAY


def month_of(event):
    return time.gmtime(int(event["occurred_at"]) // 1_000_000)[:2]


class Generating(unittest.TestCase):
    def test_every_batch_reaches_every_month(self):
        """Rows of calls and of their legs: a fault at the n-th part of an insert strikes in each batch."""
        for day in range(2 * 365):
            for seed in (1, 2, 3):
                make = generator.Generator(seed, customers=3, end=YEAR_2026 + day * DAY)
                period = {time.gmtime((make.begin + n * DAY) // 1_000_000)[:2]
                          for n in range(100)}
                batch = make.of_every_month(8)
                legs = {month_of(event) for event in batch if event.get("call", {}).get("legs")}
                self.assertEqual(legs, period, (day, seed))
                self.assertTrue(all(make.begin <= int(event["occurred_at"]) < make.end
                                    for event in batch), (day, seed))

    def test_the_same_seed_makes_the_same(self):
        one, other = (generator.Generator(7, end=YEAR_2026) for _ in range(2))
        events = one.of_every_month(200)
        self.assertEqual(events, other.of_every_month(200))
        self.assertNotEqual(events, one.of_every_month(200))
        self.assertNotEqual(events, generator.Generator(8, end=YEAR_2026).of_every_month(200))


if __name__ == "__main__":
    unittest.main()
