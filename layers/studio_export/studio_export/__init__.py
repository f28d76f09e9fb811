"""Export Twilio Studio Executions: final, exactly once, nothing lost.

A room imports only rooms below it; `tests/architecture` holds that.

    function                what the Lambda handlers see
    wiring                  the composition root: who meets whom
    settings                the only reader of the environment
    export, compaction      the use cases
    fleet                   a run or a replay cut into pieces, for several invocations
    privacy                 the policy, and records as it lets them out
    log                     what lies in the store: names, lines, the commit loop
    twilio, adapters        bytes of the API to records; the I/O behind the ports
    ports, errors, instants
    summary                 what a run did
    model, shard            frozen values

The core (export, compaction, privacy, log, twilio) does no I/O of its own: it calls the ports.
Importing any module does nothing.
"""
