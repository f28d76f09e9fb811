"""Examine all mutants, or those whose name contains the given words."""

import argparse
import sys

from tests.protocol.mutation.runner import ALL, run, table

parser = argparse.ArgumentParser(prog="python -m tests.protocol.mutation", description=__doc__)
parser.add_argument("words", nargs="*", help="for example: no fence")
words = " ".join(parser.parse_args().words)
chosen = [mutant for mutant in ALL if words in mutant.name]
if not chosen:
    parser.error(f"no mutant's name contains {words!r}")
results = run(chosen)
sys.stdout.write(table(results) + "\n")
sys.exit(not all(result.as_wanted for result in results))
