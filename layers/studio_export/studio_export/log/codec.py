"""Records, and the gzip JSON lines that carry them. Pure."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from isal import isal_zlib

from studio_export.twilio import lenient_json

ENDED = "ended"

_GZIP = 31  # zlib's window bits for one gzip member; its header carries no time
_FASTEST = 1  # 12 % more bytes than zlib-6 for a tenth of the time
_JOINED_RECORDS = 128  # a thousand large records joined at once cost memory


class Record(msgspec.Struct, frozen=True, gc=False):
    """One Execution as one page showed it. `text` is Twilio's own JSON, on one line.

    Thousands are alive at once, and in no circle. A NamedTuple of these takes six times as long to
    make, and the garbage collector's visits to them took a third of the record path.
    """

    sid: str
    status: str | None
    created: datetime
    text: bytes | msgspec.Raw

    def _replace(self, **changes: Any) -> "Record":
        return msgspec.structs.replace(self, **changes)


class Packed(NamedTuple):
    """The bytes of one object. `sha256` is of the lines before compression, in hex."""

    body: bytes
    sha256: str


class _Line(msgspec.Struct, gc=False):
    sid: str
    status: str | None = None


_lines = msgspec.json.Decoder(_Line)


def pack(records: Sequence[Record]) -> Packed:
    """The records as JSON lines in one gzip member; the same records give the same bytes."""
    deflate = isal_zlib.compressobj(_FASTEST, isal_zlib.DEFLATED, _GZIP)
    digest = hashlib.sha256()
    body = []
    texts = [record.text for record in records]
    for first in range(0, len(texts), _JOINED_RECORDS):
        # The empty text at the end spares a copy of them all, to add one line end.
        lines = b"\n".join([*texts[first : first + _JOINED_RECORDS], b""])
        _clean_vector_registers()
        digest.update(lines)
        body.append(deflate.compress(lines))
    body.append(deflate.flush())
    return Packed(b"".join(body), digest.hexdigest())


def _clean_vector_registers() -> None:
    """Spare SHA-256 a quarter of its time, on x86.

    igzip's AVX-512 code leaves the upper halves of the registers dirty, which slows the SSE code
    that comes after it, such as OpenSSL's SHA-256: 1.55 us instead of 1.17 for 2 kB. OpenSSL's
    SHA-512 ends by cleaning them. Elsewhere this is a microsecond for a hundred records.
    """
    hashlib.sha512().digest()


def unpack(body: bytes) -> list[tuple[str, str | None]]:
    """The `sid` and `status` of each line of an object.

    Raises:
        ValueError: not one whole gzip member of JSON lines with a `sid`.
    """
    lines = inflate(body)
    try:
        return [(line.sid, line.status) for line in _lines.decode_lines(lines)]
    except (msgspec.DecodeError, RecursionError):
        return [_sid_and_status(line) for line in lines.split(b"\n")[:-1]]


def inflate(body: bytes) -> bytes:
    """The lines of an object.

    Raises:
        ValueError: not one whole gzip member of lines.
    """
    try:
        inflater = isal_zlib.decompressobj(wbits=_GZIP)
        lines = inflater.decompress(body)
    except isal_zlib.error as error:  # type: ignore[misc]  # its stub says instance, not class
        raise ValueError("not a gzip member") from error
    if not inflater.eof or inflater.unused_data:
        raise ValueError("not one whole gzip member")
    if not lines.endswith(b"\n"):
        raise ValueError("the last line does not end")
    return lines


def _sid_and_status(line: bytes) -> tuple[str, str | None]:
    """The plain way takes what `page` took: NaN, any depth, integers of any length."""
    members = lenient_json.members(line.decode())
    sid = _string(members.get("sid"))
    if sid is None:
        raise ValueError("a line has no sid")
    return sid, _string(members.get("status"))


def _string(text: str | None) -> str | None:
    return str(json.loads(text)) if text and text.startswith('"') else None
