"""Find the fields of a line that contain a contact. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from studio_export.privacy.policy import FIELDS

ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Mention:
    """A line about the contact: its number in the object, from 1, and the fields that say so.

    Attributes:
        sid: the Execution's; empty if the line has none.
    """

    line: int
    sid: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """`names` are addresses, Sids, and their hashes under the privacy policy."""

    names: tuple[str, ...]

    def mentions(self, lines: bytes) -> Iterator[Mention]:
        for number, line in enumerate(lines.split(b"\n"), 1):
            # A JSON text with an escape may contain a name whose bytes do not occur.
            if b"\\" in line or any(name.encode() in line for name in self.names):
                yield from self._mention(number, line)

    def _mention(self, number: int, line: bytes) -> Iterator[Mention]:
        try:
            record = json.loads(line, parse_int=str, parse_float=str)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            if any(name.encode() in line for name in self.names):
                yield Mention(number, "", (ELSEWHERE,))
            return
        fields = {
            key if key in FIELDS else ELSEWHERE for key, value in record.items() if self._in(value)
        }
        if fields:
            sid = record.get("sid") or record.get("execution_sid")
            yield Mention(number, sid if isinstance(sid, str) else "", tuple(sorted(fields)))

    def _in(self, value: Any) -> bool:
        """Whether a string in the value contains a name: `whatsapp:+1…` contains `+1…`."""
        waiting = [value]
        while waiting:
            each = waiting.pop()
            if isinstance(each, dict):
                waiting += [*each.keys(), *each.values()]
            elif isinstance(each, list):
                waiting += each
            elif isinstance(each, str) and any(name in each for name in self.names):
                return True
        return False
