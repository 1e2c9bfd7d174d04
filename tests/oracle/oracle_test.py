"""The oracle itself: its telling rule against a naive one, its intervals against published figures, its
formulas against figures that were worked out by hand.
"""
import datetime
import itertools
import unittest

import numpy
from statsmodels.stats import weightstats

import buckets
import comparison
import figures
import fixtures
import formulas
import intervals
import log
import metrics_client
import roi
import tellings


def call(revision, content):
    return {"revision": revision, "call": {"call_id": "c", "topic": content}}


def retraction(revision):
    return {"retraction": {"kind": 21, "entity_id": "c", "revision": revision}}


def naive(history):
    """Step by step: what counts after each event, and what is barred."""
    counts, bar = None, -1
    for event in history:
        if "retraction" in event:
            bar = max(bar, event["retraction"]["revision"])
            if counts is not None and counts["revision"] <= event["retraction"]["revision"]:
                counts = None
        elif event["revision"] > bar and (
                counts is None or event["revision"] > counts["revision"]):
            counts = event
    return counts


class TellingRule(unittest.TestCase):
    EVENTS = (call(0, "a"), call(0, "b"), call(1, "a"), call(1, "b"), call(2, "a"), retraction(0),
              retraction(1))

    def test_every_order_of_tellings_and_retractions(self):
        compared = 0
        for length in range(6):
            for history in itertools.permutations(self.EVENTS, length):
                wanted = naive(history)
                self.assertEqual(tellings.counting(history)["call"], [wanted] if wanted else [])
                compared += 1
        self.assertEqual(compared, 3_620)

    def test_ids_of_several_parts(self):
        for event, entity in (
                ({"survey": {"response_id": "r-1", "question_id": "recommend"}},
                 ("survey", "3:r-19:recommend")),
                ({"agent_state": {"employee_id": "anna", "state": "READY", "from": "17"}},
                 ("agent_state", "4:anna1:22:17")),
                ({"training": {"employee_id": "anna", "kind": "TEST", "id": "t"}},
                 ("training", "4:anna1:21:t")),
                ({"retraction": {"kind": 24, "entity_id": "3:r-19:recommend"}},
                 ("survey", "3:r-19:recommend"))):
            self.assertEqual(tellings.entity_of(event), entity)

    def test_an_identity_link_is_one_of_both_ways(self):
        first = {"identity_link": {"customer_a": "a", "customer_b": "b"}}
        second = {"identity_link": {"customer_a": "b", "customer_b": "a"}}
        self.assertEqual(tellings.entity_of(first), tellings.entity_of(second))


def named(*values, link=None, revision=0):
    event = {"revision": revision, "identifiers": [{"type": "CRM_ID", "value": v} for v in values]}
    if link is None:
        return {**event, "touchpoint": {"touchpoint_id": "-".join(values), "kind": "VISIT"}}
    return {**event, "identity_link": {"linked": link}}


class Identity(unittest.TestCase):
    def customers(self, *events):
        """How many customers four names are."""
        told = log.Log(events)
        return len({told.customer(named(name)) for name in "abcd"})

    def test_links_aliases_and_partings(self):
        self.assertEqual(self.customers(), 4)
        self.assertEqual(self.customers(named("a", "b")), 3)
        self.assertEqual(self.customers(named("a", "b"), named("b", "c", link=True)), 2)
        parted = named("a", "b", link=False)
        self.assertEqual(self.customers(named("a", "b"), parted), 4)
        self.assertEqual(self.customers(parted, named("b", "a", link=True, revision=1)), 3)
        # The way round is still there.
        self.assertEqual(self.customers(named("a", "b"), named("a", "c"), named("c", "b"), parted), 2)

    def test_a_name_of_many_people_merges_nobody(self):
        many = [named("a", f"n{number}") for number in range(20)]
        self.assertEqual(self.customers(*many, named("b", "n1")), 3)
        self.assertEqual(self.customers(*many, named("a", "n20"), named("b", "n1")), 4)


