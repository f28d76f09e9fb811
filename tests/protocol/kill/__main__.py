"""`python -m tests.protocol.kill --target aws --kills 1000 --seed 7`; `--life 3` replays one."""

import argparse
import random
import sys

from tests.protocol.kill.campaign import EXECUTIONS, run

_parser = argparse.ArgumentParser(prog="python -m tests.protocol.kill", description=__doc__)
_parser.add_argument("--target", choices=("aws", "directory"), default="aws")
_parser.add_argument("--kills", type=int, default=500)
_parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
_parser.add_argument(
    "--datasets", default=EXECUTIONS, help="such as executions,steps,contexts,flow-revisions"
)
_parser.add_argument("--life", type=int, help="only this life of the campaign")

if __name__ == "__main__":
    _given = _parser.parse_args()
    _report = run(_given.kills, _given.seed, _given.target, _given.datasets, _given.life)
    sys.exit(bool(_report.found))
