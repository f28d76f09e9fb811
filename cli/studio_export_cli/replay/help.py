r"""The help of `studio-export replay`. `\b` keeps the line ends of the paragraph below it."""

HELP = """Export a range of creation time again.

A replay lists the range and writes the lines that are missing. It writes no line twice and
moves no checkpoint, so you can repeat it, and run it beside any other run. If it writes nothing,
nothing was missed, and it prints that. --dry-run compares without writing. --function lets the
deployed function do the replay, in as many invocations as it takes, one after the other; with
--concurrency N in N at a time, each of which takes an Nth of the Flows. --machine starts the
deployed state machine (the stack's Workers), waits for its end and prints the sums of its pieces;
Ctrl-C ends the command alone, and the state machine goes on.

With --details, a replay looks again at the Steps, Contexts and Flow revisions of the range: at
those that DATASETS or --datasets names. It compares each object of executions/ with its lines, also
where a mark says that they are whole, and writes those that are missing. It does not list the
range, and takes whole hours.

\b
Examples:
  studio-export replay --to ./studio --since 2026-11-01 --until 2026-11-03T12:00:00Z
  studio-export replay --to ./studio --since 2026-11-01 --until 2026-11-24 --dry-run
  studio-export replay --function studio-export-… --since 2026-11-01 --until 2026-11-24
  studio-export replay --machine arn:aws:states:… --since 2026-11-01 --until 2026-11-24
  studio-export replay --to ./studio --details --datasets executions,steps \\
      --since 2026-11-01 --until 2026-11-03

A date means midnight UTC. Twilio keeps nothing older than 30 days.
"""
