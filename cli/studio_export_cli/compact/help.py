r"""The help of `studio-export compact`. `\b` keeps the line ends of the paragraph below it."""

HELP = """Copy the final rows of a day into one object.

Queries of compacted days are faster and cost less.

\b
It writes these objects, and leaves the logs as they are:
  daily/dt=2026-11-20/00000.jsonl.gz
                        rows that had ended two days after the day, sorted by creation
  daily/dt=2026-11-20/00001.jsonl.gz
                        rows that ended later, if there are any
  daily/dt=2026-11-20/_complete-00002.json
                        the number of parts, once no more rows can end
  daily-parquet/dt=…/00000.parquet
                        the same rows, if pyarrow is installed
  daily-steps/, daily-steps-parquet/, daily-steps-flat-parquet/
                        the same of steps/; flat has a row for each Step
  daily-contexts/, daily-contexts-parquet/
                        the same of contexts/

No row is in two parts, so read the whole folder: each final row is in it once, at any time.
Without --day or --since, compact chooses the days that are due: days that ended two days ago and
have no part, and days that ended 30 days ago and are not complete. It compacts a day that you name
at once. It compares each day with its logs, row by row. You can repeat it, run it twice at a time,
and run it beside an export.

It compacts the datasets that DATASETS names, or else all that are there. A day of Steps or Contexts
waits until each Execution with a final line has its line, or until the exporter no longer looks at
the day: 34 days after it began.

\b
Examples:
  studio-export compact --to ./studio
  studio-export compact --to s3://bucket/studio --day 2026-11-20
  studio-export compact --to ./studio --since 2026-11-01 --until 2026-11-08 --dry-run

The exit code is 1 if the log of a day is corrupt: stderr names the object, and the other days are
compacted. The exit code is 75 if a day that you name is too young, or waits.
"""
