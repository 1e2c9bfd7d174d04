"""A log as the oracle sees it: the events that count, and what several projections ask of them."""
import identity
import tellings


YEAR_2200 = 7_258_118_400_000_000  # microseconds


class Log:
    """`known_at`: when the figures are asked for, microseconds; `rule`: which tellings count."""

    def __init__(self, events, known_at=0, rule=tellings.counting):
        self.events = rule(events)
        self.known_at = known_at
        self.stands_for = identity.components(self.events)

    def of(self, kind):
        return self.events[kind]

    def real(self, kind):
        """Of purpose REAL: all that customer figures count."""
        return [event for event in self.events[kind] if purpose(event) == "REAL"]

    def customer(self, event):
        """Who it is about, as a text; empty: nobody known."""
        name = identity.customer_of(event)
        return "" if name is None else str(self.stands_for.get(name, name))


def purpose(event):
    told = event.get("purpose", "REAL")
    return "REAL" if told == "PURPOSE_UNSPECIFIED" else told


def moment(told, field):
    """Microseconds; 0 = not told, nor is one outside 1970..2200."""
    at = int(told.get(field, 0))
    return at if 0 < at < YEAR_2200 else 0


def number(told, field):
    return int(told.get(field, 0))


def text(told, field):
    return str(told.get(field, ""))


def enum(told, field):
    """The name of the value; that of zero ends in UNSPECIFIED whichever enum it is, and a number is a
    value of a later schema."""
    value = told.get(field, "UNSPECIFIED")
    return "UNSPECIFIED" if isinstance(value, int) or value.endswith("_UNSPECIFIED") else value


def real(told, field, low, high):
    """A number between two; None if there is none."""
    value = told.get(field)
    return value if isinstance(value, (int, float)) and low <= value <= high else None
