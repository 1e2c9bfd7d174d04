"""Which customers are at risk, and what they brought in the year before."""
import collections

from figures import ToldSum
from log import enum, moment, text
import periods
import retention
import voice

YEAR = 365 * 86_400_000_000  # microseconds
DETRACTOR, OPEN_COMPLAINT, MISSED_DUE = "detractors", "complaints", "missed_due"


def detractors_of(log):
    """(customer, begin, end) of answers that would not recommend: until the next one, or for a year."""
    answers = collections.defaultdict(list)
    for row in voice.answers_by(log, "NPS_11"):
        answers[row["customer"]].append(row)
    for customer, rows in answers.items():
        rows.sort(key=lambda row: (row["completed"], row.get("response_id", ""), row["question"]))
        for row, following in zip(rows, [*rows[1:], None]):
            if row["rated"] < 7:
                ends = [row["completed"] + YEAR] + ([following["completed"]] if following else [])
                yield customer, row["completed"], min(ends)


def closed(case):
    """When it was resolved for good; never if it is open."""
    resolved = moment(case, "resolved_at")
    again = any(int(at) > resolved for at in case.get("reopened_at", []))
    return resolved if resolved and not again else periods.NEVER


def complaints_of(log):
    cases = {event["case"]["case_id"]: event["case"] for event in log.real("case")}
    for event in log.real("touchpoint"):
        told, at = event["touchpoint"], moment(event, "occurred_at")
        if enum(told, "kind") != "COMPLAINT":
            continue
        if case := cases.get(text(told, "case_id")):
            yield log.customer(event), at, closed(case) - 1
        elif not told.get("resolved"):
            yield log.customer(event), at, at + YEAR


def missed_of(log):
    for event in log.real("case"):
        due = moment(event["case"], "due_at")
        if due and closed(event["case"]) > due:
            yield log.customer(event), due, due + YEAR
    for event in log.real("touchpoint"):
        told, due = event["touchpoint"], moment(event["touchpoint"].get("promise", {}), "due_at")
        ended = enum(told, "kind") == "DELIVERY" or told.get("resolved")
        if due and ended and moment(event, "occurred_at") > due:
            yield log.customer(event), due, due + YEAR


def at_risk(log, stretches, profiles, wanted=None):
    """Of a bucket: customers who are active in it and of whom at its end something is wrong, whatever or
    the `wanted` one; of each by currency the margin of the year, None where no purchase tells it."""
    risks = collections.defaultdict(list)
    for risk, found in ((DETRACTOR, detractors_of(log)), (OPEN_COMPLAINT, complaints_of(log)),
                        (MISSED_DUE, missed_of(log))):
        for customer, since, until in found:
            if wanted in (None, risk):
                risks[customer].append((since, until))
    customers = [(rows, risks[key[0]]) for key, rows in periods.grouped(stretches, "customer").items()
                 if key[0] in risks]

    def made(begin, end, _):
        for rows, dangers in customers:
            now = periods.within(rows, begin, end)
            if not any(since < end <= until for since, until in dangers) or not any(
                    row["kind"] != "RETURN" for row in now):
                continue
            year = [row for row in periods.within(rows, end - YEAR, end)
                    if row["activity"] == periods.TRANSACTION]
            signed = [row for row in now if row["activity"] == periods.CONTRACT]
            for (currency,), some in periods.grouped(year + signed, "currency").items():
                told = [row["margin"] for row in some if row["margin"] is not None and
                        row["activity"] == periods.TRANSACTION]
                yield {"currency": currency, "margin": sum(told) if told else None,
                       **profiles.at(rows[0]["customer"], end - 1)}
    return made


def formulas(log):
    stretches, profiles = list(periods.stretches_of(log)), retention.Profiles(log)
    for variant, wanted in (("any", None), *((risk, risk) for risk in (
            DETRACTOR, OPEN_COMPLAINT, MISSED_DUE))):
        yield ("revenue_at_risk", variant), ToldSum(periods.OfPeriods(
            stretches, *retention.OF_CUSTOMER, "currency",
            made=at_risk(log, stretches, profiles, wanted), known_at=log.known_at), of="margin")
