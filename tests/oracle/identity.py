"""Who is who: the customer that an event names, and which names are one customer once links and the
aliases of events are known. Plain identifiers stand for their pseudonyms: only whether two are the
same matters here.
"""
import collections

# With more names of one type beside it, a name is one of many people: what it is named together with is
# not merged.
MOST_ALIASES = 20


def normalised(identifier):
    value = identifier["value"].strip()
    if identifier["type"] == "PHONE":
        value = "".join(filter(str.isdigit, value))
    elif identifier["type"] == "EMAIL":
        value = value.lower()
    return identifier["type"], identifier.get("namespace", ""), value


def names_of(event):
    """All names of the event, the primary one first; none where nobody is named."""
    if event.get("customer_id"):
        return [event["customer_id"], *event.get("alias_ids", [])]
    return [normalised(identifier) for identifier in event.get("identifiers", [])]


def customer_of(event):
    names = names_of(event)
    return names[0] if names else None


def pair_of(event):
    """The two names that an IdentityLink is about."""
    link = event["identity_link"]
    if link.get("customer_a"):
        return frozenset((link["customer_a"], link["customer_b"]))
    return frozenset(names_of(event))


def ties(counting):
    """Pairs of names that events name together, and pairs that are said to be one customer."""
    together, linked, parted = set(), set(), set()
    for kind, events in counting.items():
        for event in events:
            if event.get("purpose", "REAL") not in ("REAL", "PURPOSE_UNSPECIFIED"):
                continue
            if kind == "identity_link":
                (linked if event["identity_link"]["linked"] else parted).add(pair_of(event))
                continue
            primary, *others = names_of(event) or [None]
            together.update(frozenset((primary, other)) for other in others if other != primary)
    return together - parted, linked


def type_of(name):
    return name[0] if isinstance(name, tuple) else "customer_id"


def components(counting):
    """Name -> the one that stands for its customer; names that are not tied are left out."""
    together, linked = ties(counting)
    beside = collections.defaultdict(collections.Counter)
    for pair in together:
        for name in pair:
            (other,) = pair - {name}
            beside[name][type_of(other)] += 1
    held = {name for name, types in beside.items() if max(types.values()) > MOST_ALIASES}
    above = {}

    def top(name):
        while above.get(name, name) != name:
            above[name] = above.get(above[name], above[name])
            name = above[name]
        return name

    for first, second in map(tuple, linked | {pair for pair in together if not pair & held}):
        above[top(first)] = top(second)
    return {name: top(name) for name in above}
