"""Worked examples of the field: events and the figures that articles and textbooks name for them."""
import datetime
import unittest

import buckets
import comparison
import figures
import formulas
import log

DAY = datetime.date(2026, 11, 2)
NOON = buckets.of_day(DAY, "UTC") + 12 * 3_600_000_000
MINUTE, SECOND = 60_000_000, 1_000_000
WEIGHTS = (5, 20, 20, 25, 30)


class Story:
    """Events of one day, told one after another."""

    def __init__(self):
        self.events = []

    def tell(self, kind, told, customer="anybody", at=NOON, **more):
        self.events.append({
            "occurred_at": str(at), "identifiers": [{"type": "CRM_ID", "value": customer}],
            "event_id": str(len(self.events)), kind: told, **more})

    def call(self, end="ANSWERED", wait_s=0, customer="anybody", at=NOON, **more):
        left = at + wait_s * SECOND
        call = {"call_id": f"call {len(self.events)}", "direction": "INBOUND", "end": end, **more}
        if end in ("QUEUE_FULL", "BUSY", "NO_ANSWER"):
            return self.tell("call", call, customer, at)
        call |= {"queued_at": str(at), "queue_id": "q", "ended_at": str(left + MINUTE)}
        if end == "ANSWERED":
            call["answered_at"] = str(left)
            call.setdefault("legs", [{"employee_id": "anna", "answered_at": str(left)}])
        elif wait_s is not None:
            call["ended_at"] = str(left)
        return self.tell("call", call, customer, at)

    def touch(self, kind, customer="anybody", at=NOON, purpose="REAL", **more):
        told = {"touchpoint_id": f"touch {len(self.events)}", "kind": kind, **more}
        self.tell("touchpoint", told, customer, at, purpose=purpose)

    def answer(self, scale, value, question="q", **more):
        self.tell("survey", {"response_id": str(len(self.events)), "survey_id": "s",
                             "question_id": question, "scale": scale, "sent_at": str(NOON),
                             "completed_at": str(NOON), "answer": value, **more})

    def score(self, card, items, employee="anna", purpose="REAL", **more):
        self.tell("score", {"evaluation_id": str(len(self.events)), "employee_id": employee,
                            "scorecard_id": card, "scorecard_version": 1, "items": items,
                            "submitted_at": str(NOON), "by": "HUMAN", **more}, purpose=purpose)

    def card(self, name, method, weights, levels):
        self.tell("scorecard", {
            "scorecard_id": name, "version": 1, "method": method, "valid_from": "1",
            "sections": [{"criteria": [
                {"criterion_id": f"c{place}", "weight": weight, "levels": levels}
                for place, weight in enumerate(weights)]}]})

    def cost(self, purpose, amount, category=""):
        """Of the day."""
        self.tell("cost", {"cost_id": str(len(self.events)), "purpose": purpose,
                           "category": category, "amount_minor": str(amount), "currency": "RUB",
                           "period": {"from": str(NOON - 12 * 60 * MINUTE),
                                      "to": str(NOON + 12 * 60 * MINUTE)}})

    def figure(self, metric, variant="", by=(), group=(), days=1):
        found = formulas.of(log.Log(self.events, NOON + 90 * 24 * 60 * MINUTE))[metric, variant]
        asking = comparison.asking_of(by, "UTC", "", DAY, DAY + datetime.timedelta(days))
        return found.cells(asking).at(0, group)


