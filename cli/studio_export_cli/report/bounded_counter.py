"""Count values of which there may be very many, in bounded memory. Pure."""

from typing import Generic, TypeVar

T = TypeVar("T")

_MAX_VALUES = 20_000


class BoundedCounter(Generic[T]):
    """Counts values; when there are too many different ones, it drops the rarer half.

    This is lossy counting (Manku and Motwani, VLDB 2002): a frequent value is never missing.

    Attributes:
        counts: what was counted of the values that are kept.
        left_out: how many occurrences were dropped.
        slack: by how much a count may be too low at most.
    """

    def __init__(self, max_values: int = _MAX_VALUES) -> None:
        self._max_values = max_values
        self.counts: dict[T, int] = {}
        self.left_out = 0
        self.slack = 0

    def add(self, value: T) -> None:
        self.counts[value] = self.counts.get(value, 0) + 1
        if len(self.counts) > self._max_values:
            self._drop()

    @property
    def total(self) -> int:
        return sum(self.counts.values()) + self.left_out

    def _drop(self) -> None:
        total = self.total
        dropped = sorted(self.counts.values())[len(self.counts) // 2]
        self.counts = {value: count for value, count in self.counts.items() if count > dropped}
        self.left_out = total - sum(self.counts.values())
        self.slack += dropped
