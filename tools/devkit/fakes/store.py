from bisect import bisect_left, insort
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock

from studio_export.errors import StoreError

_AFTER_ALL = "\U0010ffff"
_Keys = list[str]  # in the class, `list` is the method


def _system_now() -> datetime:
    return datetime.now(UTC)


class MemoryStore:
    """A `DatedStore` in dictionaries; `now` is its clock."""

    def __init__(self, now: Callable[[], datetime] = _system_now) -> None:
        self.now = now
        self._lock = Lock()
        self._written: dict[str, datetime] = {}
        self.objects: dict[str, bytes] = {}
        self.metadata: dict[str, dict[str, str]] = {}
        self._sorted: _Keys = []
        self._seen = self._state()

    def list(self, prefix: str) -> list[str]:
        with self._lock:
            keys = self._keys()
            first = bisect_left(keys, prefix)
            return keys[first : bisect_left(keys, prefix + _AFTER_ALL, first)]

    def written(self, prefix: str) -> Sequence[tuple[str, datetime]]:
        keys = self.list(prefix)
        return [(key, self._written.get(key, datetime.min.replace(tzinfo=UTC))) for key in keys]

    def get(self, key: str) -> bytes:
        with self._lock:
            if key not in self.objects:
                raise StoreError(f"no object {key!r}")
            return self.objects[key]

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        with self._lock:
            if key in self.objects:
                return False
            keys = self._keys()
            self.objects[key] = body
            insort(keys, key)
            self._seen = self._state()
            self._written[key] = self.now()
            self.metadata[key] = dict(metadata)
            return True

    def _keys(self) -> _Keys:
        """Every key in order; sorted anew only where a test has changed `objects` itself."""
        if (state := self._state()) != self._seen:
            self._sorted, self._seen = sorted(self.objects), state
        return self._sorted

    def _state(self) -> tuple[int, int, str | None]:
        """What no insertion and no deletion leaves as it is."""
        return id(self.objects), len(self.objects), next(reversed(self.objects), None)
