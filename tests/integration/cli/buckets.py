"""A bucket of a real S3 server, to which the command can export."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio_export.adapters.s3 import S3Store
from studio_export_cli.stores.directory import DirectoryStore


@dataclass(frozen=True, slots=True)
class Bucket:
    client: Any
    name: str

    @property
    def to(self) -> str:
        return f"s3://{self.name}/studio"

    def copy_logs(self, root: Path) -> S3Store:
        """Copy the logs of the export in `root`."""
        store = S3Store(self.client, self.name, "studio")
        for key in DirectoryStore(root).list("executions/"):
            store.put_if_absent(key, (root / key).read_bytes(), {})
        return store
