"""Read the objects of a range of days: those of `executions/`, each with its Steps."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from studio_export.log import keys
from studio_export.log.keys import LogKey, logs_folder, parse_log_key
from studio_export.log.reader import LineFields, lines, read_fields, reading
from studio_export.ports import Store
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.parallel import map_concurrently
from studio_export_cli.report.step_lines import StepLine, step_lines


class Object(NamedTuple):
    key: str
    body: bytes


class Parent(NamedTuple):
    """An object of `executions/` as it is stored, and its children in `steps/`."""

    log: LogKey
    parent: Object
    children: tuple[Object, ...]

    def fields(self) -> list[LineFields]:
        """Return the fields of the lines in order: the final line of an Execution comes last."""
        with reading(self.parent.key):
            return [read_fields(line) for line in lines(self.parent.body)]

    def step_lines(self) -> Iterator[StepLine]:
        for child in self.children:
            with reading(child.key):
                yield from step_lines(child.body)


def read_parents(
    store: Store, days: Sequence[str], concurrency: int, heartbeat: Heartbeat, *, with_steps: bool
) -> Iterator[Parent]:
    """Read every object of these days, in the order of the logs; few are in memory at once.

    Raises:
        StudioExportError: the store raised it.
    """
    listed = [key for day in days for key in store.list(logs_folder(day))]
    parents = [(log, key) for key in listed if (log := parse_log_key(key))]
    children: defaultdict[LogKey, list[str]] = defaultdict(list)
    for day in days if with_steps else ():
        for key in store.list(keys.day_folder(keys.STEPS, day)):
            if child := keys.parse_child_key(key):
                children[child.parent].append(key)
    names = [(log, key, tuple(children[log])) for log, key in parents]
    yield from map_concurrently(
        partial(_read, store), names, concurrency, "Read objects", heartbeat
    )


def _read(store: Store, names: tuple[LogKey, str, tuple[str, ...]]) -> Parent:
    log, key, children = names
    return Parent(
        log,
        Object(key, store.get(key)),
        tuple(Object(child, store.get(child)) for child in children),
    )
