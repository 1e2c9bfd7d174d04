"""How the benchmark's rows are told: lines on the screen, JSON, and the tables of a page: each group
of rows has its own there, between two marks of its own, and keeps it until it is run again.
"""
import dataclasses

import machine

BEGIN = "<!-- Made by tests/bench/run --only {} --markdown: changes up to the next mark are lost. -->"
END = "<!-- End of what tests/bench/run made of {}. -->"


def marks(group):
    return BEGIN.format(group), END.format(group)


def as_line(row):
    verdict = f"  [{row.verdict()}]" if row.bar else ""
    note = f"\n    {row.note}" if row.note else ""
    return f"{row.what}\n    {row.figure}{verdict}\n    {row.payload}; {row.command}{note}"


def as_json(group, row, hardware):
    return {"group": group, **dataclasses.asdict(row), "hardware": hardware}


def footer(report):
    return (f"\n{machine.hardware_text(report['hardware'])}; load average {report['load_before']} "
            f"before, {report['load_after']} after; {report['minutes']} minutes")


def _places(text, group):
    """Where what lies between the group's marks begins and ends; None if they are not there."""
    begin, end = marks(group)
    first = text.find(begin + "\n")
    last = text.find(end, first)
    return None if first < 0 or last < 0 else (first + len(begin) + 1, last)


def check(path, groups, refuse):
    """Before hours of work: whether the page can be written."""
    if not path.is_file():
        refuse(f"--markdown {path}: there is no such file")
    text = path.read_text()
    for group in groups:
        if _places(text, group) is None:
            begin, end = marks(group)
            refuse(f"--markdown {path}: must hold the lines {begin} and {end}")


def write(path, report, groups):
    """Replaces the tables of these groups; all others stay as they are."""
    text = path.read_text()
    for group in groups:
        begin, end = _places(text, group)
        rows = [row for row in report["rows"] if row["group"] == group]
        text = text[:begin] + table(report, rows) + text[end:]
    path.write_text(text)


def table(report, rows):
    lines = [
        f"Run of {report['began']}: `{report['command']}`, medians of {report['repeat']}, load average "
        f"{report['load_before']} before and {report['load_after']} after, on "
        f"{machine.hardware_text(report['hardware'])}. Client, server, engine and Kafka share these cores.",
        "",
        "| what | figure | bar | payload | command |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        bar = row["bar"]
        if row["met"] is not None:
            bar += ": met" if row["met"] else ": **not met**"
        cells = (row["what"], row["figure"], bar, row["payload"], f"`{row['command']}`")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
