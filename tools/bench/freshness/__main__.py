"""Measure how late final lines come, and what that costs: `python -m tools.bench.freshness`.

Virtual time. Each row is a day of an account that is older than 30 days, unless it says otherwise.
Of its Executions 80 % end within ten minutes, 15 % within a day, 4 % within 20 days, and 1 % never.
"""

import argparse
from multiprocessing import Pool
from pathlib import Path

from tools.bench.freshness.cases import BY_AGES, CASES, WITH_HINTS, Case
from tools.bench.freshness.day import measure
from tools.bench.freshness.picture import draw

_HEAD = """\
| a day of | requests | LIST | GET | puts | write units | item, bytes | $ | lag p50 | p99 | worst |
|---|---|---|---|---|---|---|---|---|---|---|"""


def _line(case: Case) -> str:
    day, flows = measure(case), case.flows
    counts = day.counts
    lags = sorted(lag for _, lag in day.finals)
    minutes = [lags[int((len(lags) - 1) * share)] / 60 for share in (0.5, 0.99, 1)]
    calls = (counts.requests, counts.lists, counts.gets, counts.puts, day.write_units)
    cells = [
        case.name,
        *(f"{count / flows:,.0f}" for count in calls),
        f"{day.item_bytes:,}",
        f"{day.dollars():.4f}",
        *(f"{each:,.1f}" for each in minutes),
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.freshness", description=__doc__)
    parser.add_argument("words", nargs="*", help="only the rows whose name contains them")
    parser.add_argument("--picture", type=Path, help="draw the lag by age, before and after, here")
    given = parser.parse_args()
    if given.picture:
        draw(measure(BY_AGES), measure(WITH_HINTS), given.picture)
        return
    words = " ".join(given.words)
    print(_HEAD, flush=True)
    with Pool() as pool:
        for row in pool.imap(_line, [case for case in CASES if words in case.name]):
            print(row, flush=True)


if __name__ == "__main__":
    main()
