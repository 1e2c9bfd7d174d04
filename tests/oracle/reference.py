"""What holds from a moment on: joined to a fact as it was when the fact occurred."""
import bisect
import collections

from log import moment, text


class AsItWas:
    """The latest of what holds from some moment on: by a key and a moment."""

    def __init__(self, entries):
        """`entries`: (key, valid from, value)."""
        self.known = collections.defaultdict(list)
        for key, since, value in sorted(entries, key=lambda entry: entry[1]):
            self.known[key].append((since, value))

    def at(self, key, at):
        """None if nothing held yet."""
        known = self.known.get(key, [])
        found = bisect.bisect_right(known, at, key=lambda entry: entry[0])
        return known[found - 1][1] if found else None


def units(log):
    """Who was in which unit: company/branch/department/team, of which the last part is the team."""
    return AsItWas((text(event["staff"], "employee_id"), moment(event["staff"], "valid_from"),
                    text(event["staff"], "unit_path")) for event in log.real("staff"))


# Of whom a fact is, and where they worked.
PLACE = ("employee", "team", "department", "branch", "unit")


class Places:
    """Where people worked."""

    def __init__(self, log):
        self.units = units(log)

    def of(self, told, at, employee="employee_id", team="team_id"):
        """By what is told: the team may be, the other units are the organisation's of that moment."""
        who = text(told, employee)
        path = (self.units.at(who, at) or "").split("/")
        between = path[1:-1]
        return {"employee": who, "team": text(told, team) or path[-1],
                "department": "".join(between[1:2]), "branch": "".join(between[:1]),
                "unit": "/".join(path)}
