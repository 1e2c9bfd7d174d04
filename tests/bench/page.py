"""How the benchmark's rows are told: lines on the screen, JSON, and the table of a page."""
import dataclasses

import machine

BEGIN = "<!-- Made by tests/bench/run --markdown: changes between the two marks are lost. -->"
END = "<!-- End of what tests/bench/run made. -->"


def as_line(row):
    verdict = f"  [{row.verdict()}]" if row.bar else ""
    return f"{row.what}\n    {row.figure}{verdict}\n    {row.payload}; {row.command}"


def as_json(row, hardware):
    return {**dataclasses.asdict(row), "hardware": hardware}


def footer(report):
    return (f"\n{machine.hardware_text(report['hardware'])}; load average {report['load_before']} "
            f"before, {report['load_after']} after; {report['minutes']} minutes")


def _marks(path):
    text = path.read_text()
    return text, text.find(BEGIN), text.find(END)


def check(path, refuse):
    """Before hours of work: whether the page can be written."""
    if not path.is_file():
        refuse(f"--markdown {path}: there is no such file")
    _, begin, end = _marks(path)
    if begin < 0 or end < begin:
        refuse(f"--markdown {path}: must hold the lines {BEGIN} and {END}")


def write(path, report):
    text, begin, end = _marks(path)
    path.write_text(text[:begin] + BEGIN + "\n" + table(report) + text[end:])


def table(report):
    lines = [
        f"Hardware of every row: {machine.hardware_text(report['hardware'])}. Client, server, engine and "
        "Kafka share these cores.",
        "",
        f"Run of {report['began']}: `{report['command']}`, medians of {report['repeat']}, load average "
        f"{report['load_before']} before and {report['load_after']} after.",
        "",
        "| what | figure | bar | payload | command |",
        "|---|---|---|---|---|",
    ]
    for row in report["rows"]:
        bar = row["bar"]
        if row["met"] is not None:
            bar += ": met" if row["met"] else ": **not met**"
        cells = (row["what"], row["figure"], bar, row["payload"], f"`{row['command']}`")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
