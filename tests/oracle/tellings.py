"""What a log tells, once the telling rule has been applied: per entity the telling with the greatest
revision above every retraction's counts; of equal ones the first in the log.
"""
import json

import identity

# The number of the payload's field in Event: how a retraction names a kind.
NUMBERS = {"touchpoint": 20, "call": 21, "case": 22, "score": 23, "survey": 24,
           "customer_profile": 25, "identity_link": 26, "retraction": 27, "cost": 40,
           "initiative": 41, "agent_state": 42, "staff": 43, "training": 44, "scorecard": 45,
           "sampling_plan": 46, "incentive_plan": 47, "journey_model": 48, "target": 49,
           "calendar": 50, "service_target": 51, "incident": 52, "exchange_rate": 53}
# Kinds whose entity is one field.
SINGLE = {"call": "call_id", "case": "case_id", "score": "evaluation_id", "cost": "cost_id",
          "initiative": "initiative_id", "incident": "incident_id"}
# Kinds whose entity has several parts, in their order.
PARTS = {"survey": ("response_id", "question_id"), "staff": ("employee_id", "valid_from"),
         "agent_state": ("employee_id", "state", "from"), "training": ("employee_id", "kind", "id"),
         "scorecard": ("scorecard_id", "version"), "sampling_plan": ("plan_id", "version"),
         "incentive_plan": ("plan_id", "version"), "journey_model": ("model_id", "version"),
         "calendar": ("calendar_id", "version"), "exchange_rate": ("currency", "to", "day")}
# Enums that are part of an entity id, as their number.
STATES = ("LOGGED_IN", "READY", "BUSY", "WRAP", "BREAK", "TRAINING", "LOGGED_OUT")
TRAININGS = ("COURSE", "TEST", "ATTESTATION")
SCOPES = ("COMPANY", "UNIT", "TEAM", "EMPLOYEE")


def read(*paths):
    """The events of files that were published one after another, in the log's order."""
    events = []
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            events += [json.loads(line) for line in lines]
    return events


def kind_of(event):
    return next(kind for kind in NUMBERS if kind in event)


def composite(*parts):
    """An entity id of several parts, as the log writes it."""
    return "".join(f"{len(str(part))}:{part}" for part in parts)


def entity_of(event):
    """What the event tells about: (kind, id)."""
    kind = kind_of(event)
    told = event[kind]
    if kind == "retraction":
        number = told["kind"]
        return next(name for name in NUMBERS if NUMBERS[name] == number), told["entity_id"]
    if event.get("entity_id"):  # told by the client
        return kind, event["entity_id"]
    if kind in SINGLE:
        return kind, told[SINGLE[kind]]
    if kind in PARTS:
        parts = dict(told)
        if kind == "agent_state":
            parts["state"] = number_of(told["state"], STATES)
        elif kind == "training":
            parts["kind"] = number_of(told["kind"], TRAININGS)
        return kind, composite(*(parts[part] for part in PARTS[kind]))
    return kind, OTHERWISE[kind](event, told)


def number_of(value, names):
    """Of an enum's value; one of a later schema is told as its number."""
    return value if isinstance(value, int) else names.index(value) + 1


def _touchpoint(event, told):
    # Without an id of its own it is its event.
    return told.get("touchpoint_id") or event.get("event_id") or (
        event["source"]["system"], event["source"]["external_id"])


def _target(event, told):
    scope, period = told["scope"], told["period"]
    return composite(told["metric"], number_of(scope["kind"], SCOPES), scope.get("id", ""),
                     period["from"], period["to"])


def _service_target(event, told):
    of = "queue" if "queue_id" in told else "team"
    return composite(of, told[f"{of}_id"], told["valid_from"])


OTHERWISE = {
    "touchpoint": _touchpoint,
    "customer_profile": lambda event, told: (identity.customer_of(event), told["valid_from"]),
    "identity_link": lambda event, told: identity.pair_of(event),
    "target": _target,
    "service_target": _service_target,
}


def retraction_of(event, revision):
    """What takes its entity back, up to a revision."""
    kind, entity_id = entity_of(event)
    customer = {"identifiers": event["identifiers"]} if "identifiers" in event else {}
    return {"occurred_at": event["occurred_at"], **customer, "retraction": {
        "kind": NUMBERS[kind], "entity_id": entity_id, "revision": revision}}


def counting(events):
    """Kind -> its events that count, in no order that means anything."""
    best, bars = {}, {}
    for event in events:
        entity, revision = entity_of(event), event.get("revision", 0)
        if "retraction" in event:
            bars[entity] = max(bars.get(entity, -1), event["retraction"]["revision"])
        elif entity not in best or revision > best[entity].get("revision", 0):
            best[entity] = event
    left = {kind: [] for kind in NUMBERS}
    for entity, event in best.items():
        if event.get("revision", 0) > bars.get(entity, -1):
            left[entity[0]].append(event)
    return left


def every(events):
    """Another rule, for the counter-proof: whatever is told counts, again and again."""
    told = {kind: [] for kind in NUMBERS}
    for event in events:
        told[kind_of(event)].append(event)
    return told
