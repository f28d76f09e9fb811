"""A store that dates its objects by the virtual clock: real servers date them by the real one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from studio_export.ports import Clock, DatedStore


@dataclass(frozen=True, slots=True)
class GivenDates:
    """What is not in `dates` was written now: nobody has seen it before this run."""

    inner: DatedStore
    clock: Clock
    dates: dict[str, datetime] = field(default_factory=dict)

    def set(self, dates: Mapping[str, str]) -> None:
        self.dates.clear()
        self.dates.update((key, datetime.fromisoformat(text)) for key, text in dates.items())

    def list(self, prefix: str) -> list[str]:
        return self.inner.list(prefix)

    def get(self, key: str) -> bytes:
        return self.inner.get(key)

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        return self.inner.put_if_absent(key, body, metadata)

    def written(self, prefix: str) -> Sequence[tuple[str, datetime]]:
        now = self.clock.now()
        return [(key, self.dates.get(key, now)) for key, _ in self.inner.written(prefix)]
