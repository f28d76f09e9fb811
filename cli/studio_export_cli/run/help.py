r"""The help of `studio-export run`. `\b` keeps the line ends of the paragraph below it."""

HELP = """Export everything that is due.

The command exports every Flow of the account, or the Flows that you name. The first run exports
the last 30 days, which is all that Twilio keeps. Each later run exports new Executions, and the
final lines of those that have ended since. Run it often, by cron or with --every. After Ctrl-C
or a crash nothing is lost or duplicated: the next run continues.

With --datasets, the command also exports Steps, Contexts and Flow revisions of the Executions that
have ended. It asks for them after all Executions are exported, and ten minutes after a final line
was written, so they come with a later run. Each needs a permission of the key that Executions do
not need: doctor checks them.

\b
Examples:
  studio-export run --to ./studio
  studio-export run --to ./studio --every 15m
  studio-export run --to ./studio --every 15m --datasets executions,steps
  studio-export run --to s3://bucket/studio --checkpoints dynamodb:studio-checkpoints

stdout has a line for each Flow, or the summary with --json. stderr has the progress.
"""
