"""`studio-export compact`: the final rows of a day in one object, instead of hundreds."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from studio_export.adapters.clock import SystemClock
from studio_export.compaction.compactor import Compactor
from studio_export.compaction.days import days_between
from studio_export.errors import ConfigurationError
from studio_export.settings import environment
from studio_export_cli import options
from studio_export_cli.compact.day_run import Compacting
from studio_export_cli.compact.parquet import Arrow, arrow
from studio_export_cli.compact.text import exit_code, json_line, lines, plan_lines
from studio_export_cli.destination import open_destination
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import To

_READS_AT_ONCE = 8


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("a date such as 2026-11-23") from error


def compact(  # noqa: PLR0913  each is an option
    to: To,
    *,
    day: Annotated[
        list[date] | None,
        typer.Option(parser=_date, metavar="DAY", help="A day (UTC); repeat it for more."),
    ] = None,
    since: Annotated[
        date | None,
        typer.Option("--from", parser=_date, metavar="DAY", help="This day and later ones."),
    ] = None,
    until: Annotated[
        date | None, typer.Option(parser=_date, metavar="DAY", help="Days before this one.")
    ] = None,
    parquet: Annotated[
        bool | None,
        typer.Option(help="As Parquet too.  [default: if the extra is installed]"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would compact, and write nothing.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for each day.")
    ] = False,
) -> None:
    asked = _asked(day or (), since, until)
    with options.told():
        destination = open_destination(to, None, environment(), _READS_AT_ONCE)
        compactor = Compactor(destination.store, SystemClock(), _READS_AT_ONCE)
        compacting = Compacting(compactor, _library(parquet), destination.name)
        if dry_run:
            for line in plan_lines(compacting.plan(asked)):
                typer.echo(line)
            return
        results = interruptible(lambda: compacting.run(asked))
    for said in map(json_line, results) if as_json else lines(results):
        typer.echo(said)
    for result in results:
        if result.error:
            options.complain(result.error)
    raise typer.Exit(exit_code(results, must=map(str, day or ())))


def _library(wanted: bool | None) -> Arrow | None:  # noqa: FBT001  an option's three values
    if wanted is False:
        return None
    library = arrow()
    if wanted and library is None:
        raise ConfigurationError("--parquet needs pyarrow, which the extra 'parquet' installs")
    return library


def _asked(days: Sequence[date], since: date | None, until: date | None) -> list[str] | None:
    """The days of the options; None for whatever is due."""
    if days and (since or until):
        raise typer.BadParameter("--day and --from or --until exclude each other")
    if bool(since) != bool(until):
        raise typer.BadParameter("--from and --until belong together")
    if since and until:
        if since >= until:
            raise typer.BadParameter("--from must lie before --until")
        return days_between(since, until)
    return sorted({str(each) for each in days}) or None
