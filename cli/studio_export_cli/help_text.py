r"""What `studio-export --help` teaches. `\b` keeps the line ends of the paragraph below it."""

ABOUT = """Twilio Studio Executions as JSON lines: final, exactly once, nothing lost.

\b
Written, below a directory or an S3 prefix:
  executions/dt=2026-11-23/FW…-T14-00003.jsonl.gz
                        lines of the Executions created in that hour (UTC)
  rejected/….json       records without a sid or a date
  daily/, daily-parquet/
                        what `compact` makes
  .studio-export/checkpoints.sqlite3
                        how far each Flow came; for S3 it lies in
                        $XDG_STATE_HOME/studio-export, or in DynamoDB

\b
Read from the environment:
  TWILIO_API_KEY, TWILIO_API_SECRET
                        an API key (SK…) that may read Studio; or
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN
                        the account's own; or
  TWILIO_SECRET_ID      a secret in AWS Secrets Manager that holds either
  TWILIO_EDGE, TWILIO_REGION
                        another region than us1
  FLOW_SIDS, STUDIO_CONCURRENCY, LOOKBACK_DAYS, STUDIO_BASE_URL
                        what the options of such a name set; an option wins
  SWEEP_AGES            when an Execution is looked at again: 2m,15m,…,29d
  PRIVACY, PRIVACY_KEY  what is not written as it is: contact_sid=hmac,context=drop
  AWS_…                 as every AWS tool reads them

\b
Exit codes:
  0   done, and all is well
  1   something needs a person: stderr says what. All else was done
  2   the command line or a setting is wrong
  3   access is refused: by Twilio, AWS or the file system
  75  work is left: a server did not answer, or another run is at it. Run it again
  130 Ctrl-C (143: SIGTERM); nothing is lost
"""

RUN = """Export all that is due.

It takes every Flow of the account, or those that you name. The first run takes the 30 days that
Twilio keeps. Each later one takes what is new, and the final line of what has ended since; so
run it often, by cron or with --every. Whatever stops it, Ctrl-C or a crash, nothing is lost and
nothing doubled: the next run goes on.

\b
Examples:
  studio-export run --to ./studio
  studio-export run --to ./studio --every 15m
  studio-export run --to s3://bucket/studio --checkpoints dynamodb:studio-checkpoints

A line per Flow goes to stdout (with --json, the summary), progress to stderr.
"""

REPLAY = """Export a range of creation time again.

What is exported already is not written twice, and no checkpoint moves. So repair, or fill a
gap, as often as you like and beside any other run. A replay that writes nothing is the proof
that nothing was missed, and says so; --dry-run tells without writing. With --function the
deployed function does it, a day for each invocation, --concurrency of them at once (1).

\b
Examples:
  studio-export replay --to ./studio --from 2026-11-01 --until 2026-11-03T12:00:00Z
  studio-export replay --to ./studio --from 2026-11-01 --until 2026-11-24 --dry-run
  studio-export replay --function studio-export-… --from 2026-11-01 --until 2026-11-24

A date alone is its midnight in UTC. Twilio has nothing older than 30 days.
"""

STATUS = """Show how far the export is, and what is late. It needs no credentials of Twilio.

\b
For each Flow:
  LAST TICK   when the last tick began that listed all new Executions
  HEAD LAG    how old the newest Execution may be that was not yet listed
  HEADROOM    until Twilio deletes the oldest Execution that was never listed
  FINALS      until it deletes the oldest whose listing is late: how that ended would be lost
  LATE        of how many ages (--ages shows each) the listing is late
  LEASE       until when a run that is at work on the Flow holds it

Below it a character for each of 30 days: how much of what should have been listed by now was.

\b
Examples:
  studio-export status --to ./studio
  studio-export status --to s3://bucket/studio --checkpoints dynamodb:TABLE
  studio-export status --to ./studio --json || mail -s "the export is late" …

Exit code 1 if something is late, or a Flow has no checkpoint that can be read.
"""

VERIFY = """Compare Twilio's list with the export.

Nothing is written. Each Execution of the range must have its line, and its final one if it
ended; unless the sweep that would see it is not due yet, which is counted. Each line is read:
none twice, none after the final one, each in its hour, no number missing, each object whole and
as its sha256 says.

\b
Example:
  studio-export verify --to s3://bucket/studio --from 2026-11-01 --until 2026-11-24

\b
LISTED    Executions that Twilio lists
EXPORTED  Executions that have a line
ENDED     those that have their final line
NOT DUE   those that the next sweeps will write
GONE      those that have a line and are listed no more

Exit code 1 if anything is found. Twilio has nothing older than 30 days.
"""

DOCTOR = """Check all that an export needs.

For whatever is wrong it says what to do.

\b
Settings    each variable
Twilio      reach, clock, credentials, region; whether the key may do more than it should
Store       a key is written once; bucket: versions, encryption, lifecycle, public access
Checkpoints table, and each item: one of a newer version stops its Flow
Stack       function, schedule, and the queues of what failed (with --stack)

\b
Examples:
  studio-export doctor --to ./studio
  studio-export doctor --stack studio-export

It writes one small object, doctor/write-once.txt, unless --dry-run, and deletes nothing. What
these credentials may not look at is 'unknown'. Exit code 1 if something is wrong.
"""

ERASE = """Find the lines of a contact, to erase them.

Nothing is deleted: this is the plan for it. All objects are read, compacted ones and rejected
records too, and each line is listed that has the value in any of its fields. What the privacy
policy hashed is found if PRIVACY and its key are set as they were. The value is not printed;
with - it is read from stdin, so that no shell remembers it.

\b
Example:
  studio-export erase --to s3://bucket/studio --contact +15551234567

Exit code 1 if there is a line. docs/command.md has the procedure.
"""

COMPACT = """Put the final rows of a day into one object.

Queries of it are faster, and cost less.

\b
Written, beside the logs, which stay as they are:
  daily/dt=2026-11-20/00000.jsonl.gz
                        what had ended two days after the day, sorted by creation
  daily/dt=2026-11-20/00001.jsonl.gz
                        what ended later, if anything did
  daily/dt=2026-11-20/_complete-00002.json
                        when no more can end: so many parts are all of the day
  daily-parquet/dt=…/00000.parquet
                        the same rows, if pyarrow is installed

No row is in two parts, so read the folder: each final row is there once, at any time. Without
--day or --from, whatever is due: days that ended two days ago and have no part, and days that
ended 30 days ago and are not complete. A day that you name is brought up to date at once.
Every day is checked row for row against its logs. Safe to run again, twice at once, and beside
an export.

\b
Examples:
  studio-export compact --to ./studio
  studio-export compact --to s3://bucket/studio --day 2026-11-20
  studio-export compact --to ./studio --from 2026-11-01 --until 2026-11-08 --dry-run

Exit code 1 if a day is damaged: stderr says which object. The others were compacted.
Exit code 75 if a day that you named is too young.
"""

REPORT = """Draw the export: one HTML page.

It shows Executions per day and Flow, ended and not, how long they took, in which hours of the
week they begin, how fresh the export is, and what of each day was listed. It reads every line
of the range, from the logs. PNGs need matplotlib,
which the extra 'report' installs.

\b
Examples:
  studio-export report --to ./studio
  studio-export report --to s3://bucket/studio --checkpoints dynamodb:TABLE \\
      --from 2026-11-01 --until 2026-11-24 --out ./november

The page holds counts and Sids, and no telephone number.
"""
