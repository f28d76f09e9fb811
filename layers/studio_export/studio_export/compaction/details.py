"""The datasets `steps/` and `contexts/`: their lines are the rows of `daily-steps/` and the like.

The objects of `executions/` are read besides: they have the order of the rows, and they say for
which Executions a line must come. The marks below `done/` are not read, as they are hints.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from studio_export.compaction.dataset import HourRows
from studio_export.compaction.executions import logs_by_hour
from studio_export.compaction.rows import Row
from studio_export.details.parent import ended_executions
from studio_export.errors import CorruptLogError
from studio_export.log import keys as names
from studio_export.log.keys import LogKey
from studio_export.log.reader import lines, read_child, reading
from studio_export.ports import Store


@dataclass(frozen=True, slots=True)
class Details:
    """One of the datasets; `folder` is `steps/` or `contexts/`."""

    folder: str

    def objects(self, store: Store) -> list[str]:
        """Return the objects of the days that have some of the dataset, and their parents."""
        children = store.list(names.days_prefix(self.folder))
        days = {names.day_of(key) for key in children}
        logs = store.list(names.logs_folder()) if days else []
        return [*children, *(key for key in logs if names.day_of(key) in days)]

    def hours(self, store: Store, day: str) -> Mapping[str, list[str]]:
        """Return the day's objects by hour, parents first; none if the dataset has none of it.

        Children are listed first. Each was written after its parent, so the later listing of the
        logs has that parent, even while an exporter writes.
        """
        children = store.list(names.day_folder(self.folder, day))
        if not names.child_lengths(children):
            return {}
        hours = logs_by_hour(store.list(names.logs_folder(day)))
        for key in children:
            if child := names.parse_child_key(key):
                hours.setdefault(child.parent.hour, []).append(key)
        return hours

    def read(self, keys: Sequence[str], bodies: Iterable[bytes]) -> HourRows:
        """Give each line the place of its Execution, which its parent must have."""
        wanted: dict[LogKey, dict[str, datetime]] = {}
        rows: list[Row] = []
        for key, body in zip(keys, bodies, strict=True):
            with reading(key):
                if parent := names.parse_log_key(key):
                    ended = ended_executions(body, parent.flow_sid)
                    wanted[parent] = {each.sid: each.created for each in ended}
                elif child := names.parse_child_key(key):
                    rows += _rows(key, body, wanted.get(child.parent, {}))
        found = {row.sid for row in rows}
        absent = sum(sid not in found for executions in wanted.values() for sid in executions)
        return HourRows(sorted(rows), absent)

    def sid_of(self, line: bytes) -> str:
        return read_child(line).execution_sid


def _rows(key: str, body: bytes, wanted: Mapping[str, datetime]) -> Iterable[Row]:
    for line in lines(body):
        sid = read_child(line).execution_sid
        if sid not in wanted:
            raise CorruptLogError(
                f"{key} has a line of an Execution that has no final line in its parent"
            )
        yield Row(wanted[sid], sid, line)
