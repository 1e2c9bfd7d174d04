"""Events that change what a log has told: revisions, retractions, late, stale and repeated tellings,
merges and their undoing, in any order. Made from the sample company's events and the moment until which
things have happened; the same ones give the same.
"""
import copy
import json
import random
import zlib

import identity
import rarities
import tellings

DAY = 86_400_000_000  # microseconds
MINUTE = 60_000_000
NEW_ID = {**tellings.SINGLE, "touchpoint": "touchpoint_id", "survey": "response_id",
          "training": "id"}
# What happens to how many of a thousand entities of each kind.
TOLD_ANEW, MOVED, TAKEN_BACK, REPEATED, STALE, LATE, TOO_LATE = 30, 20, 12, 25, 40, 15, 5
LINKS = 40
ORDER = 20  # the seed of the order


class Corrections:
    """`now`: microseconds, after all that the events tell."""

    def __init__(self, events, now):
        self.told = tellings.counting(events)
        self.now = now
        self.made = []

    # ---- what is chosen, and how it is told
    def chosen(self, what, per_mille, kinds):
        for kind in kinds:
            for event in self.told[kind]:
                entity = f"{what} {tellings.entity_of(event)}"
                if zlib.crc32(entity.encode()) % 1000 < per_mille:
                    yield kind, copy.deepcopy(event)

    def tell(self, event, revision=None):
        event.pop("event_id", None)
        event["source"] = {"system": "corrections", "external_id": f"{len(self.made)}"}
        if revision is not None:
            event["revision"] = revision
        self.made.append(event)

    def retract(self, event, revision):
        self.tell(tellings.retraction_of(event, revision))

    def revised(self, kind, event):
        CHANGES.get(kind, lambda told: None)(event[kind])
        self.tell(event, event.get("revision", 0) + 1)

    def renamed(self, kind, event, suffix):
        """Another entity of the same content."""
        event[kind][NEW_ID[kind]] += suffix
        event.pop("entity_id", None)
        event["revision"] = 0
        return event

    # ---- the plan
    def make(self):
        named = [kind for kind in NEW_ID if kind != "touchpoint"]
        for kind, event in self.chosen("told anew", TOLD_ANEW, (*named, "agent_state")):
            self.revised(kind, event)
        self.touchpoints()
        for kind, event in self.chosen("moved", MOVED, ("call",)):
            rarities.move_call(event, DAY)
            self.tell(event, event.get("revision", 0) + 2)
        for kind, event in self.chosen("taken back", TAKEN_BACK, named):
            self.retract(event, event.get("revision", 0) + 5)
        for kind, event in self.chosen("repeated", REPEATED, named):
            self.tell(copy.deepcopy(event))
            CHANGES.get(kind, lambda told: None)(event[kind])
            self.tell(event)  # of the same revision: the first counts
        for kind, event in self.chosen("stale", STALE, named):
            if event.get("revision", 0) > 0:
                CHANGES.get(kind, lambda told: None)(event[kind])
                self.tell(event, event["revision"] - 1)
        self.late(named)
        self.links()
        for event in rarities.of(self.told, self.now):
            self.tell(event)
        random.Random(ORDER).shuffle(self.made)
        return self.made

    def touchpoints(self):
        """Those that have an id of their own; the others are never told again."""
        for what, per_mille in (("told anew", TOLD_ANEW), ("moved", MOVED),
                                ("taken back", TAKEN_BACK)):
            for kind, event in self.chosen(what, per_mille, ("touchpoint",)):
                if not event["touchpoint"].get("touchpoint_id"):
                    continue
                if what == "taken back":
                    self.retract(event, event.get("revision", 0))
                    continue
                if what == "moved":
                    event["occurred_at"] = str(int(event["occurred_at"]) - DAY)
                self.revised(kind, event)

    def late(self, kinds):
        """Facts that nobody knew of; and some that were taken back before they were told."""
        for kind, event in self.chosen("late", LATE, kinds):
            self.tell(self.renamed(kind, event, "-late"))
        for kind, event in self.chosen("too late", TOO_LATE, kinds):
            event = self.renamed(kind, event, "-too-late")
            self.retract(copy.deepcopy(event), 3)
            self.tell(copy.deepcopy(event), 2)
            if len(self.made) % 2:
                self.tell(event, 4)

    def links(self):
        """Customers who are one, some of whom are parted again; and names parted that events name
        together."""
        names = sorted({json.dumps(event["identifiers"][0], sort_keys=True)
                        for event in self.told["call"] if event.get("identifiers")})
        at = max(int(event["occurred_at"]) for event in self.told["call"])
        pairs = list(zip(names[::7], names[1::7]))[:LINKS]
        for number, pair in enumerate(pairs):
            self.link(at, [json.loads(name) for name in pair], True, 1)
            if number % 4 == 0:
                self.link(at, [json.loads(name) for name in pair], False, 2)
        named = [event for event in self.told["touchpoint"] if len(event.get("identifiers", [])) == 2]
        for event in named[:LINKS:3]:
            if len(set(identity.names_of(event))) == 2:
                self.link(at, event["identifiers"], False, 3)

    def link(self, at, identifiers, linked, revision):
        self.tell({"occurred_at": str(at), "identifiers": identifiers, "identity_link": {
            "linked": linked, "reason": "corrections"}}, revision)


def change_call(call):
    call["topic"] = "corrected"
    for leg in call.get("legs", [])[:1]:
        leg["talk_ms"] = str(int(leg.get("talk_ms", 0)) + 61_500)


def change_touchpoint(told):
    told["campaign"] = "corrected"
    if "money" in told:
        told["money"]["amount_minor"] = str(int(told["money"].get("amount_minor", 0)) + 12_300)


def change_score(score):
    """Overturned, or one criterion failed."""
    if len(score["items"]) % 2:
        score["disputed_at"] = str(int(score["submitted_at"]) + MINUTE)
        score["decided_at"] = str(int(score["submitted_at"]) + 2 * MINUTE)
        score["outcome"] = "OVERTURNED"
        return
    for item in score["items"]:
        if "level" in item:
            item["level"] = "min"
            return


def change_survey(survey):
    if "answer" in survey:
        survey["answer"] = 1
    survey["team_id"] = "corrected"


def change_case(case):
    case["topic"] = "corrected"
    case["priority"] = "low"


def change_cost(cost):
    cost["amount_minor"] = str(int(cost["amount_minor"]) + 12_345)
    cost["campaign"] = "corrected"


def change_training(training):
    training["score"] = 41.5
    training["passed"] = False


def change_agent_state(state):
    state["to"] = str(int(state["from"]) + 7 * MINUTE)


CHANGES = {"call": change_call, "touchpoint": change_touchpoint, "score": change_score,
           "survey": change_survey, "case": change_case, "cost": change_cost,
           "training": change_training, "agent_state": change_agent_state}


def write(events, now, path):
    """The file of corrections to a log of these events."""
    with open(path, "w", encoding="utf-8") as file:
        for event in Corrections(events, now).make():
            file.write(json.dumps(event, ensure_ascii=False) + "\n")
