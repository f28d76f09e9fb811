"""The command prints no private value, and writes none except in lines."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from isal import isal_zlib
from typer.testing import CliRunner

from simulator.faults import Fault, Kind
from simulator.server import StudioServer
from studio_export_cli.app import app
from tests.leaks.canaries import (
    API_KEY,
    API_SECRET,
    BODY,
    NUMBER,
    PRIVACY_KEY,
    CanaryStudio,
    canary_studio,
)
from tests.leaks.sinks import Sinks

# The Studio's Executions are an hour old, and each day of the range is a request.
RANGE = ("--since", f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}", "--until", "2100-01-01")
COMMANDS = [
    *(("run", "--json"), ("status",), ("status", "--json"), ("verify", *RANGE)),
    *(("doctor",), ("doctor", "--json"), ("compact",), ("report",)),
    ("find-contact", "--contact", f"+1{NUMBER}"),
    ("find-contact", "--contact", BODY, "--json"),
    ("replay", *RANGE, "--dry-run"),
]
# Faults that end a run at once; the tests of the handler cover the others.
FAULTS = [
    *(Kind.UNAUTHORIZED, Kind.SUSPENDED, Kind.NO_PERMISSION, Kind.NOT_FOUND, Kind.HTML_PAGE),
    *(Kind.WRONG_KEY, Kind.NOT_A_LIST, Kind.REDIRECT, Kind.URL_CYCLE, Kind.FOREIGN_HOST),
]


@pytest.fixture
def studio() -> CanaryStudio:
    return canary_studio()


@pytest.fixture
def to(studio: CanaryStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with StudioServer(studio) as server:
        for name, value in {
            "TWILIO_API_KEY": API_KEY,
            "TWILIO_API_SECRET": API_SECRET,
            "TWILIO_SECRET_ID": "",
            "STUDIO_BASE_URL": server.url,
            "PRIVACY_KEY": PRIVACY_KEY,
            "LOOKBACK_DAYS": "1",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)  # where the report goes
        yield tmp_path / "export"


def run(sinks: Sinks, *arguments: object) -> int:
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    sinks.add("output of the command", result.output)
    sinks.add_error("errors", result.exception)
    return result.exit_code


def leaked(sinks: Sinks) -> list[str]:
    """Return what was found; a person may read the name of a Flow on the terminal alone."""
    shown = "name of a Flow in output of the command"
    return [each for each in sinks.caught() if not each.startswith(shown)]


def left_by(to: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the files of the dataset: those with lines, and the others."""
    data: dict[str, bytes] = {}
    others: dict[str, bytes] = {}
    for path in (path for path in to.rglob("*") if path.is_file()):
        name = str(path.relative_to(to))
        of_lines = name.startswith(("executions", "rejected", "daily"))
        (data if of_lines else others)[name] = path.read_bytes()
    return data, others


def test_no_command_prints_or_leaves_private_values(
    studio: CanaryStudio, to: Path, sinks: Sinks
) -> None:
    with sinks.capture_output():
        assert run(sinks, "run", "--to", to) == 1  # a record was rejected
        for fault in FAULTS:
            studio.faults.on(Fault(fault), Fault(Kind.PAGE_SIZE, value=3))
            assert run(sinks, "replay", "--to", to, *RANGE) != 0, fault
            run(sinks, "verify", "--to", to, *RANGE)
            studio.faults.off()
        for command in COMMANDS:
            assert run(sinks, command[0], "--to", to, *command[1:]) in {0, 1}, command

    data, others = left_by(to)
    sinks.add("file names", [*data, *others])
    sinks.add("other files", b"".join(others.values()))
    assert leaked(sinks) == []
    assert others
    assert any(NUMBER.encode() in body for name, body in data.items() if "rejected" in name)


def test_the_command_honours_the_privacy_policy(
    to: Path, sinks: Sinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVACY", "contact_channel_address=hmac,context=drop")
    with sinks.capture_output():
        run(sinks, "run", "--to", to)

    data, _ = left_by(to)
    sinks.add("objects", b"".join(map(unpacked, data.values())))
    assert leaked(sinks) == []


def unpacked(body: bytes) -> bytes:
    return isal_zlib.decompress(body, wbits=31) if body[:2] == b"\x1f\x8b" else body
