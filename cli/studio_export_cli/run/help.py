r"""The help of `studio-export run`. `\b` keeps the line ends of the paragraph below it."""

HELP = """Export everything that is due.

The command exports every Flow of the account, or the Flows that you name. The first run exports
the last 30 days, which is all that Twilio keeps. Each later run exports new Executions, and the
final lines of those that have ended since. Run it often, by cron or with --every. After Ctrl-C
or a crash nothing is lost or duplicated: the next run continues.

\b
Examples:
  studio-export run --to ./studio
  studio-export run --to ./studio --every 15m
  studio-export run --to s3://bucket/studio --checkpoints dynamodb:studio-checkpoints

stdout has a line for each Flow, or the summary with --json. stderr has the progress.
"""
