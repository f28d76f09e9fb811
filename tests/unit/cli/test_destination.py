from pathlib import Path

import pytest

from studio_export.errors import ConfigurationError
from studio_export_cli.destination import open_destination

_AWS = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in _AWS.items():
        monkeypatch.setenv(name, value)


def test_a_directory_contains_its_checkpoints(tmp_path: Path) -> None:
    destination = open_destination(str(tmp_path / "export"), None, {}, 4)
    destination.checkpoints.release("FW" + "0" * 32, "holder")
    assert (tmp_path / "export/.studio-export/checkpoints.sqlite3").is_file()
    assert destination.local


def test_opening_a_directory_creates_nothing(tmp_path: Path) -> None:
    open_destination(str(tmp_path / "export"), None, {}, 4)
    assert list(tmp_path.iterdir()) == []


def test_a_dataset_in_s3_keeps_its_checkpoints_with_the_users_state(tmp_path: Path) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path)}
    destination = open_destination("s3://bucket/some/prefix/", None, env, 4)
    destination.checkpoints.release("FW" + "0" * 32, "holder")
    assert destination.name == "s3://bucket/some/prefix"
    assert (tmp_path / "studio-export/checkpoints.sqlite3").is_file()
    assert not destination.local


@pytest.mark.parametrize(
    "to", ["s3://bucket", "s3://bucket/", "s3://B/x", "s3://bucket/a b", "gs://bucket/x"]
)
def test_a_malformed_dataset_is_refused(to: str) -> None:
    with pytest.raises(ConfigurationError, match="--to"):
        open_destination(to, None, {}, 4)


def test_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ConfigurationError, match="is a file"):
        open_destination(str(file), None, {}, 4)


def test_a_malformed_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--checkpoints"):
        open_destination(str(tmp_path), "dynamodb:a b", {}, 4)


def test_aws_without_a_region_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _AWS:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(ConfigurationError, match="no region is set"):
        open_destination("s3://bucket/prefix", "dynamodb:table", {}, 4)
