"""What the sample company never does, or too rarely for a figure by each dimension: its own events
once more as other entities, in other ways.
"""
import copy
import itertools

import rare_company
import rare_customers
from rare_company import DAY, HOUR, PEOPLE

MINUTE = 60_000_000  # microseconds
# Scale -> answers in turn.
ANSWERS = {"NPS_11": (10, 9, 8.5, 8, 6.5, 3), "NPS_BINARY": (1, 1, 0), "CSAT_2": (1, 0, 1, 1),
           "CSAT_3": (3, 2, 3, 1), "CSAT_5": (5, 4, 3, 4, 1), "CES_7": (7, 5, 4, 6, 2),
           "RATING_N": (9, 10, 4, 7), "SERVQUAL_7": (6, 3, 5)}
RATING_MAX = 10
SUBJECTS = ("CALL", "TOUCHPOINT", "CASE")
CHANNELS = ("EMAIL", "CHAT", "STORE")
SURVEYS, PURCHASES, EVALUATIONS = 160, 60, 90  # of a scale, of a kind, in all
MESSAGES = CALLS = 3  # every third one
FOLLOW_UPS = ("CSAT_2", "CSAT_5")
# Of the days before the mark: every so manieth contact, and at most so many of a kind.
LATEST_DAYS, LATEST_CALLS, LATEST_OF_A_KIND = 9, 2, 60
# Moments of a call that move with it.
MOMENTS = {"queued_at", "answered_at", "ended_at", "started_at"}


def of(told, now):
    """`told`: the events that count, by kind; `now`: microseconds, after all of them."""
    ways = {"survey": surveys, "touchpoint": touchpoints, "call": calls, "case": cases,
            "score": scores, "training": trainings, "cost": costs, "initiative": initiatives}
    made = [event for kind, way in ways.items()
            for event in way([copy.deepcopy(event) for event in told[kind]])]
    return [*made, *rare_company.of(told), *rare_customers.of(told), *latest(told, now),
            *rare_customers.latest(now)]


def person(number):
    """Of some the team is not told: then the organisation tells it."""
    employee, team = PEOPLE[number % len(PEOPLE)]
    return {"employee_id": employee, "team_id": team if number % 5 else ""}


def again(event, kind, field, suffix="rare"):
    """Another entity."""
    event[kind][field] += f"-{suffix}"
    event.pop("entity_id", None)
    event["revision"] = 0
    return event


def move_call(event, by):
    event["occurred_at"] = str(int(event["occurred_at"]) + by)
    for told in (event["call"], *event["call"].get("legs", [])):
        for field in MOMENTS & told.keys():
            told[field] = str(int(told[field]) + by)


def surveys(events):
    """Answers on every scale, about everything; some that break off, or were never asked for."""
    scales = itertools.cycle(ANSWERS)
    for number, event in zip(range(SURVEYS * len(ANSWERS)), itertools.cycle(events)):
        event = again(copy.deepcopy(event), "survey", "response_id", number)
        survey, scale = event["survey"], next(scales)
        for field in ("answer", "rating_max", "asked_if", "not_asked", "expectation", "perception"):
            survey.pop(field, None)
        turn = number // len(ANSWERS)
        answers = ANSWERS[scale]
        done = "partial_at" if turn % 7 == 0 else "completed_at"
        sent = int(survey.get("sent_at", event["occurred_at"]))
        survey |= {"scale": scale, **person(turn), "question_id": f"question-{number % 3}",
                   "survey_id": f"survey-{turn % 2}", "channel": CHANNELS[turn % 3],
                   "low_is_good": turn % 11 == 0, "importance": 0.5 + turn % 4,
                   "sent_at": str(sent), "started_at": str(sent + MINUTE),
                   "subject": {"kind": SUBJECTS[turn % 3], "entity_id": f"subject-{number}"}}
        survey.pop("completed_at", None)
        survey[done] = str(sent + 2 * MINUTE)
        answer = answers[turn % len(answers)]
        if scale == "SERVQUAL_7":
            survey |= {"expectation": 5, "perception": answer}
        else:
            survey["answer"] = answer
        if scale == "RATING_N":
            survey["rating_max"] = RATING_MAX
        if scale in FOLLOW_UPS:
            survey["asked_if"] = {"question_id": "question-0", "condition": "answer < 7"}
            if turn % 5 < 2:
                unanswered(survey)
                survey["not_asked"] = True
        yield event


