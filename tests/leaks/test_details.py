"""Steps, Contexts and Flow revisions: no value of a Context leaves Twilio unless it is named."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from isal import isal_zlib
from typer.testing import CliRunner

from simulator.personal import MESSAGE, PERSONAL, PIN, SECRETS
from simulator.server import StudioServer
from simulator.studio import Studio
from simulator.traffic import Traffic, fill
from studio_export_cli.app import app
from tests.leaks.sinks import Sinks

ALL = "executions,steps,contexts,flow-revisions"


@pytest.fixture
def to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    studio = Studio(lambda: datetime.now(UTC))
    now = studio.clock()
    fill(studio.add_flow(), 60, now - timedelta(days=1), now, Traffic())
    key, secret = studio.account.api_key
    with StudioServer(studio) as server:
        for name, value in {
            "TWILIO_API_KEY": key,
            "TWILIO_API_SECRET": secret,
            "STUDIO_BASE_URL": server.url,
            "LOOKBACK_DAYS": "2",
        }.items():
            monkeypatch.setenv(name, value)
        yield tmp_path / "export"


def export(to: Path) -> str:
    """Export all, and a second time when everything seems older than it must be."""
    outputs = [_run(to)]
    an_hour_ago = time.time() - 3601
    for path in to.rglob("*.gz"):
        os.utime(path, (an_hour_ago, an_hour_ago))
    return "".join((*outputs, _run(to)))


def _run(to: Path) -> str:
    result = CliRunner().invoke(app, ["run", "--to", str(to), "--datasets", ALL, "--json"])
    assert result.exit_code == 0, result.output
    return result.output


def lines_in(to: Path, folder: str) -> bytes:
    return b"".join(
        isal_zlib.decompress(path.read_bytes(), wbits=31)
        for path in sorted((to / folder).rglob("*.gz"))
    )


def test_by_default_no_value_of_a_context_is_kept_or_printed(
    to: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sinks = Sinks({**PERSONAL, **SECRETS}, capfd)
    with sinks.capture_output():
        sinks.add("output", export(to))
    for folder in ("steps", "contexts", "flow-revisions", "done"):
        sinks.add(folder, lines_in(to, folder))
    marks = [path.read_bytes() for path in (to / "done").rglob("*.json")]
    sinks.add("marks", b"".join(marks))
    sinks.add("file names", [str(path) for path in to.rglob("*")])

    assert sinks.caught() == []
    assert all(sinks.places[folder] for folder in ("steps", "contexts", "flow-revisions", "marks"))


def test_a_named_value_is_kept_and_no_other(
    to: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONTEXT_VALUES", "widgets.*.inbound.Body")
    export(to)
    sinks = Sinks(PERSONAL, capfd)
    sinks.add("contexts", lines_in(to, "contexts"))
    assert {each.partition(" in ")[0] for each in sinks.caught()} == {"message body"}
    assert MESSAGE.encode() in lines_in(to, "contexts")


def test_all_values_are_kept_where_the_setting_says_so(
    to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTEXT_VALUES", "*")
    export(to)
    assert PIN.encode() in lines_in(to, "contexts")
