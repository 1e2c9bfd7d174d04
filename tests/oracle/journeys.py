"""Customers' ways over channels: contacts, conversations, coming back, waiting for replies."""
import collections

from calls import BY_PERSON as PEOPLE, QUEUED, answered_legs, person
from figures import Count, Facts, Mean, Quantile, Ratio
from hours import OpenHours
from log import enum, moment, number, text
from reference import Places
import voice

DAY = 86_400_000_000  # microseconds
# After so long a silence another journey begins, and nobody waits any more.
SILENCE = 30 * DAY
WINDOW_DAYS = 7
WINDOWS = (("window", WINDOW_DAYS), ("day_1", 1), ("days_3", 3), ("days_7", 7), ("days_14", 14),
           ("days_30", 30))
# In the order of the .proto: contacts of one moment come in it, calls last.
KINDS = ("VISIT", "MESSAGE", "FORM", "WIDGET", "STORE_VISIT", "MEETING", "DEMO", "PROPOSAL", "CART",
         "ORDER", "ORDER_CONFIRMED", "PURCHASE", "PAYMENT", "CONTRACT", "DELIVERY", "RETURN",
         "ONBOARDING", "COMPLAINT", "REVIEW", "REFERRAL", "NOTE", "CHURN", "OTHER", "CALL")
AUTHORS = ("UNSPECIFIED", "CUSTOMER", "EMPLOYEE", "BOT")
CONTACT = ("touch_kind", "channel", "direction", "campaign", "queue", "topic", *PEOPLE, "author",
           "reply_kind")
CONVERSATION = ("touch_kind", "channel", "direction", "topic")
WAIT = ("channel", "topic", *PEOPLE)
RESOLVED_BY = ("resolved_by_flag", "resolved_by_survey", "resolved_by_return")
BOUGHT = {"ORDER", "ORDER_CONFIRMED", "PURCHASE"}


def of_touchpoint(event, told):
    return {"touch_kind": enum(told, "kind"), "id": text(told, "touchpoint_id"),
            "channel": enum(told, "channel"), "campaign": text(told, "campaign"), "queue": "",
            "by": told, "author": enum(told, "author"), "reply_kind": enum(told, "reply_kind"),
            "hand_off": enum(told.get("hand_off", {}), "mode"), "end": "", "spoken_ms": 0,
            "attributes": told.get("attributes", {}),
            "until": moment(event, "occurred_at")}


def of_call(event, call):
    spoke = answered_legs(call)
    return {"touch_kind": "CALL", "id": call["call_id"], "channel": "PHONE", "campaign": "",
            "queue": text(call, "queue_id"), "by": spoke[0] if spoke else {},
            "author": "UNSPECIFIED", "reply_kind": "UNSPECIFIED", "hand_off": "UNSPECIFIED",
            "end": enum(call, "end"), "attributes": {},
            "spoken_ms": sum(number(leg, part) for leg in call.get("legs", [])
                             for part in ("talk_ms", "hold_ms")),
            "until": max(moment(event, "occurred_at"), moment(call, "ended_at"))}


def contacts_of(log):
    rows, places = [], Places(log)
    for kind, of in (("touchpoint", of_touchpoint), ("call", of_call)):
        for event in log.real(kind):
            told, at = event[kind], moment(event, "occurred_at")
            if enum(told, "direction") != "INTERNAL":
                row = of(event, told)
                row |= person(row.pop("by"), places, at)
                rows.append({**row, "at": at, "direction": enum(told, "direction"),
                             "topic": text(told, "topic"),
                             "conversation": text(told, "conversation_id"),
                             "customer": log.customer(event)})
    return sorted(rows, key=lambda row: (row["at"], KINDS.index(row["touch_kind"]), row["id"]))


def grouped(rows, *names):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    return groups


# ---- coming back
def returns_of(contacts, known_at):
    """Calls of known customers, with the time since and until their nearest contacts on the topic."""
    inbound = [row for row in contacts if row["customer"] and row["direction"] == "INBOUND"]
    for group in grouped(inbound, "customer", "topic").values():
        for before, row, after in zip([None, *group], group, [*group[1:], None]):
            if row["touch_kind"] == "CALL":
                yield {**row, "age": known_at - row["at"],
                       "since": row["at"] - before["at"] if before else float("inf"),
                       "until_next": after["at"] - row["at"] if after else float("inf")}


def carts_of(contacts, known_at):
    shopping = [row for row in contacts if row["customer"] and row["touch_kind"] in {"CART"} | BOUGHT]
    for group in grouped(shopping, "customer").values():
        for place, row in enumerate(group):
            if row["touch_kind"] == "CART":
                bought = next((later["at"] for later in group[place:]
                               if later["touch_kind"] in BOUGHT), float("inf"))
                yield {**row, "age": known_at - row["at"], "until_next": bought - row["at"]}


def stays_away(days):
    return lambda row: row["age"] >= days * DAY and row["until_next"] > days * DAY


def mature(days):
    return lambda row: row["age"] >= days * DAY


def immature(days):
    return lambda row: row["age"] < days * DAY


