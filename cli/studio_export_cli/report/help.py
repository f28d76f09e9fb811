r"""The help of `studio-export report`. `\b` keeps the line ends of the paragraph below it."""

HELP = """Draw the export as one HTML page.

The page shows the Executions per day and Flow, ended and not ended, their durations, the hours of
the week in which they begin, how fresh the export is, and how much of each day was listed. The
command reads every line in the range.

\b
Examples:
  studio-export report --to ./studio
  studio-export report --to s3://bucket/studio --checkpoints dynamodb:TABLE \\
      --since 2026-11-01 --until 2026-11-24 --out ./november

The page contains counts and Sids, and no telephone numbers.
"""
