#!/usr/bin/env python3
"""The structure rules that no compiler checks: the dependency rule, names, sizes, SQL, sleeps, and
that every name by which a test breaks something is listed.

Run at the root of the project: prints every finding, exits 1 if there is any.
"""
import pathlib
import re
import subprocess
import sys

# A folder may include itself and these (ARCHITECTURE.md).
ALLOWED = {
    "proto": set(),
    "base": {"proto"},
    "kafka": {"proto", "base"},
    "clickhouse": {"proto", "base"},
    "stats": {"base"},
    "engine": {"proto", "base"},
    "ingest": {"proto", "base", "kafka", "clickhouse", "stats"},
    "projections": {"proto", "base", "kafka", "clickhouse", "stats"},
    "query": {"proto", "base", "kafka", "clickhouse", "stats"},
    # The independent checker: nothing of what it checks.
    "verify": {"proto", "base", "kafka", "clickhouse"},
}
FOLDERS = set(ALLOWED) | {"app", "tests"}
# Besides these, a stage's metric files may be read by query.
METRIC_FILES = re.compile(r"projections/[a-z]+/metrics/")
TEST = re.compile(r"((_test|_chtest|_kafkatest|_e2e|_bench)\.cc|_fixture\.h)$")
DUMPING_GROUND = re.compile(r"(^|[/_])(util|utils|helper|helpers|common|misc|manager|managers)([/_.]|$)", re.I)
SQL = re.compile(r'"\s*(SELECT|INSERT|ALTER|CREATE|DROP) ')
SLEEP = re.compile(r"sleep_for|usleep|\bdetach\(\)")
INCLUDE = re.compile(r'^\s*#include "(([a-z_]+)/[^"]*)"', re.M)
SOURCE = re.compile(r"\w+\.cc\b")
MOST_LINES = 500
# What a test can break, in the code and in the first column of a table.
BREAK = re.compile(r'base::(?:KillPoint|Broken)\("([a-z-]+)"\)')
BREAKS = pathlib.Path("docs/reliability.md")
LISTED = re.compile(r"^\| ([a-z-]+(?:, [a-z-]+)*) \|", re.M)


def main() -> int:
    findings = []
    breaks = set()
    listed = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True)
    names = listed.stdout.splitlines()
    builds = {source for n in names if n.endswith("CMakeLists.txt")
              for source in SOURCE.findall(pathlib.Path(n).read_text())}
    for name in names:
        path = pathlib.Path(name)
        if DUMPING_GROUND.search(name):
            findings.append(f"{name}: a name that says nothing")
        if path.suffix not in (".h", ".cc") or not path.exists():
            continue
        text = path.read_text()
        if path.suffix == ".cc" and path.name not in builds:
            findings.append(f"{name}: no CMakeLists.txt builds it")
        lines = text.count("\n")
        top = path.parts[0]
        test = bool(TEST.search(name)) or top == "tests"
        if lines > MOST_LINES:
            findings.append(f"{name}: {lines} lines, at most {MOST_LINES}")
        if path.suffix == ".h" and "#pragma once" not in text:
            findings.append(f"{name}: no #pragma once")
        if not test:
            findings += [f"{name}: {m.group(0)}" for m in SLEEP.finditer(text)]
            if path.suffix == ".cc":
                findings += [f"{name}: SQL text {m.group(0)}" for m in SQL.finditer(text)]
        if top in ALLOWED and not test:
            for match in INCLUDE.finditer(text):
                other = match.group(2)
                if top == "query" and METRIC_FILES.match(match.group(1)):
                    continue
                if other in FOLDERS and other != top and other not in ALLOWED[top]:
                    findings.append(f"{name}: {top} may not include {other}")
        if not test:
            breaks.update(BREAK.findall(text))
        if top not in ("engine", "tests") and re.search(r"\bchdb_[a-z]+", text):
            findings.append(f"{name}: libchdb is known to engine alone")
    listed = {name for row in LISTED.findall(BREAKS.read_text()) for name in row.split(", ")} - {"name"}
    findings += [f"{BREAKS}: {name}: must be listed there and be in the code"
                 for name in sorted(breaks ^ listed)]
    for finding in findings:
        print(finding)
    print(f"structure: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
