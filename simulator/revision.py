"""A revision of a Flow: immutable once it exists."""

from dataclasses import dataclass
from datetime import datetime

from simulator.definition import Definition


@dataclass(frozen=True, slots=True)
class Revision:
    """`number` ascends from 1; a revision that is not published is a draft."""

    number: int
    created: datetime
    definition: Definition
    published: bool = True

    @property
    def status(self) -> str:
        return "published" if self.published else "draft"

    @property
    def key(self) -> tuple[datetime, int]:
        return self.created, self.number
