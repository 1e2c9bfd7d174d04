"""Which contacts were evaluated, of those that could be."""
from figures import Facts, Ratio
from log import enum, moment, purpose, text
import journeys
from reference import PLACE

ELIGIBLE = (*PLACE, "touch_kind", "channel", "topic")
FACE_TO_FACE = {"STORE_VISIT", "MEETING", "DEMO"}


def subjects(log):
    """(kind of subject, its id, employee) of the evaluations that count."""
    for event in log.of("score"):
        told = event["score"]
        if purpose(event) != "TEST" and told.get("outcome") != "OVERTURNED" and not told.get(
                "calibration_session_id") and moment(told, "submitted_at"):
            subject = told.get("subject", {})
            yield enum(subject, "kind"), text(subject, "entity_id"), text(told, "employee_id")


def eligible(log):
    done = set(subjects(log))
    for row in journeys.contacts_of(log):
        written = row["touch_kind"] == "MESSAGE" and row["author"] == "EMPLOYEE"
        met = row["touch_kind"] in FACE_TO_FACE
        if not row["employee"] or not (row["end"] == "ANSWERED" or written or met):
            continue
        subject = "CALL" if row["touch_kind"] == "CALL" else "TOUCHPOINT"
        yield {**row, "evaluated": (subject, row["id"], row["employee"]) in done}


def formulas(log):
    yield ("qa_coverage", ""), Ratio(Facts(eligible(log), *ELIGIBLE), part="evaluated",
                                     wilson=False)
