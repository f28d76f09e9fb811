r"""The help of `studio-export --help`. `\b` keeps the line ends of the paragraph below it."""

HELP = """Export Twilio Studio Executions as JSON lines: final, exactly once, nothing lost.

\b
The export writes these files below a directory or an S3 prefix:
  executions/dt=2026-11-23/FW…-T14-00003.jsonl.gz
                        the Executions created in that hour (UTC), a line each
  rejected/….json       records without a Sid or a date
  steps/, contexts/, flow-revisions/
                        what happened inside, with DATASETS: a line for each Execution that has
                        ended, or for each revision that one ran
  done/                 marks of the export: of which objects all Steps and Contexts are written
  daily/, daily-parquet/
                        the compacted days that `compact` writes
  .studio-export/checkpoints.sqlite3
                        how far each Flow is exported; for S3, this file is in
                        $XDG_STATE_HOME/studio-export, or use DynamoDB

\b
The command reads these environment variables:
  TWILIO_API_KEY, TWILIO_API_SECRET
                        an API key (SK…) that can read Studio; or
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN
                        the account's auth token; or
  TWILIO_SECRET_ID      a secret in AWS Secrets Manager that holds either pair
  ACCOUNTS, TWILIO_SECRET_PREFIX
                        for --account: the names of many accounts, with commas between, and what
                        stands before each name in the id of its secret; file:DIRECTORY/ for files
                        in place of Secrets Manager. A secret may also have region, edge and
                        flow_sids. The dataset of an account is DATASET/account=NAME
  TWILIO_EDGE, TWILIO_REGION
                        a region other than us1
  FLOW_SIDS, STUDIO_CONCURRENCY, LOOKBACK_DAYS, FRESHNESS, STUDIO_BASE_URL
                        defaults of the options with these names
  DATASETS              executions, and any of steps, contexts and flow-revisions, with commas
                        between; run and replay --details have the option --datasets
  DETAIL_FLOW_SIDS, DETAIL_CONCURRENCY, DETAILS_FROM
                        of Steps, Contexts and revisions: the Flows, the number of concurrent
                        requests (2), and the instant of creation from which on they are exported
  CONTEXT_VALUES        the values of Contexts to keep: widgets.menu.Digits,flow.variables.reason;
                        * for all; without it, only the types of the values
  SCHEDULE_MINUTES      how often runs come, by which verify judges Steps and Contexts (15)
  SWEEP_AGES            the ages at which to list an Execution: 2m,15m,…,29d
  PRIVACY, PRIVACY_KEY  the fields to hash, mask or drop: contact_sid=hmac,context=drop
  TWILIO_PROXY          an HTTP proxy for the requests to Twilio: http://HOST:PORT; HTTPS_PROXY
                        is not used for Twilio
  SSL_CERT_FILE         a file of trusted certificates, if a proxy of your company opens TLS;
                        AWS_CA_BUNDLE is the same for AWS
  AWS_…                 the variables of every AWS tool; HTTPS_PROXY is used for AWS

\b
Exit codes:
  0    The command succeeded and found no problem.
  1    Something needs your attention; stderr says what. All other work is done.
  2    The command line or a setting is wrong.
  3    Twilio, AWS or the file system refuses access.
  75   Work is left: a server failed, or another run exports a Flow. Run it again.
  130  Ctrl-C stopped the command (143: SIGTERM). Nothing is lost.
"""