def returning(contacts, known_at):
    calls = Facts(returns_of(contacts, known_at), "queue", "topic", *PEOPLE)
    answered = calls.where(lambda row: row["end"] == "ANSWERED")
    for variant, days in WINDOWS:
        yield ("fcr", variant), Ratio(answered, part=stays_away(days), whole=mature(days),
                                      immature=immature(days))
    yield ("fcr", "immature"), Ratio(answered, part=immature(WINDOW_DAYS))
    yield ("repeat_rate", ""), Ratio(
        calls.where(lambda row: row["end"] in QUEUED).without(*PEOPLE),
        part=lambda row: row["since"] <= WINDOW_DAYS * DAY)
    carts = Facts(carts_of(contacts, known_at), "channel", "campaign")
    yield ("cart_abandonment", "window"), Ratio(
        carts, part=stays_away(WINDOW_DAYS), whole=mature(WINDOW_DAYS),
        immature=immature(WINDOW_DAYS))
    yield ("cart_abandonment", "immature"), Ratio(carts, part=immature(WINDOW_DAYS))


# ---- whether it was settled
def yes_or_no(told):
    return "" if told is None else "YES" if told else "NO"


def resolutions_of(log, contacts):
    """Answered calls: what the agent, the customer and the customer's coming back say."""
    marks = {event["call"]["call_id"]: event["call"].get("resolved") for event in log.real("call")}
    said = {}
    for row in sorted(voice.answers_by(log, "CSAT_2"),
                      key=lambda row: (row["completed"], row.get("response_id", ""))):
        if row["question"] == "resolved" and row["subject_kind"] == "CALL":
            said[row["subject"]["entity_id"]] = row["rated"]
    inbound = [row for row in contacts if row["direction"] == "INBOUND"]
    for group in grouped(inbound, "customer", "topic").values():
        for row, after in zip(group, [*group[1:], None]):
            if row["end"] != "ANSWERED":
                continue
            known = row["customer"] and log.known_at - row["at"] >= WINDOW_DAYS * DAY
            stays = after is None or after["at"] - row["at"] > WINDOW_DAYS * DAY
            yield {**row, "resolved_by_flag": yes_or_no(marks[row["id"]]),
                   "resolved_by_survey": yes_or_no(said.get(row["id"])),
                   "resolved_by_return": yes_or_no(stays if known else None)}


def resolving(log, contacts):
    calls = Facts(resolutions_of(log, contacts), "queue", "topic", *PEOPLE,
                  *RESOLVED_BY)
    yield ("fcr_matrix", ""), Count(calls)
    yield ("fcr_survey", ""), Ratio(
        calls.where(lambda row: row["resolved_by_survey"]).without(*RESOLVED_BY),
        part=lambda row: row["resolved_by_survey"] == "YES")


# ---- conversations
def journeys_of(contacts):
    """Contacts of a conversation without so long a silence between two of them."""
    for group in grouped([row for row in contacts if row["conversation"]], "conversation").values():
        journey = group[:1]
        for row in group[1:]:
            if row["at"] - journey[-1]["at"] > SILENCE:
                yield journey
                journey = []
            journey.append(row)
        yield journey


def of_journey(journey):
    first = journey[0]
    channels = [row["channel"] for row in journey if row["channel"] != "UNSPECIFIED"]
    lead = (max(row["until"] for row in journey) - first["at"]) // 1_000
    touch = min(lead, sum(row["spoken_ms"] for row in journey))
    bot = [row["at"] for row in journey if row["author"] == "BOT"]
    asked = [row["at"] for row in journey
             if row["author"] == "CUSTOMER" or row["direction"] == "INBOUND"]
    return {**{name: first[name] for name in ("at", "touch_kind", "channel", "direction")},
            "topic": next((row["topic"] for row in journey if row["topic"]), ""),
            "channels": len(set(channels)), "lead_ms": lead, "touch_ms": touch,
            "switches": sum(a != b for a, b in zip(channels, channels[1:])),
            "relays": sum(row["hand_off"] == "RELAY" for row in journey), "with_bot": bool(bot),
            "contained": bool(bot) and max(asked, default=0) <= max(bot) and not any(
                row["author"] == "EMPLOYEE" or row["end"] == "ANSWERED" for row in journey)}


def conversing(contacts):
    journeys = Facts(map(of_journey, journeys_of(contacts)), *CONVERSATION)
    yield ("journeys", ""), Count(journeys)
    yield ("proactive_share", ""), Ratio(journeys.without("direction"),
                                         part=lambda row: row["direction"] == "OUTBOUND")
    yield ("omnichannel_share", ""), Ratio(journeys, part=lambda row: row["channels"] > 1)
    yield ("channel_switch", ""), Mean(journeys, of="switches")
    yield ("relay_rounds", ""), Mean(journeys, of="relays")
    for variant, of in (("lead", "lead_ms"), ("touch", "touch_ms"),
                        ("wait", lambda row: row["lead_ms"] - row["touch_ms"])):
        yield ("lead_time", variant), Mean(journeys, of=of, scale=1e-3)
    yield ("bot_containment", ""), Ratio(journeys, part="contained", whole="with_bot")