class Examples(unittest.TestCase):
    def setUp(self):
        self.story = Story()

    def share(self, metric, variant="", *, k, n, digits=2, low=None, high=None):
        figure = self.story.figure(metric, variant)
        self.assertEqual((figure.numerator, figure.denominator), (k, n))
        for end, wanted in ((figure.low, low), (figure.high, high)):
            if wanted is not None:
                self.assertAlmostEqual(100 * end, wanted, delta=10 ** -digits)
        return figure.value

    def band(self, score):
        return next(band for band in ("suspended", "works and trains", "works")
                    if self.story.figure("evaluations", "counted", ("band",), (band,)).n)

    def test_an_hour_of_listening(self):
        """Six people have 30 calls of three minutes each; in an hour 10 to 20 are listened to."""
        for number in range(180):
            self.story.call(call_id=f"c{number}", legs=[{
                "employee_id": f"e{number // 30}", "answered_at": str(NOON), "talk_ms": "180000"}])
        talk = self.story.figure("talk_time")
        self.assertAlmostEqual(talk.value * talk.n / 3600, 9.0, 12)
        self.story.card("f", "FOUR_LEVEL", [1], [])
        heard = [*range(0, 180, 18), *range(9, 180, 18)]
        for count, coverage, of_a_person in ((10, 5.56, 1.67), (20, 11.11, 3.33)):
            for number in heard[count - 10:count]:
                self.story.score("f", [{"criterion_id": "c0", "level": "max"}], f"e{number // 30}",
                                 subject={"kind": "CALL", "entity_id": f"c{number}"})
            self.assertAlmostEqual(100 * self.share("qa_coverage", k=count, n=180), coverage, 2)
            self.assertAlmostEqual(self.story.figure("evaluations", "counted").n / 6, of_a_person, 2)
        for person in range(6):
            by_person = ("employee",), (f"e{person}",)
            self.assertEqual(self.story.figure("qa_coverage", "", *by_person).n, 30)
            # So few tell nobody from anybody.
            self.assertEqual(self.story.figure("quality_score", "score", *by_person).empty,
                             figures.HIDDEN_SMALL_N)

    def test_what_an_evaluation_costs(self):
        """30,000 for 1,600 of them."""
        self.story.cost("SERVICE", 3_000_000, "quality_assurance")
        self.story.cost("SERVICE", 1)
        for _ in range(1_600):
            self.story.score("f", [], evaluator_id="ear")
        figure = self.story.figure("cost_per_evaluation")
        self.assertEqual((figure.value, figure.n), (1_875, 1_600))

    def test_everybody_is_perfect(self):
        self.story.card("f", "FOUR_LEVEL", [1], [])
        for number in range(40):
            self.story.score("f", [{"criterion_id": "c0", "level": "max"}], f"e{number % 2}")
        for person in range(2):
            figure = self.story.figure("quality_score", "score", ("employee",), (f"e{person}",))
            self.assertEqual((figure.value, figure.low, figure.high, figure.n), (100, 100, 100, 20))

    def test_bands_of_weighted_scores(self):
        for total, band in ((1350, "suspended"), (1380, "works and trains"),
                            (2250, "works and trains"), (2280, "works")):
            self.story = Story()
            self.story.card("w", "WEIGHTED", [1] * 30, [{"level": "most", "value": 100}])
            self.story.score("w", [{"criterion_id": f"c{place}", "value": total / 30}
                                   for place in range(30)])
            self.assertAlmostEqual(self.story.figure("quality_score", "score").value, total / 30, 12)
            self.assertEqual(self.band(total / 30), band)

    def test_weights_of_failed_items(self):
        for failed, score, band in (({0}, 95, "works"), ({4}, 70, "works and trains"),
                                    ({3, 4}, 45, "suspended")):
            self.story = Story()
            self.story.card("b", "BINARY", WEIGHTS, [{"level": "yes", "value": 1}, {"level": "no"}])
            self.story.score("b", [{"criterion_id": f"c{place}",
                                    "level": "no" if place in failed else "yes"}
                                   for place in range(5)])
            self.assertEqual(self.story.figure("quality_score", "score").value, score)
            self.assertEqual(self.band(score), band)

    def test_four_levels(self):
        self.story.card("f", "FOUR_LEVEL", [1] * 10, [])
        levels = ["max"] * 6 + ["mid"] * 2 + ["min", "inappropriate"]
        self.story.score("f", [{"criterion_id": f"c{place}", "level": level}
                               for place, level in enumerate(levels)])
        self.assertAlmostEqual(self.story.figure("quality_score", "score").value, 77.78, 2)
        self.share("criterion_error_rate", "min", k=1, n=9)
        self.share("criterion_error_rate", "imperfect", k=3, n=9)
        self.share("not_applicable_rate", k=1, n=10)

    def test_many_satisfied_and_few_not(self):
        for value, count in ((3, 3000), (1, 8)):
            for _ in range(count):
                self.story.answer("CSAT_3", value)
        self.share("csat", k=3000, n=3008, digits=3, low=99.476, high=99.865)
        for _ in range(53):
            self.story.answer("CSAT_3", 2)
        self.share("csat", k=3000, n=3061, digits=3, low=97.449, high=98.445)

    def test_every_answer_once(self):
        for answer in range(11):
            self.story.answer("NPS_11", answer)
        for variant, k in (("promoters", 2), ("passives", 2), ("detractors", 7)):
            self.share("nps_share", variant, k=k, n=11)
        self.assertAlmostEqual(self.story.figure("nps").value, -45.45, 2)

    def test_a_follow_up_names_its_base(self):
        for place in range(2000):
            self.story.answer("NPS_BINARY", int(place < 1850))
            asked = {"answer": int(place < 1493)} if place < 1850 else {"not_asked": True}
            told = {"response_id": f"f{place}", "survey_id": "s", "question_id": "follow-up",
                    "scale": "CSAT_2", "sent_at": str(NOON), "asked_if": {"question_id": "q"}}
            if place < 1850:
                told["completed_at"] = str(NOON)
            self.story.tell("survey", {**told, **asked})
        self.share("would_recommend", k=1850, n=2000, low=91.26, high=93.58)
        self.assertEqual(self.story.figure("nps_binary").value, 85)
        self.share("follow_up", "of_asked", k=1493, n=1850)
        self.share("follow_up", "of_all", k=1493, n=2000)

    def test_perception_against_expectation(self):
        for perception, expectation in ((1, 2), (1, 1), (2, 1)):
            self.story.tell("survey", {
                "response_id": f"{perception}{expectation}", "survey_id": "s", "question_id": "q",
                "scale": "SERVQUAL_7", "completed_at": str(NOON), "perception": perception,
                "expectation": expectation})
        figure = self.story.figure("servqual_gap")
        self.assertEqual((figure.value, round(figure.high, 3)), (0, 2.484))
        for variant in ("below", "equal", "above"):
            self.share("servqual_share", variant, k=1, n=3)

    def test_a_cafe(self):
        self.story.answer("NPS_11", 9, "recommend", employee_id="anna")
        self.story.answer("CSAT_3", 1, "waiter", employee_id="anna")
        self.assertEqual(self.story.figure("nps").value, 100)
        self.share("csat", k=0, n=1)

    def test_a_full_queue(self):
        # Nobody leaves before the day is over.
        for _ in range(1000):
            self.story.call("ABANDONED", wait_s=24 * 3600)
        self.story.call("QUEUE_FULL")
        self.assertEqual(self.story.figure("queue_depth", "most").value, 1000)
        self.assertEqual(self.story.figure("calls_offered").n, 1000)
        self.share("blocked_rate", k=1, n=1001)

    def test_five_more_minutes(self):
        for minutes, author, kind in ((0, "CUSTOMER", ""), (1, "EMPLOYEE", "HOLDING"),
                                      (20, "EMPLOYEE", "SUBSTANTIVE")):
            self.story.touch("MESSAGE", at=NOON + minutes * MINUTE, author=author, reply_kind=kind,
                             conversation_id="v")
        self.assertEqual(self.story.figure("first_response").value, 60)
        self.assertEqual(self.story.figure("time_to_substantive").value, 1200)

    def test_three_days_until_somebody_answers(self):
        for day in range(3):
            self.story.call("NO_ANSWER", at=NOON + day * 24 * 60 * MINUTE)
        self.story.call(at=NOON + 3 * 24 * 60 * MINUTE)
        self.assertEqual(self.story.figure("time_to_reach", days=4).value, 72 * 3600)
        self.assertEqual(self.story.figure("attempts_to_reach", days=4).value, 4)
        self.assertEqual(self.story.figure("attempts_to_reach", days=4).n, 1)

    def test_a_mystery_shopper_is_no_customer(self):
        money = {"amount_minor": "100", "currency": "RUB"}
        for kind in ("STORE_VISIT", "CONTRACT", "PURCHASE", "CHURN"):
            self.story.touch(kind, purpose="MYSTERY", money=money, contract={"from": "1"})
        self.story.card("f", "FOUR_LEVEL", [1], [])
        self.story.score("f", [{"criterion_id": "c0", "level": "max"}], purpose="MYSTERY")
        self.assertEqual(self.story.figure("evaluations", "counted").n, 1)
        for metric in ("revenue", "orders", "churned", "contacts", "touches"):
            self.assertEqual(self.story.figure(metric).n, 0, metric)
        for metric in ("crr", "churn_rate", "new_customers", "active_customers", "reactivated"):
            for variant in ("transactions", "contracts"):
                self.assertEqual(self.story.figure(metric, variant).n, 0, metric)

    def test_customers_of_two_days(self):
        """Ten the day before; of them seven come again, with one from long ago and two new ones."""
        day = 24 * 60 * MINUTE
        for customer in range(10):
            self.story.touch("PURCHASE", str(customer), NOON - day)
        self.story.touch("PURCHASE", "of old", NOON - 300 * day)
        for customer in (*range(7), "of old", "new", "newer"):
            self.story.touch("PURCHASE", str(customer))
        self.share("crr", "transactions", k=8, n=10)
        self.assertEqual(self.share("crr", "set", k=7, n=10), 70)
        self.share("crr", "reactivated", k=1, n=10)
        self.share("churn_rate", "transactions", k=3, n=10)
        self.assertEqual(self.story.figure("new_customers", "transactions").value, 2)

    def test_why_they_leave(self):
        for place in range(90):
            code = "SERVICE" if place < 60 else "PRICE"
            self.story.touch("CHURN", customer=str(place), reason={"code": code})
        self.story.touch("CHURN", customer="silent")
        self.share("service_churn_share", k=60, n=90, low=56.42, high=75.55)

    def test_to_win_a_customer_and_to_keep_one(self):
        day = 24 * 60 * MINUTE
        for customer in range(20):
            self.story.touch("PURCHASE", f"old {customer}", NOON - day)
            self.story.touch("PURCHASE", f"old {customer}")
        for customer in range(10):
            self.story.touch("PURCHASE", f"new {customer}")
        self.story.cost("ACQUISITION", 70_000)
        self.story.cost("RETENTION", 20_000)
        for metric, value in (("cac", 7_000), ("retention_cost_per_customer", 1_000),
                              ("acquisition_to_retention_ratio", 7)):
            self.assertEqual(self.story.figure(metric, "transactions").value, value, metric)

    def test_a_contact_costs(self):
        """The day's service by its contacts."""
        for _ in range(3):
            self.story.call()
        self.story.touch("MESSAGE", author="CUSTOMER")
        self.story.cost("SERVICE", 1_000)
        self.story.cost("RETENTION", 77)
        figure = self.story.figure("cost_per_contact")
        self.assertEqual((figure.value, figure.n), (250, 4))

    def test_a_chat_a_call_and_a_mail(self):
        self.story.touch("MESSAGE", author="CUSTOMER", channel="CHAT", conversation_id="v")
        self.story.call(at=NOON + MINUTE, conversation_id="v")
        self.story.touch("MESSAGE", at=NOON + 2 * MINUTE, author="EMPLOYEE", channel="EMAIL",
                         conversation_id="v")
        self.story.tell("case", {"case_id": "c", "opened_at": str(NOON)})
        self.assertEqual(self.story.figure("cases_opened").n, 1)
        self.assertEqual(self.story.figure("channel_switch").value, 2)
        self.assertEqual(self.story.figure("journeys").n, 1)
        self.share("omnichannel_share", k=1, n=1)

    def test_a_dealers_deal(self):
        """The discount is approved in an hour, a quarter of one is the norm; the deal is made."""
        hour, price = 60 * MINUTE, {"amount_minor": "125000000", "currency": "RUB",
                                    "margin_minor": "25000000"}
        steps = (("call", {"kind": 21}, 0), ("visit", {"touchpoint_kind": "MEETING"}, 15),
                 ("approval", {"touchpoint_kind": "PROPOSAL", "attribute": "step",
                               "attribute_value": "discount_approval"}, 0),
                 ("deal", {"touchpoint_kind": "PURCHASE"}, 0))
        self.story.tell("journey_model", {
            "model_id": "deal", "version": 1, "valid_from": "1", "steps": [
                {"step_id": name, "owner_role": f"owner of the {name}", "matches": [match],
                 "norm": {"max_ms_to_next": str(minutes * 60_000)}}
                for name, match, minutes in steps]})
        self.story.touch("PURCHASE", "dealer", NOON - 24 * hour, money=price)
        self.story.call(customer="dealer")
        self.story.touch("MEETING", "dealer", NOON + hour, employee_id="dora")
        self.story.touch("PROPOSAL", "dealer", NOON + 2 * hour,
                         attributes={"step": "discount_approval"})
        self.story.touch("PURCHASE", "dealer", NOON + 3 * hour, money=price)
        self.story.tell("survey", {
            "response_id": "r", "survey_id": "s", "question_id": "q", "scale": "NPS_11",
            "completed_at": str(NOON + 4 * hour), "answer": 4}, "dealer")
        self.story.touch("STORE_VISIT", "dealer", NOON + 240 * hour, topic="service")
        for variant in ("taken", "followed"):
            self.share("norm_compliance", variant, k=0, n=1)
            figure = self.story.figure("norm_compliance", variant, ("step_owner",),
                                       ("owner of the visit",))
            self.assertEqual((figure.numerator, figure.denominator), (0, 1))
        self.assertEqual(self.story.figure("revenue", "", ("currency",), ("RUB",)).value, 125e6)
        self.share("crr", "set", k=1, n=1)
        self.share("nps_share", "detractors", k=1, n=1)
        for variant, customers in (("any", 1), ("detractors", 1), ("complaints", 0)):
            figure = self.story.figure("revenue_at_risk", variant, ("currency",), ("RUB",))
            self.assertEqual((figure.value, figure.n), (50e6 * customers, customers), variant)
        self.assertEqual(self.story.figure("contacts", "", ("topic",), ("service",), 11).n, 1)
        self.assertEqual(self.story.figure("churned", days=11).n, 0)

    def test_delivered_early(self):
        self.story.touch("DELIVERY", at=NOON + 30 * MINUTE,
                         promise={"due_at": str(NOON + 60 * MINUTE)})
        self.share("promise_kept", k=1, n=1)
        self.assertAlmostEqual(self.story.figure("promise_gap").value, 30, 12)

    def test_policies_of_a_service_level(self):
        for count, end, wait_s in ((640, "ANSWERED", 20), (160, "ANSWERED", 21),
                                   (60, "ABANDONED", 4), (90, "ABANDONED", 5),
                                   (50, "VOICEMAIL", 30)):
            for _ in range(count):
                self.story.call(end, wait_s)
        for variant, n, value in (("over_answered", 800, 80.0),
                                  ("over_answered_and_abandoned", 950, 67.4),
                                  ("without_short", 890, 71.9), ("over_offered", 1000, 64.0)):
            self.assertAlmostEqual(100 * self.share("service_level", variant, k=640, n=n), value, 1)


if __name__ == "__main__":
    unittest.main()
