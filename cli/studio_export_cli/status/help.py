r"""The help of `studio-export status`. `\b` keeps the line ends of the paragraph below it."""

HELP = """Show how far the export is and what is late. This needs no Twilio credentials.

\b
The columns, for each Flow:
  LAST RUN    the start of the last run that listed all new Executions
  HEAD LAG    the age of the newest Execution that may not be listed yet
  HEADROOM    the time until Twilio deletes the oldest Execution that was never listed
  FINALS      the time until it deletes the oldest Execution whose listing is late;
              after that, its final line is lost
  LATE        the number of ages whose listing is late (--ages shows each)
  WATCHED     the Executions that had not ended when last listed: runs look for their end
  FILTER      whether Twilio's status filter works, by which a run finds ends early:
              yes or ignored; - if no run has needed it
  LEASE       until when a run holds this Flow

\b
If Steps, Contexts or Flow revisions are exported, the last table has a row for each of them:
  OBJECTS     objects of executions/ of the last 34 days; DETAIL_FLOW_SIDS and DETAILS_FROM
              count as for a run
  DONE        those whose Executions all have a line
  NOT DUE     those that are younger than ten minutes: runs do not ask for their Steps yet
  OLDEST UNDONE
              the hour of creation of the oldest object that is due and not done
  HEADROOM    the time until Twilio deletes the first of its Executions

Below the first table, each Flow has a character for each of 30 days: how much of what should be
listed by now is listed.

\b
Examples:
  studio-export status --to ./studio
  studio-export status --to s3://bucket/studio --checkpoints dynamodb:TABLE
  studio-export status --to ./studio --json || mail -s "the export is late" …

The exit code is 1 if a listing is late, if some seconds of creation time could not be listed, if
the checkpoint of a Flow is missing or unreadable, or if a HEADROOM of the last table is under 72
hours.
"""
