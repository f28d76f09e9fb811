"""`studio-export report`: one page of pictures about a range, for people."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from studio_export.errors import ConfigurationError
from studio_export.model import Span
from studio_export.settings import environment
from studio_export_cli import options
from studio_export_cli.destination import Destination, open_destination
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import Checkpoints, Patience, To, patience_seconds
from studio_export_cli.report.activity import Heard, read_activity
from studio_export_cli.report.page import Report, page
from studio_export_cli.report.raster import plot, png
from studio_export_cli.status.flow_status import statuses

_READS_AT_ONCE = 8
_DAYS = timedelta(days=30)


def make_report(  # noqa: PLR0913  each is an option
    to: To,
    *,
    since: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="INSTANT", help="Created at or after it.  [default: 30 days ago]"
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="Created before it.  [default: now]"),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write it.")] = Path("report"),
    checkpoints: Checkpoints = None,
    patience: Patience = None,
    pictures: Annotated[
        bool | None,
        typer.Option(
            "--png/--no-png",
            help="A PNG of each picture too.  [default: if matplotlib is installed]",
        ),
    ] = None,
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    span = _span(since, until, now)
    with options.told():
        if pictures and not plot():
            raise ConfigurationError("--png needs matplotlib, which the extra 'report' installs")
        destination = open_destination(to, checkpoints, environment(), _READS_AT_ONCE)
        with _reading() as heard:
            report = interruptible(
                lambda: read_report(destination, span, now, heard, patience_seconds(patience))
            )
        try:
            written = write(report, out, pictures=pictures is not False)
        except OSError as error:
            raise ConfigurationError(f"--out {out} cannot be written: {error}") from error
    for path in written:
        typer.echo(path)


def read_report(
    destination: Destination,
    span: Span,
    now: datetime,
    heard: Heard = lambda _done, _of: None,
    patience: int = 3600,
) -> Report:
    """What there is to say.

    Raises:
        ConfigurationError: nothing is exported there in this range.
        StudioExportError: as the store and the checkpoints raise them.
    """
    activity = read_activity(destination.store, span, _READS_AT_ONCE, heard)
    if not activity.executions:
        raise ConfigurationError(f"nothing of that range is exported to {destination.name}")
    flows = statuses(destination, now, patience_seconds=patience, count=False)
    return Report(activity, flows, destination.name, now)


def write(report: Report, out: Path, *, pictures: bool) -> list[Path]:
    """The page, and its pictures if they are wanted and can be drawn."""
    out.mkdir(parents=True, exist_ok=True)
    files = {out / "report.html": page(report).encode()}
    library = plot() if pictures else None
    if library:
        files |= {out / f"{each.name}.png": png(library, each) for each in report.drawings}
    for path, body in files.items():
        path.write_bytes(body)
    return list(files)


def _span(since: str | None, until: str | None, now: datetime) -> Span:
    stop = until or now.isoformat()
    start = since or (now - _DAYS).replace(hour=0, minute=0, second=0).isoformat()
    return options.parse_range(start, stop, now).span


@contextmanager
def _reading() -> Iterator[Heard]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done, _of: None
        return
    with console.status("reading") as status:
        yield lambda done, of: status.update(f"{done:,} of {of:,} objects")
