"""A store in a directory, with the guarantees of S3 that the export needs."""

import errno
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import uuid4

from studio_export.errors import AccessDeniedError, StoreError

_TEMPORARY = ".tmp"
_STALE_SECONDS = 3600


class DirectoryStore:
    """A `Store` on one file system. The key is the path below `root`; metadata is not kept.

    A file is written and synced under `root/.tmp`, then linked to its final name. `link` refuses a
    name that exists, so exactly one of several processes succeeds. A killed process leaves at most
    a temporary file, which a later store removes once it is an hour old.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._swept = False

    def list(self, prefix: str) -> list[str]:
        """Return every key that starts with `prefix`, which may end in the middle of a name."""
        parent, slash, _ = prefix.rpartition("/")
        try:
            return sorted(self._walk(parent + slash, prefix))
        except OSError as error:
            raise _translated("list", prefix, error) from error

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except OSError as error:
            raise _translated("read", key, error) from error

    def read(self, key: str) -> tuple[bytes, Mapping[str, str]]:
        """Return the object, and empty metadata: a plain file has none."""
        return self.get(key), {}

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        del metadata  # a plain file has none
        final = self._path(key)
        try:
            self._remove_stale()
            temporary = self._write(body)
            try:
                return self._publish(temporary, final)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            raise _translated("write", key, error) from error

    def _write(self, body: bytes) -> Path:
        temporary = self._root / _TEMPORARY / uuid4().hex
        _make_directories(temporary.parent)
        with temporary.open("xb") as file:
            try:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                temporary.unlink()
                raise
        return temporary

    def _publish(self, temporary: Path, final: Path) -> bool:
        _make_directories(final.parent)
        try:
            os.link(temporary, final)
        except FileExistsError:
            # The other process may not have synced the name yet, and the caller relies on it.
            _sync_directory(final.parent)
            return False
        _sync_directory(final.parent)
        return True

    def _remove_stale(self) -> None:
        """Remove files of killed processes, by age: a live process may be on another host."""
        if self._swept:
            return
        self._swept = True
        directory = self._root / _TEMPORARY
        if not directory.is_dir():
            return
        oldest = time.time() - _STALE_SECONDS
        for temporary in directory.iterdir():
            try:
                if temporary.stat().st_mtime < oldest:
                    temporary.unlink()
            except FileNotFoundError:
                continue  # another process removed it

    def _walk(self, directory: str, prefix: str) -> Iterator[str]:
        """Yield keys below `directory` (empty, or with a final slash) that start with `prefix`."""
        try:
            entries = list(os.scandir(self._root / directory))
        except (FileNotFoundError, NotADirectoryError):
            return
        for entry in entries:
            key = directory + entry.name
            if not key.startswith(prefix) or key == _TEMPORARY:
                continue
            if entry.is_dir():
                yield from self._walk(key + "/", prefix)
            else:
                yield key

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if not set(parts).isdisjoint({"", ".", ".."}) or parts[0] == _TEMPORARY:
            raise ValueError(f"not a key: {key!r}")
        return self._root.joinpath(*parts)


def _make_directories(directory: Path) -> None:
    """Make the directory and its parents, and sync each new name: a file needs a durable path."""
    if directory.is_dir():
        return
    _make_directories(directory.parent)
    directory.mkdir(exist_ok=True)
    _sync_directory(directory.parent)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _translated(action: str, key: str, error: OSError) -> AccessDeniedError | StoreError:
    message = f"cannot {action} {key!r}: {error}"
    denied = isinstance(error, PermissionError) or error.errno == errno.EROFS
    return AccessDeniedError(message) if denied else StoreError(message)
