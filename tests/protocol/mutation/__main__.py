"""Examine all mutants, or those whose name contains the given words.

python -m tests.protocol.mutation 'no fence'
"""

import sys

from tests.protocol.mutation.runner import ALL, run, table

words = " ".join(sys.argv[1:])
results = run([mutant for mutant in ALL if words in mutant.name])
sys.stdout.write(table(results) + "\n")
sys.exit(not all(result.as_wanted for result in results))
