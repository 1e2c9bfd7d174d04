"""The benchmark's short form: every row once with few events, so that it never rots. No figure is
judged. Also what it says when something is wrong.
"""
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import processes  # noqa: E402

ROOT = processes.ROOT
RUN = ROOT / "tests/bench/run"


def bench(*options, variables=None, status=0):
    ended = processes.run([sys.executable, RUN, *options], 500,
                          variables={**os.environ, **(variables or {})})
    assert ended.returncode == status, (options, ended.returncode, ended.stdout, ended.stderr)
    return ended


def page_of(folder):
    """The marks of the product's own page, with other text between and around them."""
    page = folder / "page.md"
    marks = [line for line in (ROOT / "docs/benchmarks.md").read_text().splitlines()
             if line.startswith("<!--")]
    pairs = list(zip(marks[::2], marks[1::2]))
    page.write_text("before\n" + "between\n".join(
        f"{begin}\nan earlier table of {number}\n{end}\n" for number, (begin, end) in enumerate(pairs))
        + "after\n")
    return page, len(pairs)


FEW = (("limits,publish,project,whole,index", 4_000), ("figures", 40_000))


def every_row(folder):
    page, groups = page_of(folder)
    rows, told = [], ""
    for only, events in FEW:
        # No entities: the index alone with a million of them takes a while.
        told += bench("--only", only, "--events", events, "--repeat", 1, "--entities", "", "--data",
                      folder, "--json", folder / "report.json", "--markdown", page).stdout
        report = json.loads((folder / "report.json").read_text())
        with_events = [group for group in only.split(",") if group != "limits"]
        assert report["events"] == {group: events for group in with_events}, report["events"]
        assert {row["group"] for row in report["rows"]} == set(only.split(",")), report["rows"]
        rows += report["rows"]
    assert len(rows) >= 20, [row["what"] for row in rows]
    text = page.read_text()
    for row in rows:
        assert row["figure"] and row["payload"] and row["command"] and row["hardware"]["cores"], row
        assert row["what"] in told, row["what"]
        assert row["what"] in text, row["what"]
    assert text.count("Run of ") == groups, text
    assert text.startswith("before\n") and text.endswith("after\n") and "an earlier table" not in text, text
    assert text.count("between\n") == groups - 1, text
    figures(rows)
    left = [path.name for path in folder.iterdir()]
    assert sorted(left) == ["page.md", "report.json"], f"left behind: {left}"


def figures(rows):
    """Every question has figures of its own, and those by hand were asked too."""
    questions = {name: of for row in rows if row["group"] == "figures"
                 if not row["what"].endswith("against before")
                 for name, of in row["values"].get("questions", {}).items()}
    assert len(questions) > 60, len(questions)
    by_hand = {path.stem for path in (ROOT / "tests/bench/figures").glob("*.sql")}
    assert by_hand == {name for name, of in questions.items() if "by_hand" in of}, questions.keys()
    empty = [name for name in ("calls_offered.day", "aht.employee", "three.team", "service_level_curve.curve")
             if not questions[name]["ours"]["sum"]]
    assert not empty, empty
    assert sum(row["what"].endswith("against before") for row in rows) == 3


def one_group(folder):
    """What was not run keeps its table."""
    page, groups = page_of(folder)
    bench("--only", "limits", "--data", folder, "--markdown", page)
    text = page.read_text()
    assert text.count("an earlier table") == groups - 1 and text.count("Run of ") == 1, text
    first = text.split("between\n")[0]
    assert "limit: " in first and "an earlier table" not in first, first
    page.write_text(text.replace("made of limits", "made of nothing"))
    said = bench("--only", "limits", "--data", folder, "--markdown", page, status=2).stderr
    assert "must hold the lines <!-- Made by" in said, said


def wrong_input(folder):
    for options, words in (
            (("--events", "0"), "must be at least 1"),
            (("--only", "everything"), "must be one of limits"),
            (("--entities", "1500000"), "must be whole millions"),
            (("--data", folder / "nowhere"), "there is no such folder"),
            (("--markdown", folder / "nowhere.md"), "there is no such file")):
        said = bench(*options, status=2).stderr
        assert words in said, (options, said)
    # Neither the program nor Kafka is there: it says what to run, and starts nothing.
    said = bench(variables={"CLIENTELE_TEST_PROGRAM": str(folder / "clientele")}, status=1).stderr
    assert "is not built; run: cmake" in said, said
    said = bench(variables={"PATH": str(folder)}, status=1).stderr
    assert "no Java; run deploy/install" in said, said


def main():
    folder = processes.Folder()
    wrong_input(folder.path)
    one_group(folder.path)
    every_row(folder.path)
    folder.remove()


if __name__ == "__main__":
    main()
    print("bench_e2e: passed")
