"""`make bench`: measure, and print the table, the stages, and how cost grows."""

import argparse
import sys
from pathlib import Path

from tools.bench import layer, processes, record_path, scale, stages, steady
from tools.bench.figure import table
from tools.bench.picture import draw
from tools.devkit.repository import ROOT

_PICTURE = ROOT / "docs" / "images" / "bench.png"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--picture", type=Path, default=_PICTURE)
    parser.add_argument("--no-scale", action="store_true", help="do not measure how cost grows")
    given = parser.parse_args()
    figures = []
    for part in (record_path, processes, layer, steady):
        for figure in part.figures():
            print(f"{figure.name}: {figure.formatted}", file=sys.stderr, flush=True)
            figures.append(figure)
    print(table(figures), flush=True)
    given.picture.parent.mkdir(parents=True, exist_ok=True)
    draw(figures, given.picture)
    print()
    stages.report()
    if not given.no_scale:
        print()
        scale.report()


if __name__ == "__main__":
    main()
