"""Mistakes about `daily/`: which rows a part gets, who won, and when a day is complete."""

from tests.protocol.mutation.mutant import Mutant, mutant

LIVES = "tests/protocol/test_compaction.py"
UNIT = "tests/unit/compaction/test_compact_day.py"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "a part has all rows, not those that the parts before it lack",
        "compaction/compact_day.py",
        "if row.sid not in known:",
        "if row.sid:",
        UNIT,
        LIVES,
    ),
    mutant(
        "a day's logs are read before its parts",
        "compaction/compact_day.py",
        "        parts = _read_parts(store, day)  # before the logs: so it is all of it in them\n"
        "        hours = _hours(store.list(names.logs_folder(day)))\n",
        "        hours = _hours(store.list(names.logs_folder(day)))\n"
        "        parts = _read_parts(store, day)\n",
        UNIT,
    ),
    mutant(
        "a part that is taken, taken for one's own",
        "compaction/compact_day.py",
        "won = _put(store, day, parts.count, merged)",
        "won = _put(store, day, parts.count, merged) or True",
        UNIT,
    ),
    mutant(
        "a growing day is said to be complete",
        "compaction/compactor.py",
        "complete=stage is Stage.COMPLETE",
        "complete=True",
        UNIT,
        LIVES,
    ),
    mutant(
        "a part is not compared with the logs",
        "compaction/compact_day.py",
        "if parts.tally != merged.tally or",
        "if",
        UNIT,
    ),
    mutant(
        "a part is compared with the logs by its number of rows alone",
        "compaction/compact_day.py",
        "if parts.tally != merged.tally or",
        "if parts.tally.lines != merged.tally.lines or",
        UNIT,
    ),
    mutant(
        "a doubtful part taken for one's own, as its key is there",
        "compaction/compact_day.py",
        "won, doubt = False, error",
        "won, doubt = bool(store.list(names.part_key(day, parts.count))), error",
        UNIT,
    ),
    mutant(
        "a part that came after a day was said to be complete is of it",
        "compaction/days.py",
        "return len(self.lines) in self.complete",
        "return bool(self.complete)",
        UNIT,
    ),
    mutant(
        "a scheduled run looks away before a day is at rest",
        "compaction/days.py",
        "timedelta(days=34)",
        "timedelta(days=29)",
        UNIT,
    ),
    mutant(
        "a hole in a log is not noticed by who compacts it",
        "compaction/compact_day.py",
        "        names.log_lengths(its_keys)  # raises, where one is missing\n",
        "        its_keys.sort()\n",
        UNIT,
    ),
)
