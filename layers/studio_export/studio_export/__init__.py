"""Twilio Studio Executions to S3: final, exactly once, nothing lost.

    app ─► bootstrap ─► adapters ─► model, errors, ports
    export ─► sweep ─► log ─► news, records, ports, model
    compactor ─► compaction ─► log, rows, daily     the days in one object each
    command ─► bootstrap, and what it needs of the core     never imported by the Lambda

The core (export, sweep, log and what they import) does no I/O of its own: it calls the ports.
Adapters do the I/O and know nothing of the core. The bootstrap introduces them to each other.
Importing any module does nothing. `tests/architecture` holds all of this as a test.
"""
