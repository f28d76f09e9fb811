r"""The help of `studio-export report`. `\b` keeps the line ends of the paragraph below it."""

HELP = """Draw the export as one HTML page.

The page shows the Executions per day and Flow, ended and not ended, their durations, the hours of
the week in which they begin, how fresh the export is, and how much of each day was listed. The
command reads every line in the range.

Where Steps are exported, the page also shows for each of the six busiest Flows a funnel, where
people leave and how, the time in each widget, errors and time-outs, the most frequent paths, and
the revisions.

\b
Examples:
  studio-export report --to ./studio
  studio-export report --to s3://bucket/studio --checkpoints dynamodb:TABLE \\
      --since 2026-11-01 --until 2026-11-24 --out ./november
  studio-export report --to ./studio --funnel greet/welcome,menu,queue

The page contains counts, Sids, and the names of Flows and widgets, and no telephone numbers.
"""
