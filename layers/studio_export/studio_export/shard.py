"""A shard: a share of an account's Flows. A Flow's Sid tells its shard, so nobody keeps a list."""

import re
from dataclasses import dataclass

MAX_SHARDS = 1000


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `count` shares of the Flows; `number` begins at 0. Random Sids make them even."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def includes(self, flow_sid: str) -> bool:
        return int(flow_sid[-32:], 16) % self.count == self.number


ALL_FLOWS = Shard(0, 1)


def shards_of(count: int) -> list[Shard]:
    """Return the shards that together are all Flows."""
    return [Shard(number, count) for number in range(count)]


def parse_shard(text: object) -> Shard:
    """Parse `3/8`.

    Raises:
        ValueError: it is malformed, or the number is not below the count.
    """
    match = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text) if isinstance(text, str) else None
    if match:
        shard = Shard(int(match[1]), int(match[2]))
        if shard.number < shard.count <= MAX_SHARDS:
            return shard
    raise ValueError(
        f"{text!r} is not a shard. Give its number from 0 and the count of shards, at most"
        f" {MAX_SHARDS}: the eight shards of 8 are 0/8 to 7/8"
    )
