"""Read the final rows of log objects, and checksum sets of rows. Pure."""

import hashlib
from datetime import UTC, datetime
from typing import NamedTuple

from studio_export.instants import parse_instant
from studio_export.log.reader import lines, read_fields
from studio_export.twilio.record import ENDED

_MODULUS = 1 << 256
_NEVER = datetime.min.replace(tzinfo=UTC)


class Row(NamedTuple):
    """A final line without its line end. Rows sort by creation, then by sid."""

    created: datetime
    sid: str
    line: bytes


class LineChecksum(NamedTuple):
    """A checksum of a set of lines, in any order.

    Attributes:
        digest: the sum of the lines' SHA-256, modulo 2^256. A line that is missing, duplicated or
            changed changes the sum.
    """

    lines: int = 0
    digest: int = 0

    def plus(self, line: bytes) -> "LineChecksum":
        one = int.from_bytes(hashlib.sha256(line).digest())
        return LineChecksum(self.lines + 1, (self.digest + one) % _MODULUS)

    def and_of(self, other: "LineChecksum") -> "LineChecksum":
        return LineChecksum(self.lines + other.lines, (self.digest + other.digest) % _MODULUS)

    @property
    def hex(self) -> str:
        return f"{self.digest:064x}"


def final_rows(body: bytes) -> list[Row]:
    """Return the final lines of an object.

    Raises:
        ValueError: not one whole gzip member of JSON lines with a `sid`.
    """
    rows = []
    for line in lines(body):
        fields = read_fields(line)
        if fields.status == ENDED:
            rows.append(Row(parse_instant(fields.date_created) or _NEVER, fields.sid, line))
    return rows