# ---- waiting for replies
def waits_of(contacts, ends):
    """What customers wait for in writing; `ends(message)`: it is what they wait for."""
    messages = [row for row in contacts if row["touch_kind"] == "MESSAGE" and row["conversation"] and
                (row["author"] in ("CUSTOMER", "EMPLOYEE") or row["hand_off"] != "UNSPECIFIED")]
    for group in grouped(messages, "conversation").values():
        group.sort(key=lambda row: (row["at"], AUTHORS.index(row["author"]), row["id"]))
        asked = replied = ended = None  # when, by the nearest message before
        for place, row in enumerate(group):
            asks = row["author"] == "CUSTOMER"
            if asks:
                begins = (asked is None or row["at"] - asked > SILENCE or
                          (ended is not None and ended >= asked))
            else:
                begins = row["hand_off"] != "UNSPECIFIED"
            if begins:
                spoken = [at for at in (asked, replied) if at is not None]
                answer = next((later for later in group[place + 1:] if ends(later)), None)
                yield {**row, **{name: answer[name] if answer else "0" if name == "line" else ""
                                 for name in PEOPLE},
                       "wait_ms": (answer["at"] - row["at"]) // 1_000 if answer else None,
                       "ended": answer["at"] if answer else None,
                       "asks": asks,
                       "first": asks and (not spoken or row["at"] - max(spoken) > SILENCE)}
            if asks:
                asked = row["at"]
            if row["author"] == "EMPLOYEE":
                replied = row["at"]
            if ends(row):
                ended = row["at"]


def replies(row):
    return row["author"] == "EMPLOYEE"


def answers(row):
    return replies(row) and row["reply_kind"] not in ("HOLDING", "TEMPLATE")


def waiting(contacts):
    for_reply = Facts(waits_of(contacts, replies), *WAIT)
    for_answer = Facts(waits_of(contacts, answers), *WAIT).where(lambda row: row["asks"])
    of_message = for_reply.where(lambda row: row["asks"])
    first = of_message.where(lambda row: row["first"])
    for name, waits in (("first_response", first), ("response_time", for_reply),
                        ("time_to_substantive", for_answer)):
        for variant, level in (("p50", 0.5), ("p90", 0.9)):
            yield (f"{name}_quantile", variant), Quantile(waits, of="wait_ms", level=level,
                                                          scale=1e-3)
    yield ("first_response", ""), Mean(first, of="wait_ms", scale=1e-3)
    yield ("time_to_substantive", ""), Mean(for_answer, of="wait_ms", scale=1e-3)
    for variant, waits in (("any", for_reply), ("message", of_message),
                           ("hand_off", for_reply.where(lambda row: not row["asks"]))):
        yield ("response_time", variant), Mean(waits, of="wait_ms", scale=1e-3)
    for variant, waits in (("substantive", for_answer), ("by_person", of_message)):
        yield ("unanswered_rate", variant), Ratio(waits.without(*PEOPLE),
                                                  part=lambda row: row["wait_ms"] is None)


def in_hours(contacts, hours):
    """By the clock of business hours; what is not known of is left out."""
    def clocked(ends):
        return Facts([{**row, "business_ms": hours.wait_ms(row["at"], row["ended"])}
                      for row in waits_of(contacts, ends)], *WAIT)

    for_reply = clocked(replies)
    for_answer = clocked(answers).where(lambda row: row["asks"])
    of_message = for_reply.where(lambda row: row["asks"])
    first = of_message.where(lambda row: row["first"])
    for name, facts in (("business_first_response", first), ("business_response_time", for_reply),
                        ("business_time_to_substantive", for_answer)):
        for variant, level in (("p50", 0.5), ("p90", 0.9)):
            yield (f"{name}_quantile", variant), Quantile(facts, of="business_ms", level=level,
                                                          scale=1e-3)
    yield ("business_first_response", ""), Mean(first, of="business_ms", scale=1e-3)
    yield ("business_time_to_substantive", ""), Mean(for_answer, of="business_ms", scale=1e-3)
    for variant, facts in (("any", for_reply), ("message", of_message),
                           ("hand_off", for_reply.where(lambda row: not row["asks"]))):
        yield ("business_response_time", variant), Mean(facts, of="business_ms", scale=1e-3)
    known = Facts([row for row in contacts if hours.known(row["at"])], "touch_kind", "channel",
                  "direction", "queue", "topic", *PEOPLE)
    yield ("out_of_hours_share", ""), Ratio(known, part=lambda row: not hours.is_open(row["at"]))


def formulas(log):
    contacts = contacts_of(log)
    told = Facts(contacts, *CONTACT)
    yield ("contacts", ""), Count(told)
    yield ("template_share", ""), Ratio(
        told.where(lambda row: row["touch_kind"] == "MESSAGE" and replies(row)).without("reply_kind"),
        part=lambda row: row["reply_kind"] == "TEMPLATE")
    yield from returning(contacts, log.known_at)
    yield from resolving(log, contacts)
    yield from conversing(contacts)
    yield from waiting(contacts)
    yield from in_hours(contacts, OpenHours(log))
