"""Final rows: out of the objects of logs, and into one part of a day. Pure."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import NamedTuple

import msgspec
from isal import igzip, isal_zlib

from studio_export.log.codec import ENDED, Packed
from studio_export.twilio import lenient_json
from studio_export.twilio.page import parse_instant

_GZIP = 31  # zlib's window bits for one gzip member; its header carries no time
_LEVEL = 2  # written once and read often; isal's 3 takes longer, and saves nothing
_MODULUS = 1 << 256
_NEVER = datetime.min.replace(tzinfo=UTC)


class Row(NamedTuple):
    """A final line, verbatim and without its line end. Rows sort by creation, then by sid."""

    created: datetime
    sid: str
    line: bytes


class Tally(NamedTuple):
    """What a set of lines is, in whatever order they came.

    `digest` is the sum of the SHA-256 of each line, modulo 2^256: a line that is missing, doubled
    or changed makes another sum.
    """

    lines: int = 0
    digest: int = 0

    def plus(self, line: bytes) -> "Tally":
        one = int.from_bytes(hashlib.sha256(line).digest())
        return Tally(self.lines + 1, (self.digest + one) % _MODULUS)

    def and_of(self, other: "Tally") -> "Tally":
        return Tally(self.lines + other.lines, (self.digest + other.digest) % _MODULUS)

    @property
    def hex(self) -> str:
        return f"{self.digest:064x}"


class Fields(msgspec.Struct, gc=False):
    """What is read of a line."""

    sid: str
    status: str | None = None
    date_created: str | None = None
    date_updated: str | None = None


_fields = msgspec.json.Decoder(Fields)


def final_rows(body: bytes) -> list[Row]:
    """The final lines of an object.

    Raises:
        ValueError: not one whole gzip member of JSON lines with a `sid`.
    """
    rows = []
    for line in lines(body):
        fields = read(line)
        if fields.status == ENDED:
            rows.append(Row(parse_instant(fields.date_created) or _NEVER, fields.sid, line))
    return rows


def lines(body: bytes) -> Iterator[bytes]:
    """The lines of an object, unpacked as they are asked for.

    Raises:
        ValueError: not whole, or no gzip.
    """
    line = b"\n"
    try:
        for line in igzip.open(BytesIO(body)):  # type: ignore[no-untyped-call]  # its stub has none
            yield line[:-1]
    except (OSError, EOFError, isal_zlib.error) as error:  # type: ignore[misc]  # its stub says instance
        raise ValueError("not a whole gzip member") from error
    if not line.endswith(b"\n"):
        raise ValueError("the last line does not end")


def read(line: bytes) -> Fields:
    """Raises `ValueError` for what is no line."""
    try:
        return _fields.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return _read_plainly(line)


def _read_plainly(line: bytes) -> Fields:
    """The plain way takes what `page` took: NaN, any depth, integers of any length."""
    members = lenient_json.members(line.decode())
    sid = _string(members.get("sid"))
    if sid is None:
        raise ValueError("a line has no sid")
    rest = ("status", "date_created", "date_updated")
    return Fields(sid, *(_string(members.get(name)) for name in rest))


def _string(text: str | None) -> str | None:
    return str(json.loads(text)) if text and text.startswith('"') else None


class Packer:
    """Lines into one gzip member, as they come; the same lines give the same bytes."""

    def __init__(self) -> None:
        self.lines = 0
        self._deflate = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP)
        self._digest = hashlib.sha256()
        self._body: list[bytes] = []

    def add(self, line: bytes) -> None:
        whole = line + b"\n"
        self.lines += 1
        self._digest.update(whole)
        self._body.append(self._deflate.compress(whole))

    def packed(self) -> Packed:
        self._body.append(self._deflate.flush())
        return Packed(b"".join(self._body), self._digest.hexdigest())
