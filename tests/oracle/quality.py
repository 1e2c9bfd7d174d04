"""Evaluations by scorecards: what was earned of each criterion, and what it comes to in all."""
from figures import Count, Facts, Mean, Ratio, RatioOfSums, ToldSum
from log import enum, moment, number, purpose, text
import reference

BANDS = ((0, 46, "suspended"), (46, 76, "works and trains"), (76, 100, "works"))
FOUR_LEVEL = {"max": 1, "mid": 0.5, "min": 0}
EVALUATION = (*reference.PLACE, "scorecard", "scorecard_version", "evaluator", "evaluator_unit", "by")
HANDED_IN = ("scorecard", "scorecard_version", "evaluator", "evaluator_unit", "by")


class Card:
    """A version of a scorecard."""

    def __init__(self, told):
        self.method = told["method"]
        self.criteria = {criterion["criterion_id"]: criterion for section in told.get("sections", [])
                         for criterion in section.get("criteria", [])}
        self.bands = sorted((band.get("from", 0), band["to"], band["name"])
                            for band in told.get("bands", [])) or BANDS

    def earned(self, item):
        """What was earned of an item, 0 to 1; None where it does not apply or nobody knows."""
        criterion = self.criteria.get(item["criterion_id"])
        if criterion is None or item.get("not_applicable"):
            return None
        if self.method == "FOUR_LEVEL":
            return FOUR_LEVEL.get(item.get("level"))
        worths = {level["level"]: level.get("value", 0) for level in criterion.get("levels", [])}
        worth = item.get("value", worths.get(item.get("level")))
        if worth is None:
            return None
        if self.method == "BINARY":
            return int(worth > 0)
        most = max(worths.values(), default=0)
        return min(worth / most, 1) if most > 0 else None

    def left_out(self, item):
        return bool(item.get("not_applicable")) or (
            self.method == "FOUR_LEVEL" and item.get("level") == "inappropriate")

    def score(self, items):
        """100 times the weights earned over the weights that apply; None without any weight."""
        weighed = [(criterion.get("weight", 1), earned) for criterion, earned in items]
        whole = sum(weight for weight, _ in weighed)
        return 100 * sum(weight * earned for weight, earned in weighed) / whole if whole else None


UNKNOWN = Card({"method": "METHOD_UNSPECIFIED"})


def scored(card, items):
    """The score of an evaluation, the one without fatals, the critical one, and the band."""
    known = [(card.criteria[item["criterion_id"]], card.earned(item)) for item in items
             if card.earned(item) is not None]
    without_fatal = card.score(known)
    fatal = any(criterion.get("fatal") and earned == 0 for criterion, earned in known)
    score = 0 if fatal and without_fatal is not None else without_fatal
    # Half-open, but for the last one's end where that is the highest score.
    last = len(card.bands) - 1
    places = [place for place, (low, high, _) in enumerate(card.bands)
              if score is not None and low <= score and
              (score < high or (place == last and high == 100))]
    return {"score": score, "without_fatal": without_fatal,
            "critical": card.score([one for one in known if one[0].get("critical")]),
            "place": places[0] if places else None, "places": len(card.bands),
            "band": card.bands[places[0]][2] if places else ""}


def evaluations_of(log):
    """(evaluation, its card, its items)."""
    cards = {(event["scorecard"]["scorecard_id"], event["scorecard"]["version"]):
             Card(event["scorecard"]) for event in log.of("scorecard") if purpose(event) != "TEST"}
    places = reference.Places(log)
    for event in log.of("score"):
        told = event["score"]
        if purpose(event) == "TEST":
            continue
        card = cards.get((told["scorecard_id"], told["scorecard_version"]), UNKNOWN)
        row = {"at": moment(told, "submitted_at"), **places.of(told, moment(event, "occurred_at")),
               "scorecard": text(told, "scorecard_id"),
               "scorecard_version": str(number(told, "scorecard_version")),
               "evaluator": text(told, "evaluator_id"),
               "evaluator_unit": enum(told, "evaluator_unit"), "by": enum(told, "by"),
               "calibration": bool(told.get("calibration_session_id")),
               "disputed": bool(told.get("disputed_at")), "decided": bool(told.get("decided_at")),
               "overturned": told.get("outcome") == "OVERTURNED",
               "chance": told.get("sample", {}).get("inclusion_probability"),
               "spent_ms": number(told, "evaluation_ms") or None}
        yield row, card, told["items"]


