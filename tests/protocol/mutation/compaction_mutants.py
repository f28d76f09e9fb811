"""Mistakes about compacted days: which rows a part gets, who won, and when a day is complete."""

from tests.protocol.mutation.mutant import Mutant, Source, mutant

UNIT = "tests/unit/compaction/test_compact_day.py"
OF_DETAILS = "tests/unit/compaction/test_details.py"

COMPACT_DAY_PY = Source("studio_export/compaction/compact_day.py", UNIT)
COMMIT_PY = Source("studio_export/log/commit.py", UNIT)
DAYS_PY = Source("studio_export/compaction/days.py", UNIT)
EXECUTIONS_PY = Source("studio_export/compaction/executions.py", UNIT)
DETAILS_PY = Source("studio_export/compaction/details.py", OF_DETAILS)
COMPACTOR_PY = Source("studio_export/compaction/compactor.py", OF_DETAILS)

MUTANTS: tuple[Mutant, ...] = (
    COMPACT_DAY_PY.mutant(
        "a part repeats the rows of earlier parts",
        "if row.sid not in known:",
        "if row.sid:",
    ),
    COMPACT_DAY_PY.mutant(
        "a day's logs are read before its parts",
        "            parts = self._read_parts(day)  # before the logs: so all of it is in them\n"
        "            hours = self.dataset.hours(self.store, day)\n",
        "            hours = self.dataset.hours(self.store, day)\n"
        "            parts = self._read_parts(day)\n",
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
    EXECUTIONS_PY.mutant(
        "the compaction ignores a gap in a log",
        "        names.log_lengths(its_keys)  # raises, where one is missing\n",
        "        its_keys.sort()\n",
    ),
    COMPACT_DAY_PY.mutant(
        "a day of Steps is compacted while an Execution lacks its line",
        "if not merged.added or (wait and merged.absent):",
        "if not merged.added:",
        OF_DETAILS,
    ),
    COMPACT_DAY_PY.mutant(
        "a day of Steps that waits is compared, and marked complete",
        "        if not (wait and merged.absent):\n",
        "        if not merged.absent or complete:\n",
        OF_DETAILS,
    ),
    DETAILS_PY.mutant(
        "the logs are listed before the children",
        "        children = store.list(names.day_folder(self.folder, day))\n"
        "        if not names.child_lengths(children):\n"
        "            return {}\n"
        "        hours = logs_by_hour(store.list(names.logs_folder(day)))\n",
        "        hours = logs_by_hour(store.list(names.logs_folder(day)))\n"
        "        children = store.list(names.day_folder(self.folder, day))\n"
        "        if not names.child_lengths(children):\n"
        "            return {}\n",
    ),
    DETAILS_PY.mutant(
        "the compaction ignores a gap among children",
        "        if not names.child_lengths(children):\n",
        "        if not children:\n",
    ),
    DETAILS_PY.mutant(
        "a line of Steps may be a child of any object of its hour",
        "wanted.get(child.parent, {})",
        "{sid: at for each in wanted.values() for sid, at in each.items()}",
    ),
    DETAILS_PY.mutant(
        "an Execution that lacks its line is not noticed",
        "return HourRows(sorted(rows), absent)",
        "return HourRows(sorted(rows), 0)",
    ),
    COMPACTOR_PY.mutant(
        "a day of Steps waits only until its logs are at rest",
        "now < forgotten_from(day)",
        "stage_of(day, now) is not Stage.COMPLETE",
    ),
    mutant(
        "a day of Steps is given up while the exporter still looks at it",
        "studio_export/details/backlog.py",
        "midnight(day) + _KNOWN_DAYS * _DAY + timedelta(hours=1)",
        "midnight(day) + _KNOWN_DAYS * _DAY - timedelta(hours=1)",
        OF_DETAILS,
    ),
)