class Intervals(unittest.TestCase):
    # Vectors of statsmodels' and R's users; 81/263 and 15/148: Newcombe 1998, method 3.
    WILSON = {(0, 10): (0, 0.277533), (10, 10): (0.722467, 1), (1, 10): (0.017876, 0.40415),
              (7, 10): (0.396778, 0.892209), (81, 263): (0.255289, 0.36621),
              (15, 148): (0.062386, 0.160487), (2023, 4054): (0.48363, 0.514398),
              # Positive of all answers; ready to recommend; leaving for the service.
              (3000, 3008): (0.99476, 0.99865), (3000, 3061): (0.97449, 0.98445),
              (1850, 2000): (0.9126, 0.9358), (60, 90): (0.5642, 0.7555)}

    def near(self, found, wanted, digits):
        """So many digits are told, the last one perhaps cut."""
        for end, told in zip(numpy.ravel(found), numpy.ravel(wanted), strict=True):
            self.assertAlmostEqual(end, told, delta=10 ** -digits)

    def test_wilson(self):
        for (k, n), wanted in self.WILSON.items():
            digits = max(len(str(end)) for end in wanted) - 2
            self.near(intervals.wilson([k], [n]), wanted, digits)
        self.assertTrue(numpy.isnan(intervals.wilson([0], [0])).all())
        # 80 %, as it is read off a table.
        for n, wanted in ((5, (0.38, 0.96)), (10, (0.49, 0.94)), (30, (0.63, 0.91)),
                          (100, (0.71, 0.87))):
            for end, told in zip(intervals.wilson([0.8 * n], [n]), wanted):
                self.assertAlmostEqual(end[0], told, delta=0.01)

    def test_student(self):
        # -1, 0 and +1: 0 within 2.484.
        self.near(intervals.student([0], numpy.array([1.0]), [3]), (-2.484, 2.484), 3)
        self.assertTrue(numpy.isnan(intervals.student([5], numpy.array([0.0]), [1])).all())

    def test_net_scores(self):
        # P = .5, D = .2: the adjusted one is a little narrower than the plain one.
        for n, plain in ((30, 27.9), (100, 15.3), (400, 7.7), (1000, 4.8)):
            low, high = intervals.adjusted_wald([n / 2], [n / 5], [n])
            half = (high - low)[0] * 50
            self.assertLess(half, plain + 0.05)
            self.assertGreater(half, plain * 0.95)
        one = (120, 400, *(end[0] for end in intervals.adjusted_wald([200], [80], [400])))
        low, high = intervals.score_difference(one, one)
        self.assertAlmostEqual(100 * high, 10.8, 1)
        self.assertEqual((low, high), (-high, -low))
        self.near(intervals.adjusted_wald([1], [0], [1]), (-0.485, 0.985), 3)

    def test_differences(self):
        # Newcombe 1998, Stat Med 17:873, method 10: 56/70 and 48/80.
        self.near(intervals.proportion_difference((56, 70), (48, 80)), (0.0524, 0.3339), 4)
        # R: t.test(1:10, y = c(7:20)).
        first, second = (numpy.arange(*ends) for ends in ((1, 11), (7, 21)))
        samples = [(one.mean(), one.std(ddof=1), len(one)) for one in (first, second)]
        self.near(intervals.mean_difference(*samples), (-11.052802, -4.947198), 6)
        self.near(intervals.mean_difference(*samples), weightstats.CompareMeans.from_data(
            first, second).tconfint_diff(usevar="unequal"), 9)
        ends = intervals.student([5.5], samples[0][1], [10])
        self.assertAlmostEqual(intervals.deviation_of(*ends, 10)[0], samples[0][1], 12)

    def test_how_many_more_tell_two_apart(self):
        # R's power.t.test(delta, power = 0.8): 393.41, 63.77, 25.52, 16.71 and 5.09 of each.
        for difference, of_each in ((0.2, 394), (0.5, 64), (-0.8, 26), (1, 17), (2, 6)):
            for n in (2, of_each):
                sample = (70, 1, n)
                self.assertEqual(intervals.more_to_tell_apart(sample, sample, difference), of_each - n)
        self.assertEqual(intervals.more_to_tell_apart((4, 0, 2), (1, 0, 2), 3), 0)
        for difference in (0, 1e-9):
            self.assertIsNone(intervals.more_to_tell_apart((70, 1, 9), (70, 1, 9), difference))
        mean = figures.Mean(of="")
        two = [figures.Figure(value, 9, value - 2, value + 2) for value in (70, 69)]
        for pair, difference, wanted in (
                (two, None, mean.needed(*two, 1)), (two, 1000.0, 0),
                ((two[0], two[0]), None, "NO_DIFFERENCE"),
                ((two[0], two[1]._replace(value=60, low=58, high=62)), None, 0),
                ((two[0], figures.Figure(n=9, empty="HIDDEN_SMALL_N")), 5.0, "HIDDEN_SMALL_N"),
                ((two[0], figures.Figure(69, 1)), 5.0, "TOO_FEW")):
            self.assertEqual(comparison.needed_of(mean, *pair, difference), wanted)

    def test_order_statistics(self):
        for level, least in ((0.5, 6), (0.9, 36), (0.99, 368)):
            self.assertIsNone(intervals.order_statistics(least - 1, level))
            self.assertIsNotNone(intervals.order_statistics(least, level))
        self.assertEqual(intervals.order_statistics(6, 0.5), (1, 6))
        self.assertEqual(intervals.order_statistics(100, 0.5), (40, 61))


