import errno
import os
import time
from pathlib import Path

import pytest

from studio_export.errors import AccessDeniedError, StoreError
from studio_export_cli.stores.directory import DirectoryStore

KEY = "executions/dt=2026-11-23/FW0-T14-00000.jsonl.gz"


def temporaries(root: Path) -> list[str]:
    return sorted(path.name for path in (root / ".tmp").iterdir())


def test_the_key_is_the_path(tmp_path: Path) -> None:
    DirectoryStore(tmp_path).put_if_absent(KEY, b"body", {"lines": "1"})

    assert (tmp_path / KEY).read_bytes() == b"body"
    assert temporaries(tmp_path) == []


def test_temporaries_are_never_listed(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    store.put_if_absent(KEY, b"body", {})
    (tmp_path / ".tmp" / "half").write_bytes(b"bo")

    assert store.list("") == [KEY]


@pytest.mark.parametrize("key", ["", "/a", "a//b", "a/", "../a", "a/../b", "./a", ".tmp/a", "a/."])
def test_a_key_that_could_leave_the_root_is_refused(key: str, tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)

    with pytest.raises(ValueError, match="not a key"):
        store.put_if_absent(key, b"", {})
    with pytest.raises(ValueError, match="not a key"):
        store.get(key)


def test_old_temporaries_are_removed_and_young_ones_are_not(tmp_path: Path) -> None:
    directory = tmp_path / ".tmp"
    directory.mkdir()
    for name, age_seconds in (("old", 3700), ("young", 60)):
        (directory / name).write_bytes(b"half")
        then = time.time() - age_seconds
        os.utime(directory / name, (then, then))

    DirectoryStore(tmp_path).put_if_absent(KEY, b"body", {})

    assert temporaries(tmp_path) == ["young"]


@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_failing_disk_is_a_store_error_and_leaves_nothing(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DirectoryStore(tmp_path)
    store.put_if_absent("a/first", b"", {})

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(StoreError, match="No space left"):
            store.put_if_absent(KEY, b"body", {})

    assert store.list("executions/") == []
    assert temporaries(tmp_path) == []
    assert store.put_if_absent(KEY, b"body", {})


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_directory_that_may_not_be_written_needs_a_person(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", refused)
        with pytest.raises(AccessDeniedError, match=os.strerror(number)):
            DirectoryStore(tmp_path).put_if_absent(KEY, b"body", {})


@pytest.mark.parametrize("call", ["fsync", "link", "unlink"])
def test_a_process_that_dies_at_any_call_leaves_a_whole_object_or_none(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class DeathError(BaseException):
        """Die as by SIGKILL: `unlink` fails too, so no `finally` cleans up."""

    def die(*_: object, **__: object) -> None:
        raise DeathError

    DirectoryStore(tmp_path).put_if_absent("a/first", b"", {})
    with monkeypatch.context() as patch:
        patch.setattr(os, call, die)
        patch.setattr(os, "unlink", die)
        with pytest.raises(DeathError):
            DirectoryStore(tmp_path).put_if_absent(KEY, b"body", {})

    after = DirectoryStore(tmp_path)
    if after.list("executions/"):
        assert after.get(KEY) == b"body"
        assert not after.put_if_absent(KEY, b"body", {})
    else:
        assert after.put_if_absent(KEY, b"body", {})
