r"""The help of `studio-export doctor`. `\b` keeps the line ends of the paragraph below it."""

HELP = """Check everything that an export needs, and name a remedy for each problem.

\b
What it checks:
  Settings    each variable, the file of trusted certificates, and the proxy
  Twilio      network, clock, credentials, region, status filter, and whether the key
              can do too much
  Datasets    DATASETS, CONTEXT_VALUES and their kin, and whether the key can read the Steps,
              the Context and the revision of the newest ended Execution, if they are exported
  Store       that a key is written only once; a bucket's versioning, encryption,
              lifecycle and public access
  Checkpoints the table and each item
  Stack       function, schedule and the queues of failures (with --stack)

\b
Examples:
  studio-export doctor --to ./studio
  studio-export doctor --stack studio-export

The check of the store writes one small object, doctor/write-once.txt, unless you give --dry-run.
doctor deletes nothing. UNKNOWN marks what your credentials cannot read. The exit code is 1 if a
check has the status FAIL.
"""
