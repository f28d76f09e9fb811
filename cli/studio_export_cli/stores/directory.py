"""A store in a directory, with the guarantees of S3 that the export needs."""

import errno
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from studio_export.errors import AccessDeniedError, StoreError, StoreUnusableError

_TEMPORARY = ".tmp"
_STALE_SECONDS = 3600
_NEEDS_LINKS = "An object is published by a hard link. Use a file system that has them."
_NO_CALL = (errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)  # the file system lacks it
_LINK_HINTS = {
    errno.EXDEV: "All of the directory must be on one disk: an object is published by a hard link.",
    **dict.fromkeys((errno.EPERM, errno.EMLINK, *_NO_CALL), _NEEDS_LINKS),
}
# What no retry removes, and what does.
_UNUSABLE = {
    errno.ENOSPC: "Make room on the disk.",
    errno.EDQUOT: "Raise the quota.",
    errno.EFBIG: "The file system or a limit of this process refuses files of this size.",
    errno.EROFS: "The file system is read-only.",
    errno.EXDEV: "All of the directory must be on one disk.",
    **dict.fromkeys(_NO_CALL, "The file system lacks what is needed."),
    errno.EMLINK: "The file system allows no more names there.",
    errno.ENAMETOOLONG: "Use a shorter path.",
    **dict.fromkeys((errno.EEXIST, errno.ENOTDIR), "A part of the path is a file."),
    errno.EISDIR: "A directory has the name of an object.",
    errno.ELOOP: "A part of the path is a symbolic link to itself.",
}
_MISSING = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR}
# Some network and FUSE file systems cannot sync a directory.
_NO_SYNC = {errno.EINVAL, errno.EBADF, *_NO_CALL}


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

    def written(self, prefix: str) -> Sequence[tuple[str, datetime]]:
        """Return every key that starts with `prefix` and its file's mtime, by key."""
        keys = self.list(prefix)
        try:
            seconds = [self._path(key).stat().st_mtime for key in keys]
        except OSError as error:
            raise _translated("list", prefix, error) from error
        return [
            (key, datetime.fromtimestamp(at, UTC)) for key, at in zip(keys, seconds, strict=True)
        ]

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
                _remove(temporary)
        except OSError as error:
            raise _translated("write", key, error) from error

    def obstacle(self, folder: str) -> str | None:
        """Return why objects cannot be published into a folder; None if nothing shows.

        Objects are linked from `.tmp`, so both must be on one file system.
        """
        temporary, place = self._root / _TEMPORARY, self._root / folder
        try:
            if place.is_mount() or place.stat().st_dev != temporary.stat().st_dev:
                return f"{place} is on another disk than {temporary}"
        except OSError:
            return None  # neither exists yet, or a put will say what is wrong
        return None

    def _write(self, body: bytes) -> Path:
        temporary = self._root / _TEMPORARY / uuid4().hex
        _make_directories(temporary.parent)
        with temporary.open("xb") as file:
            try:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                _remove(temporary)
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
        except OSError as error:
            if hint := _LINK_HINTS.get(error.errno or 0):
                raise StoreUnusableError(f"cannot write {str(final)!r}: {error}. {hint}") from error
            raise
        _sync_directory(final.parent)
        return True

    def _remove_stale(self) -> None:
        """Remove files of killed processes, by age: a live process may be on another host."""
        if self._swept:
            return
        self._swept = True
        oldest = time.time() - _STALE_SECONDS
        with suppress(OSError):  # it only tidies up: another user's file may stay
            for temporary in (self._root / _TEMPORARY).iterdir():
                with suppress(OSError):
                    if temporary.stat().st_mtime < oldest:
                        temporary.unlink()

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
    if directory.is_dir() or directory == directory.parent:
        return
    _make_directories(directory.parent)
    directory.mkdir(exist_ok=True)
    _sync_directory(directory.parent)


def _sync_directory(directory: Path) -> None:
    """Make new names in a directory durable, as far as its file system can."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(descriptor)


def _remove(temporary: Path) -> None:
    """Remove a file that nothing needs; a later store removes what stays."""
    with suppress(OSError):
        temporary.unlink()


def _translated(action: str, key: str, error: OSError) -> AccessDeniedError | StoreError:
    message = f"cannot {action} {key!r}: {error}"
    if action == "read" and error.errno in _MISSING:
        return StoreError(message)
    if error.errno in _UNUSABLE:
        return StoreUnusableError(f"{message}. {_UNUSABLE[error.errno]}")
    return (AccessDeniedError if isinstance(error, PermissionError) else StoreError)(message)
