"""Read the lines of `steps/` as the report needs them; it is lenient, like the exporter. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from studio_export.instants import parse_instant
from studio_export.log.reader import lines
from studio_export.twilio import lenient_json

_NONE = "(none)"  # of a field that Twilio left null


class Step(msgspec.Struct, gc=False):
    """One transition: the widget `source` ended with `event`, and `target` follows."""

    event: str | None = msgspec.field(name="name", default=None)
    source: str | None = msgspec.field(name="transitioned_from", default=None)
    target: str | None = msgspec.field(name="transitioned_to", default=None)
    date_created: str | None = None

    @property
    def names(self) -> tuple[str, str, str]:
        """The source, the event and the target."""
        return self.source or _NONE, self.event or _NONE, self.target or _NONE

    @property
    def at(self) -> datetime | None:
        return parse_instant(self.date_created)


class StepLine(msgspec.Struct, gc=False):
    """The line of one Execution.

    Attributes:
        steps: the newest first, as Twilio lists them; None if they are missing.
        missing: why; None if they are there.
    """

    execution_sid: str
    steps: list[Step] | None = None
    missing: str | None = None


_decoder = msgspec.json.Decoder(StepLine)


def step_lines(body: bytes) -> Iterator[StepLine]:
    """Yield the lines of an object of `steps/`.

    Raises:
        ValueError: not one whole gzip file of such lines.
    """
    for line in lines(body):
        try:
            yield _decoder.decode(line)
        except (msgspec.DecodeError, RecursionError):
            yield _read_leniently(line)


def _read_leniently(line: bytes) -> StepLine:
    """Accept what `twilio/steps.py` accepts of a Step."""
    members = lenient_json.members(line.decode())
    sid = lenient_json.required(members, "execution_sid")
    missing = lenient_json.string(members.get("missing"))
    if missing is not None:
        return StepLine(sid, None, missing)
    texts = lenient_json.elements(members.get("steps", "[]"))
    return StepLine(sid, [_step(lenient_json.members(text)) for text in texts])


def _step(members: Mapping[str, str]) -> Step:
    names = ("name", "transitioned_from", "transitioned_to", "date_created")
    return Step(*(lenient_json.string(members.get(name)) for name in names))
