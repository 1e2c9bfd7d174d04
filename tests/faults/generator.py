"""Events with known totals: calls of a few months told, told again, taken back and resent, and other
kinds beside them. The same seed makes the same bytes. Every event carries its own event_id, and its
customer as a pseudonym, so that nothing about the outcome has to be asked of the program.
"""
import json
import random
import time
import uuid

MINUTE = 60_000_000  # microseconds
DAY = 24 * 60 * MINUTE
CALL, TOUCHPOINT = 21, 20
ENDS = ("ANSWERED",) * 14 + ("ABANDONED",) * 4 + ("FLOWED_OUT", "VOICEMAIL")


class Generator:
    """`end`: the moment after the last one; a whole day in the past."""

    def __init__(self, seed=1, customers=200, days=100, end=None):
        self.random = random.Random(seed)
        self.seed = seed
        self.end = end or int(time.time() // 86_400) * DAY
        self.begin = self.end - days * DAY
        self.customers = [self.uuid() for _ in range(customers)]
        self.made = 0

    @property
    def period(self):
        """--from and --to of a query for everything."""
        day = lambda micros: time.strftime("%Y-%m-%d", time.gmtime(micros // 1_000_000))
        return ("--from", day(self.begin), "--to", day(self.end + DAY), "--tz", "UTC")

    def uuid(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def envelope(self, occurred_at, customer=None):
        self.made += 1
        return {"event_id": self.uuid(), "occurred_at": str(occurred_at),
                "customer_id": customer or self.random.choice(self.customers),
                "source": {"system": "generator", "external_id": f"{self.seed}-{self.made}"}}

    def moment(self):
        return self.random.randrange(self.begin, self.end - 60 * MINUTE)

    def call(self, call_id=None, revision=0, customer=None, queued_at=None, end=None):
        queued_at = queued_at or self.moment()
        event = self.envelope(queued_at, customer)
        end = end or self.random.choice(ENDS)
        left = queued_at + self.random.randrange(1_000, 120_000) * 1_000
        call = {"call_id": call_id or f"call-{self.seed}-{self.made}", "direction": "INBOUND",
                "queue_id": self.random.choice(("sales", "service", "tech")),
                "queued_at": str(queued_at), "end": end}
        if end == "ANSWERED":
            talk_ms, wrap_ms = self.random.randrange(5_000, 600_000), self.random.randrange(60_000)
            call["answered_at"] = str(left)
            call["ended_at"] = str(left + talk_ms * 1_000)
            call["legs"] = [{"employee_id": f"e{self.random.randrange(20)}", "team_id": "t1",
                             "started_at": str(left), "answered_at": str(left),
                             "ended_at": str(left + talk_ms * 1_000), "talk_ms": str(talk_ms),
                             "wrap_ms": str(wrap_ms)}]
        else:
            call["ended_at"] = str(left)
        if revision:
            event["revision"] = revision
        return {**event, "call": call}

    def touchpoint(self):
        event = self.envelope(self.moment())
        return {**event, "touchpoint": {"touchpoint_id": f"touch-{self.seed}-{self.made}",
                                        "kind": "NOTE", "channel": "WEB"}}

    def retraction(self, call, revision):
        event = self.envelope(int(call["occurred_at"]), call["customer_id"])
        return {**event, "retraction": {"kind": CALL, "entity_id": call["call"]["call_id"],
                                        "revision": revision}}

    def revision(self, call, revision):
        """The same call told anew: at the same time, of the same customer."""
        return self.call(call["call"]["call_id"], revision, call["customer_id"],
                         int(call["call"]["queued_at"]))

    def moved(self, call, customer=None):
        """The same call told anew under another month, of the same customer or another."""
        days_later = (int(call["occurred_at"]) - self.begin + 45 * DAY) % (self.end - self.begin - DAY)
        return self.call(call["call"]["call_id"], 9, customer or call["customer_id"],
                         self.begin + days_later)

    def months(self):
        """The first moment of the period in each of its months."""
        days = range(self.begin, self.end, DAY)
        month = lambda micros: time.gmtime(micros // 1_000_000)[:2]
        return list({month(day): day for day in reversed(days)}.values())

    # ---- plans
    def plain(self, count):
        """Calls and touchpoints, each told once."""
        return [self.touchpoint() if self.random.random() < 0.2 else self.call()
                for _ in range(count)]

    def lively(self, count):
        """As plain ones; of the calls every tenth is told again, every thirtieth taken back, every
        fiftieth resent, and 3 % of all come late. Nothing hangs on the order of equal revisions."""
        events = self.plain(count)
        for event in [e for e in events if "call" in e]:
            chance = self.random.random()
            if chance < 0.10:
                events.append(self.revision(event, self.random.randrange(1, 4)))
            elif chance < 0.133:
                events.append(self.retraction(event, 0))
            elif chance < 0.153:
                events.append(event)
        late = [e for e in events if self.random.random() < 0.03]
        ids = {id(e) for e in late}
        return [e for e in events if id(e) not in ids] + late

    def of_every_month(self, count):
        """As lively ones, every eighth call told again under another month; and in every month, however
        few of its days the period has, one answered call that is told once."""
        events = self.lively(count)
        calls = [event for event in events if "call" in event]
        return (events + [self.moved(call) for call in calls[::8]] +
                [self.call(queued_at=day, end="ANSWERED") for day in self.months()])


def write(events, path):
    with open(path, "w", encoding="utf-8") as file:
        for event in events:
            file.write(json.dumps(event, separators=(",", ":")) + "\n")
    return path
