"""Steps of journey models, and whether they were gone on from within their norms."""
import collections
import itertools

from figures import Facts, Ratio
from log import enum, moment, number, purpose, text
import journeys
import reference
import tellings

YEAR = 366 * 86_400_000_000  # microseconds: of the longest norm
STEP = ("journey_model", "journey_step", "step_owner", *reference.PLACE, "channel")


def steps_of(steps, depth=1):
    """A step, then its parts, with how deep they are."""
    for step in steps:
        yield step, depth
        yield from steps_of(step.get("steps", []), depth + 1)


def models_of(log):
    """Of every model its version as it was."""
    told = [event["journey_model"] for event in log.of("journey_model") if purpose(event) != "TEST"]
    # Of two that are valid from the same moment on the greater version comes last.
    told.sort(key=lambda model: model["version"])
    return reference.AsItWas((model["model_id"], moment(model, "valid_from"), model)
                             for model in told)


def fits(match, contact):
    kind = number(match, "kind")
    attribute = text(match, "attribute")
    called = contact["touch_kind"] == "CALL"
    return (kind in (0, tellings.NUMBERS["call" if called else "touchpoint"]) and
            enum(match, "touchpoint_kind") in ("UNSPECIFIED", contact["touch_kind"]) and
            enum(match, "channel") in ("UNSPECIFIED", contact["channel"]) and
            text(match, "topic") in ("", contact["topic"]) and
            (not attribute or
             contact["attributes"].get(attribute) == text(match, "attribute_value")))


def step_of(model, contact):
    """The deepest step that it fits, of these the first; None if there is none."""
    found = [(-depth, place, step) for place, (step, depth) in enumerate(steps_of(model["steps"]))
             if any(fits(match, contact) for match in step.get("matches", []))]
    return min(found, key=lambda one: one[:2])[2] if found else None


def taken(log, contacts):
    models = models_of(log)
    ways = collections.defaultdict(list)
    for contact in contacts:
        for name in models.known if contact["customer"] else ():
            model = models.at(name, contact["at"])
            step = step_of(model, contact) if model else None
            if step:
                ways[contact["customer"], name].append((contact, step))
    for (_, name), way in ways.items():
        for place, (contact, step) in enumerate(way):
            norm = number(step.get("norm", {}), "max_ms_to_next") * 1_000
            if not norm:
                continue
            after = next((later["at"] for later, other in itertools.islice(way, place + 1, None)
                          if other["step_id"] != step["step_id"]), None)
            if after is not None and after - contact["at"] > YEAR:
                after = None
            yield {**contact, "journey_model": name, "journey_step": step["step_id"],
                   "step_owner": step["owner_role"],
                   "elapsed": log.known_at - contact["at"] >= norm, "followed": after is not None,
                   "kept": after is not None and after - contact["at"] <= norm}


def formulas(log):
    steps = Facts(taken(log, journeys.contacts_of(log)), *STEP).where(lambda row: row["elapsed"])
    yield ("norm_compliance", "taken"), Ratio(steps, part="kept")
    yield ("norm_compliance", "followed"), Ratio(steps, part="kept", whole="followed")
