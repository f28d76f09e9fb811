import errno
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio_export.errors import AccessDeniedError, StoreError, StoreUnusableError
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


def failing(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


UNUSABLE = (
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EXDEV, errno.ENOTSUP, errno.ENOSYS),
    *(errno.EMLINK, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EFBIG, errno.ELOOP),
)


@pytest.mark.parametrize(
    ("number", "error"),
    [(errno.EIO, StoreError), *((number, StoreUnusableError) for number in UNUSABLE)],
    ids=lambda each: errno.errorcode.get(each, "") if isinstance(each, int) else None,
)
@pytest.mark.parametrize("call", ["link", "fsync"])
def test_a_failing_disk_says_whether_to_try_again_and_leaves_nothing(
    call: str,
    number: int,
    error: type[Exception],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = DirectoryStore(tmp_path)
    store.put_if_absent("a/first", b"", {})

    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(number))
        if call == "fsync" and number in {errno.ENOTSUP, errno.ENOSYS}:
            patch.setattr(os, "link", failing(number))
        with pytest.raises(error, match=os.strerror(number)) as caught:
            store.put_if_absent(KEY, b"body", {})

    assert type(caught.value) is error
    assert store.list("executions/") == []
    assert temporaries(tmp_path) == []
    assert store.put_if_absent(KEY, b"body", {})


@pytest.mark.parametrize(
    "number",
    [errno.EPERM, errno.ENOTSUP, errno.EXDEV, errno.ENOSYS, errno.EMLINK],
    ids=errno.errorcode.get,
)
def test_a_file_system_without_hard_links_is_named(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", failing(number))
    with pytest.raises(StoreUnusableError, match="hard link"):
        DirectoryStore(tmp_path).put_if_absent(KEY, b"body", {})


@pytest.mark.parametrize("call", ["list", "put"])
def test_a_name_that_is_too_long_is_no_reason_to_try_again(call: str, tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / ("d" * 300))
    with pytest.raises(StoreUnusableError, match="shorter path"):
        store.list("") if call == "list" else store.put_if_absent(KEY, b"", {})


def test_a_root_below_a_file_is_no_reason_to_try_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnusableError, match="part of the path is a file"):
        DirectoryStore(tmp_path / "file" / "studio").put_if_absent(KEY, b"", {})


def test_a_directory_that_cannot_be_synced_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def no_directories(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            failing(errno.EINVAL)()
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", no_directories)
    assert DirectoryStore(tmp_path).put_if_absent(KEY, b"body", {})
    assert not DirectoryStore(tmp_path).put_if_absent(KEY, b"body", {})


@pytest.mark.parametrize("call", ["unlink", "listdir"])
def test_temporaries_that_cannot_be_removed_are_no_failure(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / ".tmp"
    directory.mkdir()
    (directory / "old").write_bytes(b"half")
    os.utime(directory / "old", (0, 0))
    real = getattr(os, call)

    def refuse(path: object, *rest: Any, **named: Any) -> Any:
        if call == "unlink" or "old" in str(path) or str(path).endswith(".tmp"):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        return real(path, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse)
        assert DirectoryStore(tmp_path).put_if_absent(KEY, b"body", {})

    assert DirectoryStore(tmp_path).get(KEY) == b"body"


def test_a_folder_on_another_disk_is_an_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DirectoryStore(tmp_path)
    assert store.obstacle("executions/") is None
    store.put_if_absent(KEY, b"body", {})
    assert store.obstacle("executions/") is None

    monkeypatch.setattr(Path, "is_mount", lambda path: path.name == "executions")
    assert "on another disk" in str(store.obstacle("executions/"))


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_directory_that_may_not_be_written_needs_a_person(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", failing(number))
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
