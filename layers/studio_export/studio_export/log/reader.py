"""Read an object's lines back: the only reader, and it is lenient. Pure."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import msgspec
from isal import igzip, isal_zlib

from studio_export.errors import CorruptLogError
from studio_export.log.codec import GZIP_WINDOW
from studio_export.twilio import lenient_json

_MAX_REVISION = 10**9


class LineFields(msgspec.Struct, gc=False):
    """The fields of a line that the export itself reads."""

    sid: str
    status: str | None = None
    date_created: str | None = None
    date_updated: str | None = None
    flow_version: int | None = None

    @property
    def revision(self) -> int | None:
        """The revision that the Execution ran; None if the line names none that can be one."""
        known = self.flow_version is not None and 0 <= self.flow_version < _MAX_REVISION
        return self.flow_version if known else None


class ChildFields(msgspec.Struct, gc=False):
    """The fields of a line of Steps or Contexts; `missing` is why it has no content."""

    execution_sid: str
    missing: str | None = None


class _Status(msgspec.Struct, gc=False):
    sid: str
    status: str | None = None


_fields = msgspec.json.Decoder(LineFields)
_statuses = msgspec.json.Decoder(_Status)
_child = msgspec.json.Decoder(ChildFields)


@contextmanager
def reading(key: str) -> Iterator[None]:
    """Convert a `ValueError` of the readers below to one that names the object.

    Raises:
        CorruptLogError: the block raised a `ValueError`.
    """
    try:
        yield
    except ValueError as error:
        raise CorruptLogError(f"{key} is unreadable: {error}") from error


def decode(body: bytes) -> list[tuple[str, str | None]]:
    """Return the `sid` and `status` of each line of an object.

    Raises:
        ValueError: not one whole gzip member of JSON lines with a `sid`.
    """
    text = inflate(body)
    try:
        return [(line.sid, line.status) for line in _statuses.decode_lines(text)]
    except (msgspec.DecodeError, RecursionError):
        fields = map(_read_leniently, text.split(b"\n")[:-1])
        return [(line.sid, line.status) for line in fields]


def execution_sids(body: bytes) -> list[str]:
    """Return the `execution_sid` of each line of an object of Steps or Contexts.

    Raises:
        ValueError: not one whole gzip member of JSON lines with an `execution_sid`.
    """
    return [line.execution_sid for line in child_lines(inflate(body))]


def child_lines(text: bytes) -> list[ChildFields]:
    """Return the fields of each line of an inflated object of Steps or Contexts.

    Raises:
        ValueError: a line is no JSON object with an `execution_sid`.
    """
    try:
        return _child.decode_lines(text)
    except (msgspec.DecodeError, RecursionError):
        return [_read_child_leniently(line) for line in text.split(b"\n")[:-1]]


def read_child(line: bytes) -> ChildFields:
    """Return the fields of one line of Steps or Contexts.

    Raises:
        ValueError: not a JSON object with an `execution_sid`.
    """
    try:
        return _child.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return _read_child_leniently(line)


def inflate(body: bytes) -> bytes:
    """Return all lines of an object as one text.

    Raises:
        ValueError: not one whole gzip member of lines.
    """
    try:
        inflater = isal_zlib.decompressobj(wbits=GZIP_WINDOW)
        text = inflater.decompress(body)
    except isal_zlib.error as error:  # type: ignore[misc]  # its stub says instance, not class
        raise ValueError("not a gzip member") from error
    if not inflater.eof or inflater.unused_data:
        raise ValueError("not one whole gzip member")
    if not text.endswith(b"\n"):
        raise ValueError("the last line has no line end")
    return text


def lines(body: bytes) -> Iterator[bytes]:
    """Yield the lines of an object without their line ends, inflating as needed.

    Raises:
        ValueError: not one whole gzip file of lines.
    """
    line = b"\n"
    try:
        for line in igzip.open(BytesIO(body)):  # type: ignore[no-untyped-call]  # its stub has none
            yield line[:-1]
    except (OSError, EOFError, isal_zlib.error) as error:  # type: ignore[misc]  # its stub says instance
        raise ValueError("not a whole gzip member") from error
    if not line.endswith(b"\n"):
        raise ValueError("the last line has no line end")


def read_fields(line: bytes) -> LineFields:
    """Return the fields of one line.

    Raises:
        ValueError: not a JSON object with a `sid`.
    """
    try:
        return _fields.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return _read_leniently(line)


def _read_leniently(line: bytes) -> LineFields:
    """Accept what `twilio/page.py` accepts: NaN, any depth, integers of any length."""
    members = lenient_json.members(line.decode())
    version = members.get("flow_version", "")
    is_revision = version.isdecimal() and len(version) < len(str(_MAX_REVISION))
    return LineFields(
        lenient_json.required(members, "sid"),
        lenient_json.string(members.get("status")),
        lenient_json.string(members.get("date_created")),
        lenient_json.string(members.get("date_updated")),
        int(version) if is_revision else None,
    )


def _read_child_leniently(line: bytes) -> ChildFields:
    members = lenient_json.members(line.decode())
    sid = lenient_json.required(members, "execution_sid")
    return ChildFields(sid, lenient_json.string(members.get("missing")))
