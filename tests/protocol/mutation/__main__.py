"""python -m tests.protocol.mutation [words]: examine the mutants whose names have them, or all."""

import sys

from tests.protocol.mutation.runner import ALL, run, table

words = " ".join(sys.argv[1:])
verdicts = run([mutant for mutant in ALL if words in mutant.name])
sys.stdout.write(table(verdicts) + "\n")
sys.exit(not all(verdict.as_wanted for verdict in verdicts))
