"""Pages of a list, and the token that says where the next one begins."""

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from simulator.responses import ApiError

Key = tuple[datetime, int]


class Keyed(Protocol):
    @property
    def key(self) -> Key: ...


Row = TypeVar("Row", bound=Keyed)


@dataclass(frozen=True, slots=True)
class Token:
    """Where a page begins: after a number of rows, or below (or above) the key of a row.

    `shown_empty`: the empty page before this one has been returned.
    """

    issued: datetime
    offset: int | None = None
    below: Key | None = None
    above: Key | None = None
    shown_empty: bool = False

    def encode(self) -> str:
        fields = {
            "i": self.issued.isoformat(),
            "o": self.offset,
            "b": self.below and (self.below[0].isoformat(), self.below[1]),
            "a": self.above and (self.above[0].isoformat(), self.above[1]),
            "e": self.shown_empty,
        }
        return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")


def decode(text: str) -> Token:
    try:
        fields = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        below, above = (
            key and (datetime.fromisoformat(key[0]), key[1]) for key in (fields["b"], fields["a"])
        )
        issued = datetime.fromisoformat(fields["i"])
        return Token(issued, fields["o"], below, above, fields["e"])
    except (ValueError, KeyError, TypeError) as error:
        raise bad_token() from error


def bad_token() -> ApiError:
    return ApiError(400, 21481, "Invalid PageToken")


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """Rows in ascending order of keys; those in `[low, high)` that pass `keep` are listed."""

    rows: Sequence[Row]
    low: int
    high: int
    keep: Callable[[Row], bool] = lambda _: True

    def page(self, token: Token | None, size: int) -> tuple[list[Row], bool]:
        """Return the rows of a page, newest first, and whether more follow."""
        if token and token.above:
            return self._newer(token.above, size), True
        high = self.high
        if token and token.below:
            high = bisect_left(self.rows, token.below, self.low, max(high, self.low), key=_key)
        skip = (token.offset or 0) if token else 0
        found: list[Row] = []
        for index in range(high - 1, self.low - 1, -1):
            row = self.rows[index]
            if not self.keep(row):
                continue
            if skip:
                skip -= 1
            elif len(found) == size:
                return found, True
            else:
                found.append(row)
        return found, False

    def before(self, row: Row) -> Row | None:
        """Return the next newer listed row."""
        return next(iter(self._newer(row.key, 1)), None)

    def _newer(self, above: Key, size: int) -> list[Row]:
        found: list[Row] = []
        low = bisect_right(self.rows, above, self.low, max(self.high, self.low), key=_key)
        for index in range(low, self.high):
            if len(found) < size and self.keep(self.rows[index]):
                found.append(self.rows[index])
        return found[::-1]


def _key(row: Keyed) -> Key:
    return row.key
