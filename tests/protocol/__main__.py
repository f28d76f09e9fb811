"""Prove the promises, or replay one case.

python -m tests.protocol                     all campaigns, and a table
python -m tests.protocol --scale 0.1         a tenth of the pairs and seeds
python -m tests.protocol 'storm: 4711'       one case, I/O by I/O
"""

import argparse
import sys
from pathlib import Path

from tests.protocol import campaigns, cases
from tests.protocol.story import story
from tests.protocol.truth import BrokenPromiseError

_ROW = "{:<40} {:>8} {:>10} {:>5} {:>8} {:>10} {:>6} {:>8}"
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
    print(f"kept: {len(world.dataset.lines)} Executions, {len(world.dataset.objects)} objects")
    return 0


def prove(scale: float, seed: int, table: Path | None) -> int:
    lines = [f"scale {scale}, seeds from {seed}", _ROW.format(*_HEADINGS)]
    print(*lines, sep="\n", flush=True)
    found = []
    for name, make in campaigns.planned(scale, seed):
        done = campaigns.run(name, make())
        broken = (done.lost, done.doubled, done.rewritten, done.other)
        lines.append(_ROW.format(name, done.lives, done.ios, *broken, f"{done.seconds:.0f}"))
        print(lines[-1], flush=True)
        found += done.found
    for verdict in found:
        print(f"\n{verdict.case}\n{verdict.broken}")
    if table:
        table.parent.mkdir(parents=True, exist_ok=True)
        table.write_text("\n".join(lines) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
