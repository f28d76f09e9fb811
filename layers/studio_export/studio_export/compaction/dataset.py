"""A dataset as the compaction sees it: which objects it has, and what identifies a line."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from studio_export.compaction.rows import Row
from studio_export.ports import Store


class HourRows(NamedTuple):
    """The rows of one hour, sorted.

    Attributes:
        absent: how many Executions have a final line, and no row yet.
    """

    rows: list[Row]
    absent: int = 0


class Dataset(Protocol):
    @property
    def folder(self) -> str:
        """Where its objects lie: `executions/`."""
        ...

    def objects(self, store: Store) -> Iterable[str]:
        """Return the keys of what the compaction of all days reads."""
        ...

    def hours(self, store: Store, day: str) -> Mapping[str, Sequence[str]]:
        """Return the day's objects by hour, ascending; each hour's in the order to read them.

        Raises:
            CorruptLogError: an object is missing.
        """
        ...

    def read(self, keys: Sequence[str], bodies: Iterable[bytes]) -> HourRows:
        """Read the objects of an hour.

        Raises:
            CorruptLogError: an object is unreadable, or a line is not where it must be.
        """
        ...

    def sid_of(self, line: bytes) -> str:
        """Return the Execution of a line.

        Raises:
            ValueError: the line names none.
        """
        ...
