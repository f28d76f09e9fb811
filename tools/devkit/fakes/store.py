from collections.abc import Mapping
from threading import Lock

from studio_export.errors import StoreError


class MemoryStore:
    """A `Store` in two dictionaries."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.objects: dict[str, bytes] = {}
        self.metadata: dict[str, dict[str, str]] = {}

    def list(self, prefix: str) -> list[str]:
        with self._lock:
            return sorted(key for key in self.objects if key.startswith(prefix))

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
            self.metadata[key] = dict(metadata)
            return True