class Buckets(unittest.TestCase):
    def hours(self, first, end, zone, grain="day"):
        days = map(datetime.date.fromisoformat, (first, end))
        return (numpy.diff(buckets.starts(*days, grain, zone)) / 3_600_000_000).tolist()

    def test_days_of_23_24_and_25_hours(self):
        self.assertEqual(self.hours("2026-03-28", "2026-03-31", "Europe/Berlin"), [24, 23, 24])
        self.assertEqual(self.hours("2026-10-31", "2026-11-03", "America/New_York"), [24, 25, 24])
        self.assertEqual(self.hours("2026-10-31", "2026-11-03", "Europe/Moscow"), [24, 24, 24])

    def test_months_and_weeks_begin_before_the_range(self):
        self.assertEqual(self.hours("2026-02-10", "2026-03-10", "UTC", "month"), [28 * 24, 31 * 24])
        self.assertEqual(self.hours("2026-11-26", "2026-12-01", "UTC", "week"), [168, 168])

    def test_the_period_before(self):
        for first, end, grain, wanted in (
                ("2026-03-15", "2026-05-02", "month", "2026-02-01"),
                ("2026-11-24", "2026-11-25", "week", "2026-11-16"),
                ("2026-03-30", "2026-03-31", "day", "2026-03-29"),
                ("2026-02-01", "2026-04-01", "", "2025-12-01"),
                ("2026-03-29", "2026-03-31", "", "2026-03-27")):
            days = map(datetime.date.fromisoformat, (first, end))
            before = buckets.period_before(buckets.starts(*days, grain, "Europe/Berlin"), grain,
                                           "Europe/Berlin")
            self.assertEqual(buckets.moment_of(before, "Europe/Berlin").date().isoformat(), wanted)

    def test_a_midnight_that_the_clocks_skip(self):
        day = datetime.date(2018, 11, 4)
        start = buckets.moment_of(buckets.of_day(day, "America/Sao_Paulo"), "America/Sao_Paulo")
        self.assertEqual(start.isoformat(), "2018-11-04T01:00:00-02:00")

    def test_parts_of_a_stretch_add_up(self):
        begin, end = datetime.date(2026, 10, 28), datetime.date(2026, 11, 5)
        row = {"at": buckets.of_day(begin, "Europe/Moscow") + 1, "amount": -99_999,
               "until": buckets.of_day(end, "Europe/Moscow")}
        for zone in ("Europe/Moscow", "America/New_York", "Asia/Kathmandu"):
            for grain in ("", "day", "month"):
                asking = comparison.asking_of((), zone, grain, begin - datetime.timedelta(1),
                                              end + datetime.timedelta(1))
                self.assertEqual(sum(part for _, part in roi.parts_of(row, asking)), -99_999)


