"""The figures of a file of events (canonical JSON lines), computed without any of the program's code:
the telling rule on the whole log, then plain counting.
"""
import collections
import json

# The number of Event's field `call`: how a retraction names the kind.
CALL_KIND = 21
QUEUED = {"ANSWERED", "ABANDONED", "FLOWED_OUT", "VOICEMAIL", "CALLBACK"}


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def counting_calls(events):
    """call_id -> its counting telling: the greatest revision above every retraction's; of equal
    ones the first."""
    tellings, bars = {}, {}
    for event in events:
        revision = event.get("revision", 0)
        if "call" in event:
            call_id = event["call"]["call_id"]
            known = tellings.setdefault(call_id, {})
            known.setdefault(revision, event)
        elif event.get("retraction", {}).get("kind") == CALL_KIND:
            target = event["retraction"]["entity_id"]
            bars[target] = max(bars.get(target, -1), event["retraction"]["revision"])
    counting = {}
    for call_id, known in tellings.items():
        good = [revision for revision in known if revision > bars.get(call_id, -1)]
        if good:
            counting[call_id] = known[max(good)]
    return counting


def unique(events):
    """event_id -> event, for every id its first telling."""
    first = {}
    for event in events:
        first.setdefault(event["event_id"], event)
    return first


def kind_of(event):
    return next(kind for kind in ("call", "touchpoint", "retraction") if kind in event)


def day_of(moment):
    """Days since the epoch, of microseconds."""
    return int(moment) // 86_400_000_000


def events_by_kind_and_day(events):
    """(kind, day) -> number of events, each event_id once."""
    return collections.Counter((kind_of(event), day_of(event["occurred_at"]))
                               for event in unique(events).values())


def calls_by_customer_and_day(events):
    """(customer, day) -> (calls, milliseconds of talk) of the calls that count."""
    sums = collections.defaultdict(lambda: [0, 0])
    for event in counting_calls(events).values():
        found = sums[event["customer_id"], day_of(event["occurred_at"])]
        found[0] += 1
        found[1] += sum(int(leg.get("talk_ms", 0)) for leg in event["call"].get("legs", []))
    return {key: tuple(value) for key, value in sums.items()}


def causes(events):
    """How often the log's events, in its order, say something new and how often not: what the
    column `cause` of the raw table counts."""
    counts = collections.Counter()
    counting, bars = {}, {}
    for event in events:
        if "retraction" in event:
            entity = ("call", event["retraction"]["entity_id"])
            revision = event["retraction"]["revision"]
            if counting.get(entity, revision + 1) <= revision:
                del counting[entity]
            bars[entity] = max(bars.get(entity, -1), revision)
            counts["retraction"] += 1
            continue
        kind = kind_of(event)
        entity, revision = (kind, event[kind][f"{kind}_id"]), event.get("revision", 0)
        now = counting.get(entity, -1)
        if revision <= bars.get(entity, -1) or revision < now:
            counts["stale"] += 1
        elif revision == now:
            counts["duplicate"] += 1
        else:
            counts["told" if now < 0 else "correction"] += 1
            counting[entity] = revision
    return counts


def micros(call, field):
    return int(call.get(field, 0))


def call_figures(events, begin=0, end=1 << 62):
    """Counts and sums of inbound calls of real customers that queued in [begin, end)."""
    figures = dict(offered=0, answered=0, abandoned=0, flowed_out=0, in_time=0, short=0, wait_ms=0,
                   worked=0, handle_ms=0)
    for event in counting_calls(events).values():
        call = event["call"]
        if event.get("purpose", "REAL") not in ("REAL", "PURPOSE_UNSPECIFIED"):
            continue
        if call.get("direction") != "INBOUND" or call.get("end") not in QUEUED:
            continue
        queued = micros(call, "queued_at")
        if not begin <= queued < end:
            continue
        left = micros(call, "answered_at") or micros(call, "ended_at")
        wait_ms = (left - queued) // 1000
        figures["offered"] += 1
        if call["end"] == "ANSWERED":
            figures["answered"] += 1
            figures["wait_ms"] += wait_ms
            figures["in_time"] += wait_ms <= 20_000
            figures["worked"] += "legs" in call
            figures["handle_ms"] += sum(int(leg.get(part, 0)) for leg in call.get("legs", [])
                                        for part in ("talk_ms", "hold_ms", "wrap_ms"))
        elif call["end"] == "ABANDONED":
            figures["abandoned"] += 1
            figures["short"] += wait_ms < 5_000
        else:
            figures["flowed_out"] += 1
    return figures
