"""What surrounds the command (streams, encodings, the home directory) leads to no traceback."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tools.devkit.program import STUDIO_EXPORT


def _command(
    *arguments: object, env: Mapping[str, str] | None = None, **more: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own, with the streams as given."""
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    return subprocess.run(
        [*STUDIO_EXPORT, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(env or {})},
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=60,
        **streams,
    )


def _assert_one_line(stderr: bytes, *words: bytes) -> None:
    assert stderr.count(b"\n") == 1, stderr
    assert b"Traceback" not in stderr
    assert stderr.startswith(b"studio-export: ")
    assert all(word in stderr for word in words), stderr


def test_a_full_stdout_is_one_line_and_what_was_done_is_kept(to: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = _command("run", "--to", to, stdout=full)
    assert done.returncode == 3
    _assert_one_line(done.stderr, b"cannot write to stdout", b"No space left on device")
    assert _command("status", "--to", to).returncode == 0


def test_a_reader_that_went_away_is_one_line(to: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = _command("run", "--to", to, "--json", stdout=write)
    os.close(write)
    assert done.returncode == 3
    _assert_one_line(done.stderr, b"cannot write to stdout", b"Broken pipe")


def test_a_full_stdout_cannot_take_the_help_either() -> None:
    with Path("/dev/full").open("wb") as full:
        for arguments in (("--help",), ("--version",), ("run", "--help")):
            done = _command(*arguments, stdout=full)
            assert done.returncode == 3, arguments
            _assert_one_line(done.stderr, b"No space left on device")


@pytest.mark.parametrize("stream", [1, 2])
def test_a_stream_that_is_closed_stops_no_export(to: Path, stream: int) -> None:
    done = _command("run", "--to", to, preexec_fn=lambda: os.close(stream))
    assert done.returncode == (3 if stream == 1 else 0)
    assert b"Traceback" not in done.stderr
    assert _command("status", "--to", to, preexec_fn=lambda: os.close(stream)).returncode in {0, 3}
    assert _command("status", "--to", to).returncode == 0


def test_a_full_stderr_changes_no_exit_code(to: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        assert _command("status", "--to", to, stderr=full).returncode == 2
        assert _command("run", "--to", to, stderr=full).returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_a_terminal_that_is_no_utf8_shows_escapes(to: Path, encoding: str) -> None:
    env = {"PYTHONIOENCODING": encoding}
    assert _command("run", "--help", env=env).returncode == 0
    assert _command("run", "--to", to, env=env).returncode == 0
    assert _command("verify", "--to", to, "--since", "2000-01-01", "--until", "2000-01-02", env=env)
    report = _command("report", "--to", to, "--out", to.parent / "…", env=env)
    assert report.returncode == 0, report.stderr


def test_a_dataset_whose_name_is_no_utf8_is_exported_and_reported(to: Path) -> None:
    dataset = os.fsdecode(os.fsencode(to) + b"-\xff")
    for arguments in (("run",), ("status",), ("report", "--out", f"{dataset}-report")):
        done = _command(*arguments, "--to", dataset)
        assert done.returncode == 0, done.stderr


def test_a_terminal_shows_a_bar_and_removes_it(to: Path) -> None:
    ours, terminal = os.openpty()
    done = _command("run", "--to", to, stderr=terminal, env={"TERM": "xterm"})
    os.close(terminal)
    shown = os.read(ours, 1 << 16)
    os.close(ours)
    assert done.returncode == 0
    assert b"100%" in shown
    assert shown.endswith(b"\x1b[2K")  # the line is erased


def test_a_file_shows_no_bar(to: Path, tmp_path: Path) -> None:
    with (tmp_path / "stderr").open("wb") as file:
        done = _command("run", "--to", to, stderr=file, env={"FORCE_COLOR": "1"})
    assert done.returncode == 0
    assert (tmp_path / "stderr").read_bytes() == b""
