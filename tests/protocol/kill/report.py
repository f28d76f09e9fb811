from dataclasses import asdict, dataclass, field, fields
from typing import Self

from tests.protocol.oracle import counted_as


@dataclass(slots=True)
class Report:
    """What a campaign did and found; reports add up.

    `in_work` and `at_rest` count kills before and after the process had answered; `in_details`
    those in work after the run had asked for a detail. `resets`,
    `stalls`, `held` and `cuts` count network faults on all connections. `found` quotes each
    broken promise, with the seed of its life.
    """

    lives: int = 0
    runs: int = 0
    overlaps: int = 0
    leased: int = 0
    kills: int = 0
    in_work: int = 0
    in_details: int = 0
    at_rest: int = 0
    failed: int = 0
    resets: int = 0
    stalls: int = 0
    held: int = 0
    frozen: int = 0
    cuts: int = 0
    lines: int = 0
    objects: int = 0
    detail_lines: int = 0
    lost: int = 0
    doubled: int = 0
    rewritten: int = 0
    other: int = 0
    seconds: float = 0
    found: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Report") -> Self:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        return self

    def add(self, name: str, many: int) -> None:
        setattr(self, name, getattr(self, name) + many)

    def find(self, seed: str, what: str) -> None:
        """Record a broken promise."""
        self.found.append(f"seed {seed}: {what}")
        self.add(counted_as(what), 1)

    def __str__(self) -> str:
        counts = {name: value for name, value in asdict(self).items() if name != "found"}
        return ", ".join(
            f"{name} {value:.4g}" if name == "seconds" else f"{name} {value}"
            for name, value in counts.items()
        )
