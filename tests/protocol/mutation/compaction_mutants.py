"""Mistakes about `daily/`: which rows a part gets, who won, and when a day is complete."""

from tests.protocol.mutation.mutant import Mutant, mutant

LIVES = "tests/protocol/test_compaction.py"
UNIT = "tests/unit/compaction/test_compact_day.py"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "a part repeats the rows of earlier parts",
        "studio_export/compaction/compact_day.py",
        "if row.sid not in known:",
        "if row.sid:",
        UNIT,
        LIVES,
    ),
    mutant(
        "a day's logs are read before its parts",
        "studio_export/compaction/compact_day.py",
        "        parts = _read_parts(store, day)  # before the logs: so all of it is in them\n"
        "        hours = _hours(store.list(names.logs_folder(day)))\n",
        "        hours = _hours(store.list(names.logs_folder(day)))\n"
        "        parts = _read_parts(store, day)\n",
        UNIT,
    ),
    mutant(
        "a part of another writer counts as our own",
        "studio_export/log/commit.py",
        "won = store.put_if_absent(*proposal)",
        "won = store.put_if_absent(*proposal) or True",
        UNIT,
    ),
    mutant(
        "a growing day is marked complete",
        "studio_export/compaction/compactor.py",
        "complete=stage is Stage.COMPLETE",
        "complete=True",
        UNIT,
        LIVES,
    ),
    mutant(
        "a part is not compared with the logs",
        "studio_export/compaction/compact_day.py",
        "if parts.checksum != merged.checksum or",
        "if",
        UNIT,
    ),
    mutant(
        "a part is compared with the logs by its number of rows alone",
        "studio_export/compaction/compact_day.py",
        "if parts.checksum != merged.checksum or",
        "if parts.checksum.lines != merged.checksum.lines or",
        UNIT,
    ),
    mutant(
        "a part in doubt counts as our own if its key exists",
        "studio_export/log/commit.py",
        "won, cause, in_doubt = False, error, proposal",
        "won, cause, in_doubt = bool(store.list(proposal.key)), error, proposal",
        UNIT,
    ),
    mutant(
        "a part added after a day was marked complete counts",
        "studio_export/compaction/days.py",
        "return len(self.lines) in self.complete",
        "return bool(self.complete)",
        UNIT,
    ),
    mutant(
        "a scheduled run stops before a day is at rest",
        "studio_export/compaction/days.py",
        "timedelta(days=KEPT_DAYS - 1)",
        "timedelta(days=29)",
        UNIT,
    ),
    mutant(
        "the compaction ignores a gap in a log",
        "studio_export/compaction/compact_day.py",
        "        names.log_lengths(its_keys)  # raises, where one is missing\n",
        "        its_keys.sort()\n",
        UNIT,
    ),
)
