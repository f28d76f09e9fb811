"""A process death while it writes a file: each object is whole, or absent."""

import os
import stat
from pathlib import Path

import pytest

from studio_export_cli.stores.directory import DirectoryStore

KEY = "executions/dt=2026-11-23/FW0-T14-00000.jsonl.gz"


class DeathError(BaseException):
    """A simulated SIGKILL: no `except Exception` catches it."""


def test_a_process_death_before_fsync_leaves_no_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def die_at_files(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise DeathError
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", die_at_files)
        with pytest.raises(DeathError):
            DirectoryStore(tmp_path).put_if_absent(KEY, b"whole", {})

    after = DirectoryStore(tmp_path)
    assert after.list("") == []
    assert after.put_if_absent(KEY, b"whole", {})
    assert after.get(KEY) == b"whole"
