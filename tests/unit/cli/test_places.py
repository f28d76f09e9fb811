"""A place that cannot have been meant, or cannot be used, is refused before anything is done."""

import errno
import os
from pathlib import Path

import pytest

from studio_export.errors import AccessDeniedError, ConfigurationError
from studio_export_cli.destination import open_destination
from studio_export_cli.places import check_directory, check_file, translated

_NOT_PLACES = [
    "",
    "  ",
    "s3:/bucket/x",
    "s3:bucket/x",
    "s3//bucket/x",
    "S3://bucket/x",
    "gs://bucket/x",
    "az:container/x",
    "file:///srv/studio",
    "https://bucket.s3.amazonaws.com/x",
    "arn:aws:s3:::bucket",
    "C:\\studio",
    "~/studio",
    "~someone/studio",
    "$HOME/studio",
    " s3://bucket/x",
    "./studio\n",
    "./stu\u200bdio",
]


@pytest.mark.parametrize("to", _NOT_PLACES)
def test_what_is_no_directory_and_no_prefix_is_refused_with_the_form_of_both(to: str) -> None:
    with pytest.raises(ConfigurationError, match="Give a directory or s3://BUCKET/PREFIX"):
        open_destination(to, None, {}, 1)


@pytest.mark.parametrize("checkpoints", _NOT_PLACES)
def test_checkpoints_are_refused_by_the_same_rule(tmp_path: Path, checkpoints: str) -> None:
    for to in (str(tmp_path / "export"), "s3://bucket/prefix"):
        with pytest.raises(ConfigurationError, match="Give dynamodb:TABLE or a file"):
            open_destination(to, checkpoints, {"XDG_STATE_HOME": str(tmp_path)}, 1)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_with_a_colon_or_a_space_is_a_directory(tmp_path: Path) -> None:
    for name in ("a:b", "a b", "äöü", "…"):
        assert open_destination(str(tmp_path / name), None, {}, 1).local


def test_a_path_that_no_directory_can_have_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "unplugged").symlink_to(tmp_path / "disk")
    for path, why in [
        (file, "is a file"),
        (file / "a" / "b", f"is below the file {file}"),
        (tmp_path / ("d" * 300), "name too long"),
        (tmp_path / "loop", "symbolic links"),
        (tmp_path / "unplugged" / "studio", "leads nowhere"),
    ]:
        with pytest.raises(ConfigurationError, match=f"(?i){why}"):
            check_directory("--to", path)


def test_a_directory_is_no_file_of_checkpoints(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    check_file("--checkpoints", tmp_path / "file")
    check_file("--checkpoints", tmp_path / "new" / "file")
    for path in (tmp_path, tmp_path / "file" / "below"):
        with pytest.raises(ConfigurationError, match="Give a file"):
            check_file("--checkpoints", path)


def test_a_relative_path_needs_a_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(ConfigurationError, match="--to studio"):
        check_directory("--to", Path("studio"))
    check_directory("--to", tmp_path)


def test_a_relative_home_for_state_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="XDG_STATE_HOME 'state' is not absolute"):
        open_destination("s3://bucket/prefix", None, {"XDG_STATE_HOME": "state"}, 1)


def test_a_user_without_a_home_learns_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> None:
        raise KeyError("uid not found")

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)
    with pytest.raises(ConfigurationError, match="XDG_STATE_HOME"):
        open_destination("s3://bucket/prefix", None, {}, 1)


def test_a_name_that_is_no_utf8_is_a_name(tmp_path: Path) -> None:
    name = os.fsdecode(b"studio-\xff")
    checkpoints = str(tmp_path / "checkpoints")
    destination = open_destination(str(tmp_path / name), checkpoints, {}, 1)
    destination.checkpoints.release("FW" + "0" * 32, "owner")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC])
def test_what_the_file_system_refuses_is_a_refusal(number: int) -> None:
    error = translated(OSError(number, os.strerror(number), "/srv/x"))
    assert isinstance(error, AccessDeniedError)
    assert str(error).startswith(f"cannot use /srv/x: {os.strerror(number)}. ")


def test_any_other_fault_of_a_file_is_a_place_that_cannot_be() -> None:
    for error in (OSError(errno.ENAMETOOLONG, "File name too long", b"/srv/x"), OSError("odd")):
        assert isinstance(translated(error), ConfigurationError)
