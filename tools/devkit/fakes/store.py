from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock

from studio_export.errors import StoreError


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

    def list(self, prefix: str) -> list[str]:
        with self._lock:
            return sorted(key for key in self.objects if key.startswith(prefix))

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
            self.objects[key] = body
            self._written[key] = self.now()
            self.metadata[key] = dict(metadata)
            return True
