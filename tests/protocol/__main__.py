"""Run the campaigns that check the promises, or replay one case.

python -m tests.protocol                     run all campaigns and print a table
python -m tests.protocol --scale 0.1         run a tenth of the pairs and seeds
python -m tests.protocol 'storm: 4711'       replay one case and print its I/Os
"""

import argparse
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from tests.protocol import campaigns, cases
from tests.protocol.kill import campaign as kills
from tests.protocol.mutation import runner as mutation
from tests.protocol.oracle import BrokenPromiseError
from tests.protocol.poison import PoisonedLife
from tests.protocol.trace_table import format_trace

_ROW = "{:<40} {:>8} {:>10} {:>5} {:>8} {:>10} {:>6} {:>8}"
# On each target, by datasets.
_KILLS = {kills.EXECUTIONS: 500, kills.EVERY_DATASET: 150}
TARGETS: tuple[kills.TargetName, ...] = ("aws", "directory")
_HEADINGS = ("campaign", "lives", "I/Os", "lost", "doubled", "rewritten", "other", "seconds")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.protocol", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "case", nargs="?", help="the case to replay: the line that a failure printed"
    )
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of the pairs and seeds to run (default: 1)"
    )
    parser.add_argument("--seed", type=int, default=1, help="first seed (default: 1)")
    parser.add_argument("--table", type=Path, help="also write the table to this file")
    asked = parser.parse_args()
    return replay(asked.case) if asked.case else prove(asked.scale, asked.seed, asked.table)


def replay(case: str) -> int:
    try:
        world = cases.run(case)
    except BrokenPromiseError as error:
        print(*error.__notes__, f"BROKEN PROMISE: {error}", sep="\n")
        return 1
    if isinstance(world, PoisonedLife):
        print(f"Every other Execution has its line after {world.ios} requests.")
        return 0
    print(format_trace(world.injector.trace, max_calls=len(world.injector.trace)))
    print(f"No promise is broken; the store holds {len(world.store.objects)} objects.")
    return 0


def prove(scale: float, seed: int, table: Path | None) -> int:
    """Run every campaign; print the table row by row, and under a row each broken promise."""
    lines: list[str] = []

    def show(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    show(f"scale {scale}, seeds from {seed}")
    show(_ROW.format(*_HEADINGS))
    broken_promises = 0
    for name, make in campaigns.planned(scale, seed):
        done = campaigns.run(name, make())
        broken = (done.lost, done.doubled, done.rewritten, done.other)
        show(_ROW.format(name, done.lives, done.ios, *broken, f"{done.seconds:.0f}"))
        broken_promises += _show_all([f"{each.case}\n{each.broken}" for each in done.found])
    for target, datasets in product(TARGETS, _KILLS):
        wanted = int(_KILLS[datasets] * scale)
        killed = kills.run(wanted, seed, target, datasets, say=lambda _: None)
        broken = (killed.lost, killed.doubled, killed.rewritten, killed.other)
        details = "" if datasets == kills.EXECUTIONS else ", every dataset"
        name = f"{killed.kills} real kills, {target}{details}"
        show(_ROW.format(name, killed.lives, "", *broken, f"{killed.seconds:.0f}"))
        broken_promises += _show_all(killed.found)
    results = mutation.run()
    show("")
    show(mutation.table(results))
    if table:
        table.parent.mkdir(parents=True, exist_ok=True)
        table.write_text("\n".join(lines) + "\n")
    return 1 if broken_promises or not all(result.as_wanted for result in results) else 0


def _show_all(cases: Sequence[str]) -> int:
    """Print the cases; return how many there are."""
    for case in cases:
        print(f"{case}\n", flush=True)
    return len(cases)


if __name__ == "__main__":
    sys.exit(main())
