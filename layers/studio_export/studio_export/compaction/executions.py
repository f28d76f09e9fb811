"""The dataset `executions/`: its final lines are the rows of `daily/`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from studio_export.compaction.dataset import HourRows
from studio_export.compaction.rows import Row, final_rows
from studio_export.log import keys as names
from studio_export.log.reader import read_fields, reading
from studio_export.ports import Store


class Executions:
    folder = names.EXECUTIONS

    def objects(self, store: Store) -> list[str]:
        return store.list(names.logs_folder())

    def hours(self, store: Store, day: str) -> Mapping[str, list[str]]:
        return logs_by_hour(store.list(names.logs_folder(day)))

    def read(self, keys: Sequence[str], bodies: Iterable[bytes]) -> HourRows:
        rows: list[Row] = []
        for key, body in zip(keys, bodies, strict=True):
            with reading(key):
                rows += final_rows(body)
        return HourRows(sorted(rows))

    def sid_of(self, line: bytes) -> str:
        return read_fields(line).sid


def logs_by_hour(keys: Iterable[str]) -> dict[str, list[str]]:
    """Group the objects of a day's logs by hour, ascending. Other keys are skipped.

    Raises:
        CorruptLogError: an object is missing.
    """
    flows: defaultdict[str, list[str]] = defaultdict(list)
    hours: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        if log := names.parse_log_key(key):
            flows[log.flow_sid].append(key)
            hours[log.hour].append(key)
    for its_keys in flows.values():
        names.log_lengths(its_keys)  # raises, where one is missing
    return dict(sorted(hours.items()))
