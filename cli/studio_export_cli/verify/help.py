r"""The help of `studio-export verify`. `\b` keeps the line ends of the paragraph below it."""

HELP = """Compare the export with Twilio's list. Nothing is written.

Each Execution in the range must have a line, and a final line if it has ended. If the sweep that
would see it is not due yet, it counts as NOT DUE. verify reads every line and object: no line
occurs twice or after the final line, each line is in its hour, no number is missing, and each
object is whole and matches its sha256.

Steps, Contexts and Flow revisions are compared with executions/, if DATASETS names them or the
range has objects of them: each Execution with a final line must have one line in the log of its
object, and a mark below done/ must stand over a whole log. With --sample N, verify also asks Twilio
again for the Steps of N Executions, and finds those that came after their line was written.

\b
Examples:
  studio-export verify --to s3://bucket/studio --since 2026-11-01 --until 2026-11-24
  studio-export verify --to s3://bucket/studio --since 2026-11-20 --until 2026-11-21 --sample 50

\b
The columns, for each Flow and day:
  LISTED      Executions that Twilio lists
  EXPORTED    Executions that have a line
  ENDED       Executions that have their final line
  NOT DUE     Executions that the next sweeps will write
  GONE        Executions that have a line and that Twilio no longer lists

\b
The columns, for each dataset and day:
  ENDED       Executions that have their final line; for flow-revisions, revisions that they ran
  LINES       those of them that have a line in the dataset
  EMPTY       lines that state why they have no content: deleted or expired
  NOT DUE     Executions whose line the next runs will write

The exit code is 1 if verify finds a problem. Twilio keeps nothing older than 30 days.
"""
