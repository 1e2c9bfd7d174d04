"""One line of the benchmark's table: what was measured, on what, how, and what it must reach."""
import dataclasses


@dataclasses.dataclass
class Row:
    what: str
    figure: str              # as a person reads it
    payload: str
    command: str
    values: dict             # every number behind the figure, for the JSON
    bar: str = ""            # what it must be at least or at most; empty: shown only
    met: bool | None = None
    note: str = ""

    def verdict(self):
        if self.met is None:
            return self.bar
        return f"{self.bar}: {'met' if self.met else 'NOT met'}"


def thousands(rate):
    return f"{rate / 1e3:,.0f} k events/s" if rate >= 1e4 else f"{rate:,.0f} events/s"


def megabytes(rate):
    return f"{rate / 1e6:,.0f} MB/s"
