"""Mistakes about `daily/`: which rows a part gets, who won, and when a day is complete."""

from tests.protocol.mutation.mutant import Mutant, Source, mutant

UNIT = "tests/unit/compaction/test_compact_day.py"

COMPACT_DAY_PY = Source("studio_export/compaction/compact_day.py", UNIT)
COMMIT_PY = Source("studio_export/log/commit.py", UNIT)
DAYS_PY = Source("studio_export/compaction/days.py", UNIT)

MUTANTS: tuple[Mutant, ...] = (
    COMPACT_DAY_PY.mutant(
        "a part repeats the rows of earlier parts",
        "if row.sid not in known:",
        "if row.sid:",
    ),
    COMPACT_DAY_PY.mutant(
        "a day's logs are read before its parts",
        "        parts = _read_parts(store, day)  # before the logs: so all of it is in them\n"
        "        hours = _hours(store.list(names.logs_folder(day)))\n",
        "        hours = _hours(store.list(names.logs_folder(day)))\n"
        "        parts = _read_parts(store, day)\n",
    ),
    COMMIT_PY.mutant(
        "a part of another writer counts as our own",
        "won = store.put_if_absent(*proposal)",
        "won = store.put_if_absent(*proposal) or True",
    ),
    mutant(
        "a growing day is marked complete",
        "studio_export/compaction/compactor.py",
        "complete=stage is Stage.COMPLETE",
        "complete=True",
        UNIT,
    ),
    COMPACT_DAY_PY.mutant(
        "a part is not compared with the logs",
        "if parts.checksum != merged.checksum or",
        "if",
    ),
    COMPACT_DAY_PY.mutant(
        "a part is compared with the logs by its number of rows alone",
        "if parts.checksum != merged.checksum or",
        "if parts.checksum.lines != merged.checksum.lines or",
    ),
    COMMIT_PY.mutant(
        "a part in doubt counts as our own if its key exists",
        "won, cause, in_doubt = False, error, proposal",
        "won, cause, in_doubt = bool(store.list(proposal.key)), error, proposal",
    ),
    DAYS_PY.mutant(
        "a part added after a day was marked complete counts",
        "return len(self.lines) in self.complete",
        "return bool(self.complete)",
    ),
    DAYS_PY.mutant(
        "a scheduled run stops before a day is at rest",
        "timedelta(days=KEPT_DAYS - 1)",
        "timedelta(days=29)",
    ),
    COMPACT_DAY_PY.mutant(
        "the compaction ignores a gap in a log",
        "        names.log_lengths(its_keys)  # raises, where one is missing\n",
        "        its_keys.sort()\n",
    ),
)