def items_of(told):
    for row, card, items in told:
        for item in items:
            earned = card.earned(item)
            criterion = card.criteria.get(item["criterion_id"], {})
            yield {**row, "criterion": item["criterion_id"], "earned": earned,
                   "cause": enum(item, "cause"), "left_out": card.left_out(item),
                   "known": item["criterion_id"] in card.criteria,
                   "score": None if earned is None else 100 * earned,
                   "critical": 100 * earned if earned is not None and criterion.get("critical")
                   else None}


def of_criteria(items):
    applicable = items.where(lambda row: row["earned"] is not None)
    failed = lambda row: row["earned"] == 0
    for variant, part in (("min", failed), ("mid", lambda row: 0 < row["earned"] < 1),
                          ("max", lambda row: row["earned"] == 1),
                          ("imperfect", lambda row: row["earned"] < 1),
                          ("knowledge", lambda row: failed(row) and row["cause"] == "KNOWLEDGE"),
                          ("will", lambda row: failed(row) and row["cause"] == "WILL")):
        yield ("criterion_error_rate", variant), Ratio(applicable, part=part)
    yield ("not_applicable_rate", ""), Ratio(items.where(lambda row: row["known"]), part="left_out")
    unscored = items.where(lambda row: not row["left_out"] and row["earned"] is None)
    yield ("unscored_answers", "every"), Count(unscored)
    yield ("unscored_answers", "unknown_level"), Count(unscored.where(lambda row: row["known"]))
    yield ("unscored_answers", "unknown_criterion"), Count(
        unscored.where(lambda row: not row["known"]))


def of_disputes(handed_in):
    yield ("dispute_rate", ""), Ratio(handed_in, part="disputed")
    yield ("overturn_rate", "of_decided"), Ratio(handed_in, part="overturned", whole="decided")
    yield ("overturn_rate", "of_evaluations"), Ratio(handed_in, part="overturned")


def of_scores(counted, items):
    known = counted.where(lambda row: row["score"] is not None)
    yield ("evaluations", "counted"), Count(counted)
    yield ("evaluations", "scored"), Count(known)
    yield ("evaluations", "unscored"), Count(counted.where(lambda row: row["score"] is None))
    for variant, of_item in (("score", "score"), ("without_fatal", "score"),
                             ("critical", "critical")):
        yield ("quality_score", variant), Mean(
            counted, items, parts=2 ** 30, of=lambda row, names=(variant, of_item):
            row[names[1] if "criterion" in row else names[0]])
    banded = known.where(lambda row: row["place"] is not None).without("band")
    for variant, part in (("lowest", lambda row: row["place"] == 0),
                          ("between", lambda row: 0 < row["place"] < row["places"] - 1),
                          ("highest", lambda row: 0 < row["place"] == row["places"] - 1)):
        yield ("band_share", variant), Ratio(banded, part=part)
    drawn = known.where(lambda row: row["chance"])
    yield ("sampling_weighted_score", ""), RatioOfSums(
        drawn, part=lambda row: row["score"] / row["chance"], whole=lambda row: 1 / row["chance"])


def formulas(log):
    told = list(evaluations_of(log))
    rows = [{**row, **scored(card, items)} for row, card, items in told]
    by_people = Facts(rows, *HANDED_IN).where(lambda row: row["evaluator"])
    yield ("qa_load", ""), Count(by_people)
    yield ("qa_time", ""), ToldSum(by_people, of="spent_ms", scale=1 / 60_000)
    # Calibration counts in no score; what is disputed counts until it is overturned.
    handed_in = Facts(rows, *EVALUATION, "band").where(lambda row: not row["calibration"])
    counted = handed_in.where(lambda row: not row["overturned"])
    items = Facts(items_of(told), *EVALUATION, "criterion").where(
        lambda row: not row["calibration"] and not row["overturned"])
    yield from of_disputes(handed_in)
    yield from of_scores(counted, items)
    yield from of_criteria(items)
