"""`make fleet`: the state machine at size, here: a table, and docs/images/fleet.png.

Real are the definition, the functions as SAM built them in Lambda's runtime, SIGKILL, time-outs,
S3 (SeaweedFS) and DynamoDB (dynalite). Step Functions is moto's engine, Twilio the simulator.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from simulator.server import Limits
from tools.devkit.repository import ROOT
from tools.fleet import cases
from tools.fleet.cases import Bench, Row
from tools.fleet.picture import draw
from tools.local_lambda.build import build_or_exit
from tools.local_lambda.cloud import local_cloud

_PICTURE = ROOT / "docs" / "images" / "fleet.png"
_WORKERS = (1, 2, 4, 8)
_DRAWN = ("first run", "3 x SIGKILL")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make fleet", description="Run the state machine here.")
    parser.add_argument("--flows", type=int, default=400)
    parser.add_argument("--executions", type=int, default=400, help="in all, over 30 days")
    parser.add_argument("--latency", type=float, default=0.3, help="seconds of a request")
    parser.add_argument("cases", nargs="*", help="1x4, gone, killed …; all by default")
    parser.add_argument("--picture", type=Path, default=_PICTURE)
    given = parser.parse_args()
    built = build_or_exit()
    limits = Limits(latency_seconds=given.latency)
    print(
        f"{given.flows} Flows, {given.executions} Executions, {given.latency * 1000:g} ms a request"
    )
    print("\n| case | status | wall | requests | in flight, by account | budget | lost | doubled |")
    print("|---|---|---|---|---|---|---|---|")
    rows = []
    with local_cloud(given.executions, given.flows, limits) as cloud:
        made = all_cases(Bench(built, cloud))
        for name in given.cases or made:
            for row in made[name]():
                print(line(row), flush=True)
                rows.append(row)
    if not given.cases:
        draw([row for row in rows if row.name.startswith(_DRAWN)], given.picture)
        print(f"\nThe picture: {given.picture}")
    sys.exit(not all(row.is_good for row in rows))


def all_cases(bench: Bench) -> dict[str, Callable[[], Iterable[Row]]]:
    """Return the cases by the word that chooses them."""
    return {
        **{f"{workers}x4": partial(cases.speed, bench, workers) for workers in _WORKERS},
        "1x16": partial(cases.speed, bench, 1, concurrency=16),
        "gone": lambda: [cases.flow_is_gone(bench)],
        "killed": lambda: [cases.killed(bench)],
        "timed-out": lambda: [cases.timed_out(bench, seconds=8)],
        "places": lambda: [cases.few_places(bench)],
        "accounts": lambda: [cases.one_account_refused(bench.built, bench.cloud.studio.limits)],
        "overlap": lambda: [cases.three_at_once(bench)],
    }


def line(row: Row) -> str:
    """Return a row of the table, in Markdown."""
    by_account = ", ".join(map(str, row.in_flight_of.values()))
    of_all = f"; {row.in_flight} of all" if len(row.in_flight_of) > 1 else ""
    lost = f"{row.lost}, all of what is refused" if row.refused == row.lost > 0 else row.lost
    return (
        f"| {row.name} | {row.status} | {row.seconds:.1f} s | {row.requests:,} |"
        f" {by_account}{of_all} | {row.budget} | {lost} | {row.doubled} |"
    )


if __name__ == "__main__":
    main()
