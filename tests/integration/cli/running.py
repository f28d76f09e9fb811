"""Run the command in this process, and compare its lines with the simulated Studio."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner, Result

from simulator.account import Flow
from studio_export.log.reader import decode
from studio_export.twilio.record import ENDED
from studio_export_cli.app import app
from studio_export_cli.stores.directory import DirectoryStore


def run(
    *arguments: object, env: Mapping[str, str] | None = None, code: int | None = None
) -> Result:
    """Run the command; `code` is the exit code that it must have."""
    result = CliRunner().invoke(
        app, [str(each) for each in arguments], env=env, catch_exceptions=False
    )
    assert code in {None, result.exit_code}, result.output
    return result


def lines(to: Path) -> Counter[tuple[str, str | None]]:
    store = DirectoryStore(to)
    return Counter(line for key in store.list("executions/") for line in decode(store.get(key)))


def expected_lines(*flows: Flow) -> Counter[tuple[str, str | None]]:
    now = datetime.now(UTC)
    return Counter(
        (each.sid, ENDED if each.ended(now) else "active")
        for flow in flows
        for each in flow.executions
    )
