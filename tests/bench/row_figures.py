"""Figures: how long a dashboard's questions take over the public API, beside the same ones in SQL
written by hand on plain tables of the same rows (questions.py, plain_tables.py), and what it costs
them that 5 % of the events are corrected.
"""
import datetime
import math
import statistics

import plain_tables
import questions
import rig
import row_publish
from row import Row

MANY = 1_000_000   # events from which on figures are worth asking for several times
WINDOW = 20_000
CORRECTED_EVERY = 20  # 5 %
WORST = 5
MOST_MS, MOST_MEDIAN, MOST_WORST = 300, 1.25, 2
BAR = (f"p95 at most {MOST_MS} ms; against SQL by hand {MOST_MEDIAN} times in the median, "
       f"{MOST_WORST} at worst")
# Kinds of metrics by how corrections meet them, with how much they may grow. What derived ones are
# made of is among the others.
CLASSES = {"additive": (("count", "sum", "ratio", "mean", "distribution"), 1.1),
           "distinct": (("distinct",), 1.5),
           "quantile": (("quantile",), 1.5)}
SAME = 1e-6            # relative, of the sums of two answers to one question
SAME_CUSTOMERS = 0.2


def run(bench, payload):
    turns = (2, 10) if payload.events >= MANY else (0, bench.repeat)
    with rig.rig() as one:
        one.start()
        _publish(one, payload)
        payload.capture(one)
        rows = plain_tables.make(one)
        made, plain = _measure(one, turns, "plain", by_hand=True)
        _compare(plain)
        yield from _rows(payload, rows, made, plain, turns)
        plain_tables.drop(one)
        corrections = _correct(one, payload)
        _, corrected = _measure(one, turns, "corrected", by_hand=False)
        yield from _corrected_rows(payload, corrections, made, plain, corrected)


def _publish(one, payload):
    rig.say(f"publishing {payload.text()}")
    sent = row_publish.stream(one, payload, window=WINDOW)
    if sent["failures"]:
        raise RuntimeError(f"{sent['failures']} events were not accepted")
    _projected(one, payload.events)


def _projected(one, events):
    rig.seconds_until(lambda: one.projected() >= events, "the log is projected", every_s=0.5)
    one.caught_up()
    plain_tables.settle(one)


def _correct(one, payload):
    """One event in so many told again, from all over the log."""
    count = max(1, payload.events // CORRECTED_EVERY)
    before = one.projected()
    one.produce(payload.messages, events=count, corrected_every=1, old=payload.events)
    _projected(one, before + count)
    return count


def _asked(one):
    """The days that end with the newest call, at the newest mark."""
    last = one.sql("SELECT count() AS calls, toString(toDate(max(queued_at), "
                   f"'{questions.ZONE}')) AS day FROM clientele.calls_v1")[0]
    if not last["calls"]:
        raise RuntimeError("there is no call among so few events: --events 200000 has enough")
    mark = one.sql("SELECT id, toUnixTimestamp64Micro(known_at) AS known_at FROM clientele.marks "
                   "ORDER BY id DESC LIMIT 1")[0]
    end = datetime.date.fromisoformat(last["day"]) + datetime.timedelta(1)
    return questions.Asked(end, mark["id"], mark["known_at"])


def _measure(one, turns, name, by_hand):
    """The questions, and of each what came of asking it."""
    asked = _asked(one)
    listed = one.measure("metrics", "--address", one.address)["metrics"]
    warm, repeat = turns
    made = questions.make(listed, asked)
    if not warm:  # so few events are no measurement
        made = questions.some_of(made)
    folder = one.folder / name
    questions.write(made, folder, by_hand)
    options = []
    for parameter, value in asked.parameters().items():
        options += ["--parameter", f"{parameter}={value}"]
    rig.say(f"asking {len(made)} questions {sum(turns)} times each")
    found = one.measure("ask", "--address", one.address, "--store", f"unix:{one.socket}", "--folder",
                        folder, "--warm", warm, "--repeat", repeat, *options)
    # What means nothing by employee is no question.
    found = {question: of for question, of in found.items()
             if of["ours"]["not_applicable"] < of["ours"]["figures"] or not of["ours"]["figures"]}
    for question, of in found.items():
        rig.say(_told(question, of))
    return made, found


def _ms(answers):
    return statistics.median(answers["ms"])


def _ratio(of):
    return _ms(of["ours"]) / _ms(of["by_hand"])


def _told(question, of):
    ours = of["ours"]
    store_ms = statistics.median(ours["store_ms"])
    text = (f"{question}: {_ms(ours):.1f} ms, of them the store {store_ms:.1f}, "
            f"{ours['rows_read']:,} rows read")
    if "by_hand" not in of:
        return text
    other = of["by_hand"]
    return f"{text}; by hand {_ms(other):.1f} ms, {other['rows_read']:,} rows: {_ratio(of):.2f} times"


def _compare(found):
    """That product and SQL by hand answer the same question: by the sum of all their figures."""
    apart = []
    for question, of in found.items():
        if "by_hand" not in of:
            continue
        ours, other = of["ours"]["sum"], of["by_hand"]["sum"]
        within = SAME_CUSTOMERS if question in questions.BY_CUSTOMER else SAME
        if not math.isclose(ours, other, rel_tol=within, abs_tol=within):
            apart.append(f"{question}: {ours}, by hand {other}")
    if apart:
        raise RuntimeError("figures must add up to the same, these are not the same question: "
                           + "; ".join(apart))


def _quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, math.ceil(share * len(values)) - 1)]


