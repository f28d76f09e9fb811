"""Prove the promises, or replay one case.

python -m tests.protocol                     all campaigns, and a table
python -m tests.protocol --scale 0.1         a tenth of the pairs and seeds
python -m tests.protocol 'storm: 4711'       one case, I/O by I/O
"""

import argparse
import sys
from pathlib import Path

from tests.protocol import campaigns, cases
from tests.protocol.kill import campaign as kills
from tests.protocol.mutation import runner as sabotage
from tests.protocol.oracle import BrokenPromiseError
from tests.protocol.trace_table import story

_ROW = "{:<40} {:>8} {:>10} {:>5} {:>8} {:>10} {:>6} {:>8}"
_KILLS = 500  # on each stand
STANDS: tuple[kills.StandName, ...] = ("aws", "directory")
_HEADINGS = ("campaign", "lives", "I/Os", "lost", "doubled", "rewritten", "other", "seconds")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.protocol", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("case", nargs="?", help="a case to replay, as a failure prints it")
    parser.add_argument("--scale", type=float, default=1.0, help="how much of the campaigns")
    parser.add_argument("--seed", type=int, default=1, help="where the seeds begin")
    parser.add_argument("--table", type=Path, help="a file to write the table to")
    asked = parser.parse_args()
    return replay(asked.case) if asked.case else prove(asked.scale, asked.seed, asked.table)


def replay(case: str) -> int:
    try:
        world = cases.run(case)
    except BrokenPromiseError as error:
        print(*error.__notes__, f"BROKEN: {error}", sep="\n")
        return 1
    print(story(world.seam.trace, most=len(world.seam.trace)))
    print(f"kept: {len(world.store.objects)} objects")
    return 0


def prove(scale: float, seed: int, table: Path | None) -> int:
    """Run everything; print the table row by row, and what broke after it."""
    told: list[str] = []

    def tell(line: str) -> None:
        print(line, flush=True)
        told.append(line)

    tell(f"scale {scale}, seeds from {seed}")
    tell(_ROW.format(*_HEADINGS))
    found = []
    for name, make in campaigns.planned(scale, seed):
        done = campaigns.run(name, make())
        broken = (done.lost, done.doubled, done.rewritten, done.other)
        tell(_ROW.format(name, done.lives, done.ios, *broken, f"{done.seconds:.0f}"))
        found += [f"{verdict.case}\n{verdict.broken}" for verdict in done.found]
    for stand in STANDS:
        killed = kills.run(int(_KILLS * scale), seed, stand, say=lambda _: None)
        known = (killed.lost, killed.doubled, killed.rewritten)
        other = len(killed.found) - sum(known)
        name = f"{killed.kills} real kills, {stand}"
        tell(_ROW.format(name, killed.lives, "", *known, other, f"{killed.seconds:.0f}"))
        found += killed.found
    verdicts = sabotage.run()
    tell("")
    tell(sabotage.table(verdicts))
    print(*found, sep="\n\n")
    if table:
        table.parent.mkdir(parents=True, exist_ok=True)
        table.write_text("\n".join(told) + "\n")
    return 1 if found or not all(verdict.as_wanted for verdict in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
