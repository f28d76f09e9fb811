"""A store that records its requests."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tests.template.calls import Call, call_of
from tools.devkit.fakes.store import MemoryStore


class RecordingStore(MemoryStore):
    """Records each request as IAM sees it."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []

    def _record(self, operation: str, **parameters: str) -> None:
        self.calls.append(call_of(operation, {"Bucket": "exportbucket", **parameters}))

    def list(self, prefix: str) -> list[str]:
        self._record("ListObjectsV2", Prefix=f"studio/{prefix}")
        return super().list(prefix)

    def written(self, prefix: str) -> Sequence[tuple[str, datetime]]:
        self._record("ListObjectsV2", Prefix=f"studio/{prefix}")
        return super().written(prefix)

    def get(self, key: str) -> bytes:
        self._record("GetObject", Key=f"studio/{key}")
        return super().get(key)

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        self._record("PutObject", Key=f"studio/{key}", IfNoneMatch="*")
        return super().put_if_absent(key, body, metadata)
