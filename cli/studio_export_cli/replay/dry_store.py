"""A store that writes nothing, for a dry run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from studio_export_cli.destination import ReadableStore


@dataclass(frozen=True, slots=True)
class DryStore:
    """A `Store` that reads another one, and returns for each put what the other one would."""

    store: ReadableStore

    def list(self, prefix: str) -> list[str]:
        return self.store.list(prefix)

    def written(self, prefix: str) -> Sequence[tuple[str, datetime]]:
        return self.store.written(prefix)

    def get(self, key: str) -> bytes:
        return self.store.get(key)

    def read(self, key: str) -> tuple[bytes, Mapping[str, str]]:
        return self.store.read(key)

    def put_if_absent(
        self,
        key: str,
        body: bytes,  # noqa: ARG002  not written
        metadata: Mapping[str, str],  # noqa: ARG002
    ) -> bool:
        return key not in self.store.list(key)
