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
