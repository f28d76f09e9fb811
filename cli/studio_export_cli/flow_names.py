"""The friendly names of Flows, for a person to read. Pure.

A name is free text that somebody wrote in Twilio's Console: it may hold control characters, or be
very long. It stands beside the Sid and never in its place where a person may copy it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rich.cells import cell_len, set_cell_size

_MAX_CHARACTERS = 32
_HEADING = "NAME"
_SHORT_SID = 8


def clean(name: object) -> str:
    """Return the name on one short line, without a character that a terminal obeys."""
    if not isinstance(name, str):
        return ""
    text = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return text if len(text) <= _MAX_CHARACTERS else f"{text[: _MAX_CHARACTERS - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class FlowNames:
    """The names of Flows by Sid, cleaned. A Flow without a known name has its Sid alone."""

    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: Mapping[str, object]) -> "FlowNames":
        cleaned = {sid: clean(name) for sid, name in raw.items()}
        return cls({sid: name for sid, name in cleaned.items() if name})

    def __or__(self, other: "FlowNames") -> "FlowNames":
        """Return the names of both; those of `other` win."""
        return FlowNames({**self.names, **other.names})

    def only(self, sids: Iterable[str]) -> "FlowNames":
        return FlowNames({sid: self.names[sid] for sid in sids if sid in self.names})

    def has(self, sids: Iterable[str]) -> bool:
        """Whether each of these Flows has a name."""
        return all(sid in self.names for sid in sids)

    def name(self, sid: str) -> str | None:
        return self.names.get(sid)

    def describe(self, sid: str) -> str:
        """`FW… (Support line)`, for a sentence."""
        return f"{sid} ({self.names[sid]})" if sid in self.names else sid

    def short(self, sid: str) -> str:
        """`Support line`, where there is little room; with a part of the Sid if it is not alone."""
        start = f"{sid[:_SHORT_SID]}…"
        name = self.names.get(sid)
        if name is None:
            return start
        return name if list(self.names.values()).count(name) == 1 else f"{name} {start}"

    def row(self, sid: str) -> str:
        """`Support line, FW…`, for the row of a table: the name first, as the end may be cut."""
        return f"{self.names[sid]}, {sid}" if sid in self.names else sid

    def heading(self, title: str) -> str:
        """Return the heading over the cells of these Flows."""
        return self._cell(title, _HEADING)

    def cell(self, sid: str) -> str:
        """Return the Sid and its name, as wide as every other cell of these Flows."""
        return self._cell(sid, self.names.get(sid, ""))

    def _cell(self, sid: str, name: str) -> str:
        if not self.names:
            return f"{sid:<34}"
        width = max(map(cell_len, (_HEADING, *self.names.values())))
        return f"{sid:<34}  {set_cell_size(name, width)}"
