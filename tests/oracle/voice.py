"""What customers say when they are asked, and in public; and whether what was promised came true."""
from figures import Count, Derived, Distinct, Facts, Mean, NetScore, Ratio, RatioOfSums
from log import enum, moment, number, real, text
from reference import PLACE, Places

# The worst and the best answer of each scale; that of RATING_N is the question's own.
ENDS = {"NPS_11": (0, 10), "NPS_BINARY": (0, 1), "CSAT_2": (0, 1), "CSAT_3": (1, 3),
        "CSAT_5": (1, 5), "CES_7": (1, 7), "SERVQUAL_7": (1, 7)}
# From where on an answer is a good one.
GOOD = {"NPS_11": 9, "NPS_BINARY": 1, "CSAT_2": 1, "CSAT_3": 3, "CSAT_5": 4, "CES_7": 5}
# Nothing lies between their two answers.
YES_OR_NO = ("NPS_BINARY", "CSAT_2")
CSAT = ("CSAT_2", "CSAT_3", "CSAT_5")
STATES = ("sent", "delivered", "bounced", "started", "partial", "completed", "expired")
QUESTION = ("survey", "question", "scale", "subject_kind", "channel", *PLACE)
REVIEW = ("platform", "channel", "topic", *PLACE)
PROMISE = ("promise_kind", "channel", "topic", *PLACE)
PHONE = "PHONE"
PARTS = 1_000_000  # of an answer, that the product adds up


# ---- surveys
def questions_of(log):
    rows, places = [], Places(log)
    for event in log.real("survey"):
        told = event["survey"]
        scale = enum(told, "scale")
        worst, best = ENDS.get(scale) or (1, number(told, "rating_max"))
        row = {"survey": text(told, "survey_id"), "question": text(told, "question_id"),
               "scale": scale, "subject_kind": enum(told.get("subject", {}), "kind"),
               "channel": enum(told, "channel"), **places.of(told, moment(event, "occurred_at")),
               "customer": log.customer(event) or None,
               "worst": worst, "best": best, "importance": real(told, "importance", 0, 1_000_000),
               "follow_up": "asked_if" in told, "asked": not told.get("not_asked", False)}
        row |= {state: moment(told, f"{state}_at") for state in STATES}
        turned = told.get("low_is_good", False)
        answer, expected, found = (
            real(told, name, worst, best) if row["completed"] else None
            for name in ("answer", "expectation", "perception"))
        if scale in YES_OR_NO and answer not in (0, 1):
            answer = None
        row["rated"] = worst + best - answer if turned and answer is not None else answer
        row["gap"] = None if expected is None or found is None else (
            expected - found if turned else found - expected)
        rows.append(row)
    return rows


def answers_of(rows, *scales):
    """Answers that count, when the customer had come to the end."""
    return Facts([row for row in rows if row["rated"] is not None and
                  (not scales or row["scale"] in scales)], *QUESTION, at="completed")


def answers_by(log, scale):
    """The same with what tells whose answer it is, and about what."""
    told = [{**event["survey"], **row}
            for event, row in zip(log.real("survey"), questions_of(log), strict=True)]
    return answers_of(told, scale).rows


def good(row):
    if row["rated"] is None:
        return False
    if row["scale"] in GOOD:
        return row["rated"] >= GOOD[row["scale"]]
    return row["rated"] >= 1 + 0.75 * (row["best"] - 1)


def satisfaction(row):
    """0 to 1, from the worst to the best answer of the scale."""
    return (row["rated"] - row["worst"]) / (row["best"] - row["worst"])


def recommending(rows):
    nps, binary = answers_of(rows, "NPS_11"), answers_of(rows, "NPS_BINARY")
    yield ("nps", ""), NetScore(nps, up=good, down=lambda row: row["rated"] < 7)
    for share, part in (("promoters", lambda row: row["rated"] >= 9),
                        ("passives", lambda row: 7 <= row["rated"] < 9),
                        ("detractors", lambda row: row["rated"] < 7)):
        yield ("nps_share", share), Ratio(nps, part=part)
    yield ("nps_binary", ""), NetScore(binary, up=good, down=lambda row: row["rated"] == 0)
    yield ("would_recommend", ""), Ratio(binary, part=good)
    yield ("recommenders", ""), Distinct(answers_of(rows, "NPS_11", "NPS_BINARY").where(good),
                                         of="customer")


def satisfied(rows):
    csat, ces = answers_of(rows, *CSAT), answers_of(rows, "CES_7")
    yield ("csat", ""), Ratio(csat, part=good)
    for variant, scale in (("of_five", "CSAT_5"), ("of_three", "CSAT_3"), ("of_two", "CSAT_2")):
        yield ("csat_mean", variant), Mean(answers_of(rows, scale), of="rated", parts=PARTS)
    yield ("csat_of_maximum", ""), RatioOfSums(csat, part="rated", whole="best")
    weighed = answers_of(rows).where(lambda row: row["importance"] is not None)
    yield ("csi", ""), RatioOfSums(weighed, part=lambda row: row["importance"] * satisfaction(row),
                                   whole="importance", scale=100)
    yield ("ces", ""), Mean(ces, of="rated", parts=PARTS)
    yield ("ces_easy", ""), Ratio(ces, part=good)
    gaps = Facts([row for row in rows if row["gap"] is not None], *QUESTION, at="completed")
    yield ("servqual_gap", ""), Mean(gaps, of="gap", parts=PARTS)
    for share, part in (("below", lambda row: row["gap"] < 0), ("equal", lambda row: row["gap"] == 0),
                        ("above", lambda row: row["gap"] > 0)):
        yield ("servqual_share", share), Ratio(gaps, part=part)