class Figures(unittest.TestCase):
    def test_figures_worked_out_by_hand(self):
        request = metrics_client.request_class()
        wrong, compared = [], 0
        for path in sorted(fixtures.PROJECTIONS.glob("*/testdata/*.tsv")):
            events, metric, _ = path.name.split(".")
            marks = [formulas.of(log.Log(told, fixtures.KNOWN_AT))
                     for told in fixtures.events_of(path.with_name(f"{events}.events.ndjson"))]
            for block in fixtures.blocks_of(path, request):
                if not block.computable():
                    continue
                known = block.request.mark_id if block.request.HasField("mark_id") else -1
                for what, written, figure in block.compared(metric, marks[known]):
                    compared += 1
                    if not fixtures.says(written, figure):
                        wrong.append(f"{path.name}: {what}: {written}, oracle: {figure}")
        self.assertEqual(wrong[:20], [])
        self.assertGreater(compared, 1_000)

    def shown(self, *by, **cells):
        """Values of an answer by these; of the cells, named by bucket and group, 0 is hidden."""
        asking = figures.Asking(by, "UTC", "", 0, 1, numpy.array([0, 1]))
        answered = figures.Cells({
            (int(key[-1]), *key[:-1]): figures.Figure(None, 9, empty=figures.HIDDEN_SMALL_N)
            if n == 0 else figures.Figure(1.0, n) for key, n in cells.items()},
            figures.Figure(empty=figures.NO_DATA)).answered(asking)
        return "".join(f"{key[1]}{key[0]} " for key, figure in sorted(answered.figures.items())
                       if figure.value is not None)

    def test_no_hidden_figure_can_be_subtracted(self):
        self.assertEqual(self.shown("employee", a0=30, b0=0, c0=12, d0=12), "a0 d0 ")
        self.assertEqual(self.shown("employee", a0=0, b0=0, c0=12), "c0 ")
        self.assertEqual(self.shown("queue", a0=0, b0=12), "b0 ")
        # Of a's days the third, of the second b; then b's third, too.
        self.assertEqual(self.shown("employee", a1=30, b1=40, a2=0, b2=50, c2=60, a3=20, b3=30),
                         "a1 b1 c2 ")

    def test_by_a_result_counts_of_people_are_hidden(self):
        facts = figures.Facts([{"at": 0, "employee": "anna", "band": band} for band in 10 * ["high"]
                               + 3 * ["low"]], "employee", "band")
        for by, wanted in ((("band",), 3), (("employee",), 13), (("employee", "band"), None)):
            asking = figures.Asking(by, "UTC", "", 0, 1, numpy.array([0, 1]))
            cells = figures.Count(facts).cells(asking)
            group = tuple({"employee": "anna", "band": "low"}[name] for name in by)
            self.assertEqual(cells.at(0, group).value, wanted)
            self.assertEqual(cells.at(0, group).n, wanted or 0)

    def test_a_difference_is_seen(self):
        figure = figures.Figure(0.5, 2, 0.1, 0.9, 1, 2)
        self.assertTrue(comparison.alike(figure, figure, False))
        for other in (figure._replace(value=0.5 + 1e-8), figure._replace(n=3),
                      figure._replace(low=None), figure._replace(high=0.9 + 1e-8),
                      figure._replace(numerator=1.001), figure._replace(empty=figures.NO_DATA),
                      figure._replace(untold=1), figure._replace(immature=1)):
            self.assertFalse(comparison.alike(figure, other, False), other)
        self.assertFalse(comparison.alike(figures.Figure(3.0, 3), figures.Figure(3.0 + 1e-12, 3), True))


if __name__ == "__main__":
    unittest.main()