def _worst(found, how, text):
    return ", ".join(text(question, how(of)) for question, of in
                     sorted(found.items(), key=lambda pair: -how(pair[1]))[:WORST])


def _rows(payload, rows, made, plain, turns):
    for group, what in questions.GROUPS.items():
        yield _row(what, payload, turns,
                   {question: of for question, of in plain.items() if made[question].group == group})
    whole = _row(f"all of them, {len(plain)} questions", payload, turns, plain)
    whole.values["plain_rows"] = rows
    del whole.values["questions"]  # they are in the groups' rows
    compared = {question: of for question, of in plain.items() if "by_hand" in of}
    whole.note = ("slowest: " + _worst(plain, lambda of: _ms(of["ours"]), "{} {:.0f} ms".format)
                  + "; furthest from SQL by hand: " + _worst(compared, _ratio, "{} {:.2f}".format))
    yield whole


def _row(what, payload, turns, found):
    times = [ms for of in found.values() for ms in of["ours"]["ms"]]
    p50, p95 = (_quantile(times, share) for share in (0.5, 0.95))
    ratios = {question: _ratio(of) for question, of in found.items() if "by_hand" in of}
    middle, worst = statistics.median(ratios.values()), max(ratios, key=ratios.get)
    return Row(what,
               f"p50 {p50:.0f} ms, p95 {p95:.0f} ms of {len(found)}; {len(ratios)} against SQL by hand: "
               f"median {middle:.2f} times, worst {ratios[worst]:.2f} ({worst})",
               f"{payload.text()}, warm, asked {turns[1]} times",
               "clientele run; clientele_bench ask",
               {"questions": found, "ratios": ratios, "p50_ms": p50, "p95_ms": p95,
                "median_ratio": middle},
               BAR, p95 <= MOST_MS and middle <= MOST_MEDIAN and ratios[worst] <= MOST_WORST)


def _corrected_rows(payload, corrections, made, plain, corrected):
    for name, (kinds, most) in CLASSES.items():
        growth = {question: _ms(corrected[question]["ours"]) / _ms(of["ours"])
                  for question, of in plain.items()
                  if made[question].kind in kinds and question in corrected}
        middle, worst = statistics.median(growth.values()), max(growth, key=growth.get)
        yield Row(f"{name} metrics, 5 % of the events corrected, against before",
                  f"median {middle:.2f} times, worst {growth[worst]:.2f} ({worst}) of {len(growth)}",
                  f"the same questions after {corrections:,} corrections of {payload.text()}",
                  "clientele_bench produce --corrected-every 1; clientele_bench ask",
                  {"growth": growth, "median": middle,
                   "questions": {question: corrected[question] for question in growth}},
                  f"at most {most} times in the median", middle <= most)