def responding(rows):
    planned = Facts(rows, *QUESTION, at="sent")
    sent = planned.where(lambda row: row["asked"])
    for state in STATES:
        yield ("survey_states", state), Count(sent.where(lambda row, state=state: row[state] > 0))
    # Who answered did get it.
    reached = sent.where(lambda row: not row["bounced"] or row["partial"] or row["completed"])
    yield ("response_rate", ""), Ratio(reached, part="completed")
    yield ("partial_rate", ""), Ratio(
        reached, part=lambda row: row["partial"] and not row["completed"])
    follow_up = planned.where(lambda row: row["follow_up"])
    for base, whole in (("of_asked", lambda row: row["asked"] and row["rated"] is not None),
                        ("of_all", lambda row: row["rated"] is not None or not row["asked"])):
        yield ("follow_up", base), Ratio(follow_up, part=lambda row: row["asked"] and good(row),
                                         whole=whole)


# ---- reviews, complaints, promises
def reviews_of(log):
    places = Places(log)
    for event in log.real("touchpoint"):
        told = event["touchpoint"]
        if enum(told, "kind") == "REVIEW":
            rating = told.get("rating", {})
            scale = number(rating, "scale")
            value = real({"value": 0, **rating}, "value", 0, scale) if scale else None
            at, reply = moment(event, "occurred_at"), moment(told, "reply_at")
            yield {"at": at, "platform": text(rating, "platform"), "channel": enum(told, "channel"),
                   "topic": text(told, "topic"), **places.of(told, at), "replied": reply > 0,
                   "of_five": None if value is None else value / scale * 5,
                   "reply_ms": (reply - at) // 1_000 if reply >= at else None}


def reviewing(log):
    reviews = Facts(reviews_of(log), *REVIEW)
    yield ("review_rating", ""), Mean(reviews, of="of_five", parts=PARTS)
    yield ("review_response_rate", ""), Ratio(reviews, part="replied")
    yield ("review_response_time", ""), Mean(reviews, of="reply_ms", scale=1e-3)


def interactions_of(log):
    for event in log.real("touchpoint"):
        told = event["touchpoint"]
        yield {"at": moment(event, "occurred_at"), "kind": enum(told, "kind"),
               "channel": enum(told, "channel"), "topic": text(told, "topic"),
               "reason": enum(told.get("reason", {}), "code"), "customer": log.customer(event) or None}
    for event in log.real("call"):
        if enum(event["call"], "direction") != "INTERNAL":
            yield {"at": moment(event, "occurred_at"), "kind": "CALL", "channel": PHONE,
                   "topic": text(event["call"], "topic"), "reason": "UNSPECIFIED",
                   "customer": log.customer(event) or None}


def complaint(row):
    return row["kind"] == "COMPLAINT"


def complaining(log):
    interactions = Facts(interactions_of(log), "channel", "topic", "reason")
    yield ("complaints", ""), Count(interactions.where(complaint))
    yield ("complaint_rate", ""), Ratio(interactions.without("reason"), part=complaint, scale=100)
    yield ("referrers", ""), Distinct(interactions.where(lambda row: row["kind"] == "REFERRAL"),
                                      of="customer")


def promised(told, fulfilled_at, due_at):
    return {"at": fulfilled_at, "due_at": due_at, "channel": enum(told, "channel"),
            "topic": text(told, "topic"), "currency": "", "kept_amount": None, "amount_gap": None,
            "gap_ms": int((due_at - fulfilled_at) / 1_000) if due_at else None}


def promises_of(log):
    places = Places(log)
    for event in log.real("touchpoint"):
        told = event["touchpoint"]
        delivered = enum(told, "kind") == "DELIVERY"
        if "promise" not in told or not (delivered or told.get("resolved")):
            continue
        row = promised(told, moment(event, "occurred_at"), moment(told["promise"], "due_at"))
        row |= {"promise_kind": "DELIVERY" if delivered else "RESOLUTION",
                **places.of(told, row["at"])}
        if "amount_minor" in told["promise"] and "money" in told:
            row["amount_gap"] = (number(told["promise"], "amount_minor") -
                                 number(told["money"], "amount_minor"))
            row["currency"] = text(told["money"], "currency")
        if row["due_at"] or row["amount_gap"] is not None:
            yield row
    for event in log.real("case"):
        told = event["case"]
        resolved, due = moment(told, "resolved_at"), moment(told, "due_at")
        open_again = any(int(at) > resolved for at in told.get("reopened_at", []))
        if due and resolved and not open_again:
            yield {**promised(told, resolved, due), "promise_kind": "RESOLUTION",
                   **places.of(told, resolved, "owner", "team")}


def kept(row):
    return ((not row["due_at"] or row["at"] <= row["due_at"]) and
            (row["amount_gap"] is None or row["amount_gap"] >= 0))


def promising(log):
    promises = Facts(promises_of(log), *PROMISE)
    yield ("promise_kept", ""), Ratio(promises, part=kept)
    yield ("promise_gap", ""), Mean(promises, of="gap_ms", scale=1 / 60_000)
    yield ("promise_gap_amount", ""), Mean(Facts(promises.rows, *PROMISE, "currency"),
                                           of="amount_gap")


def formulas(log):
    rows = questions_of(log)
    found = {}
    for group in (recommending(rows), satisfied(rows), responding(rows), reviewing(log),
                  complaining(log), promising(log)):
        found |= group
    found["recommended_actually", ""] = Derived(
        lambda referred, said: referred / said, found["referrers", ""], found["recommenders", ""])
    return found.items()