def unanswered(survey):
    """Nothing is told but when it is sent."""
    moments = {name for name in survey if name.endswith("_at")} - {"sent_at"}
    for field in (*moments, "answer", "expectation", "perception", "comment", "not_asked"):
        survey.pop(field, None)


def touchpoints(events):
    """Money in another currency and by people; conversations over several channels."""
    named = [event for event in events if event["touchpoint"].get("touchpoint_id")]
    paid = [event for event in named if "money" in event["touchpoint"]]
    kept = {}
    for event in paid:
        kept.setdefault(event["touchpoint"]["kind"], []).append(event)
    for number, event in enumerate(event for some in kept.values() for event in some[:PURCHASES]):
        event = again(copy.deepcopy(event), "touchpoint", "touchpoint_id")
        event["touchpoint"] |= {**person(number // 2), "channel": CHANNELS[number % 3],
                                "campaign": f"campaign-{number % 2}"}
        event["touchpoint"]["money"]["currency"] = ("RUB", "EUR")[number % 2]
        yield event
    for number, event in enumerate(named):
        if event["touchpoint"]["kind"] in ("MESSAGE", "REVIEW", "COMPLAINT", "CART", "REFERRAL",
                                           "CHURN") and number % MESSAGES == 0:
            event = again(event, "touchpoint", "touchpoint_id")
            event["occurred_at"] = str(int(event["occurred_at"]) + MINUTE)
            event["touchpoint"]["channel"] = CHANNELS[number // MESSAGES % 3]
            if event["touchpoint"].get("author") != "CUSTOMER":
                event["touchpoint"] |= {**person(number), "line": 2}
            if number % (4 * MESSAGES) == 0:  # in one with calls
                event["touchpoint"]["conversation_id"] = f"several-{number // (12 * MESSAGES)}"
            yield event


def calls(events):
    """Of the second line, handed on, and part of a conversation in writing."""
    for number, event in enumerate(events[::CALLS]):
        event = again(event, "call", "call_id")
        call = event["call"]
        call["conversation_id"] = f"several-{number // 4}"
        if number % 5 == 0 and "queue_id" in call:
            call["queue_id"] = "q-rare"
        for leg in call.get("legs", [])[:1]:
            leg["line"] = 2
            if number % 3 == 0:
                leg["transfer"] = "CONSULT"
                call["legs"].append({**leg, **person(number), "line": 1 + number % 2})
        yield event
        for turn in range(number % 4):
            yield whether_resolved(event, number, turn)


def whether_resolved(call, number, turn):
    """What the customer says of it; one who answers again may say something else."""
    at = int(call["occurred_at"]) + HOUR + turn * MINUTE
    customer = {name: call[name] for name in call.keys() & {"identifiers"}}
    return {"occurred_at": str(at), **customer, "survey": {
        "response_id": f"{call['call']['call_id']}-{turn}", "survey_id": "after-call",
        "question_id": ("resolved", "resolved", "satisfied")[number % 3], "scale": "CSAT_2",
        "low_is_good": number % 7 == 0, "sent_at": str(at), "completed_at": str(at + MINUTE),
        "answer": (number + turn) // 2 % 2,
        "subject": {"kind": SUBJECTS[number % 11 == 0], "entity_id": call["call"]["call_id"]}}}


def cases(events):
    for number, event in enumerate(events):
        event = again(event, "case", "case_id")
        owner, team = PEOPLE[number % 2]
        event["case"] |= {"owner": owner, "team": team, "compensation_minor": "4500",
                          "currency": ("RUB", "EUR")[number % 3 == 0], "fault_side": "COMPANY",
                          "root_cause": f"cause-{number % 2}"}
        yield event


def scores(events):
    """In some nothing applies; the others are of few people, and every third one is disputed."""
    for number, event in enumerate(events[:EVALUATIONS]):
        event = again(event, "score", "evaluation_id")
        score = event["score"]
        if number % 4 == 0:
            score["items"] = [{"criterion_id": item["criterion_id"], "not_applicable": True}
                              for item in score["items"]]
        score |= person(number // 2)
        if number % 3 == 0:
            decided = int(score["submitted_at"]) + 2 * MINUTE
            score |= {"disputed_at": str(decided - MINUTE), "decided_at": str(decided),
                      "outcome": ("OVERTURNED", "UPHELD")[number % 2]}
        yield event


def trainings(events):
    for number, event in enumerate(events):
        event = again(event, "training", "id")
        event["training"]["employee_id"] = PEOPLE[number % 2][0]
        yield event


def costs(events):
    """In another currency, and of evaluating."""
    for number, event in enumerate(events):
        event = again(event, "cost", "cost_id")
        event["cost"]["currency"] = "EUR"
        if number % 3 == 0:
            event["cost"]["category"] = "quality_assurance"
        yield event


def initiatives(events):
    """With a budget and an end."""
    for number, event in enumerate(events * 2):
        event = again(copy.deepcopy(event), "initiative", "initiative_id", number)
        told = event["initiative"]
        told |= {"ended_at": str(int(told["started_at"]) + (9 + 20 * number) * 1_440 * MINUTE),
                 "planned_cost_minor": f"{70_000_001 + number}",
                 "phase": ("PILOT", "ROLLED_OUT")[number % 2],
                 "currency": ("RUB", "EUR")[number % 2]}
        yield event


def latest(told, now):
    """The last days of the sample once more, up to a minute before `now`: windows are not over,
    nothing has been bought or replied to yet, and who is at work has not left."""
    calls_of, touches, asked = (
        [copy.deepcopy(event) for event in told[kind] if kind != "touchpoint" or
         event["touchpoint"].get("touchpoint_id")] for kind in ("call", "touchpoint", "survey"))
    ends = max([int(event["call"].get("ended_at", event["occurred_at"])) for event in calls_of] +
               [int(event["occurred_at"]) for event in calls_of + touches + asked])
    by = now - MINUTE - ends

    def recent(events):
        return [event for event in events
                if ends - LATEST_DAYS * DAY <= int(event["occurred_at"])]

    for event in recent(calls_of)[::LATEST_CALLS]:
        move_call(again(event, "call", "call_id", "latest"), by)
        yield event
    kinds = {}
    for event in sorted(recent(touches), key=lambda event: -int(event["occurred_at"])):
        kinds.setdefault(event["touchpoint"]["kind"], []).append(event)
    for event in (event for some in kinds.values() for event in some[:LATEST_OF_A_KIND]):
        event = again(event, "touchpoint", "touchpoint_id", "latest")
        event["occurred_at"] = str(int(event["occurred_at"]) + by)
        event["touchpoint"].pop("reply_at", None)
        yield event
    for number, event in enumerate(recent(asked)[:LATEST_OF_A_KIND]):
        event = again(event, "survey", "response_id", "latest")
        sent_at = str(int(event["occurred_at"]) + by)
        event["occurred_at"] = sent_at
        unanswered(event["survey"])
        event["survey"]["sent_at"] = sent_at
        if number % 2:
            event["survey"]["delivered_at"] = sent_at
        yield event
    for number, (employee, _) in enumerate(PEOPLE):
        for state, hours in (("BREAK", 30), ("READY", 5), ("BUSY", 2)):
            since = str(now - hours * HOUR - number * MINUTE)
            yield {"occurred_at": since, "agent_state": {
                "employee_id": employee, "state": state, "from": since}}
