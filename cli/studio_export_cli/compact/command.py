"""`studio-export compact`: copy the final rows of a day of each dataset into one object."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from studio_export.adapters.clock import SystemClock
from studio_export.compaction.compaction_run import dataset_of
from studio_export.compaction.compactor import Compactor
from studio_export.compaction.days import days_between
from studio_export.detail_settings import read_folders
from studio_export.env_values import Environment
from studio_export.errors import ConfigurationError
from studio_export.log.keys import EXECUTIONS
from studio_export.log.part_keys import COMPACTED
from studio_export.settings import environment
from studio_export_cli import options
from studio_export_cli.compact.day_run import DayCompaction
from studio_export_cli.compact.parquet import Arrow, arrow
from studio_export_cli.compact.text import exit_code, json_line, lines, plan_lines
from studio_export_cli.destination import open_destination
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import To
from studio_export_cli.printing import print_error, print_lines

_CONCURRENCY = 8


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not a date. Give a date such as 2026-11-23."
        ) from error


def command(  # noqa: PLR0913  each is an option
    to: To,
    *,
    day: Annotated[
        list[date] | None,
        typer.Option(parser=_date, metavar="DAY", help="A day (UTC); repeat the option for more."),
    ] = None,
    since: Annotated[
        date | None,
        typer.Option(parser=_date, metavar="DAY", help="Compact this day and later days."),
    ] = None,
    until: Annotated[
        date | None, typer.Option(parser=_date, metavar="DAY", help="Compact days before this one.")
    ] = None,
    parquet: Annotated[
        bool | None,
        typer.Option(help="Write Parquet too.  [default: if pyarrow is installed]"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the days to compact, and write nothing.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for each day.")
    ] = False,
) -> None:
    requested = _requested_days(day or (), since, until)
    with options.exit_on_error():
        env = environment()
        destination = open_destination(to, None, env, _CONCURRENCY)
        compactors = [
            Compactor(destination.store, SystemClock(), _CONCURRENCY, dataset=dataset_of(folder))
            for folder in _folders(env)
        ]
        heartbeat = Heartbeat()
        compaction = DayCompaction(compactors, _library(parquet), destination.name, heartbeat)
        if dry_run:
            plan = interruptible(lambda: compaction.plan(requested), heartbeat.beat)
            print_lines(plan_lines(plan))
            return
        results = interruptible(lambda: compaction.run(requested), heartbeat.beat)
    print_lines(map(json_line, results) if as_json else lines(results))
    for result in results:
        if result.error:
            print_error(result.error)
    raise typer.Exit(exit_code(results, required=map(str, day or ())))


def _folders(env: Environment) -> list[str]:
    """Return the folders of the datasets that `DATASETS` names, or else of all."""
    named = (EXECUTIONS, *read_folders(env)) if env.get("DATASETS") else COMPACTED
    return [folder for folder in COMPACTED if folder in named]


def _library(wanted: bool | None) -> Arrow | None:  # noqa: FBT001  an option's three values
    if wanted is False:
        return None
    library = arrow()
    if wanted and library is None:
        raise ConfigurationError(
            "--parquet needs pyarrow, which is not installed."
            " Run: pip install 'studio-export[parquet]'"
        )
    return library


def _requested_days(
    days: Sequence[date], since: date | None, until: date | None
) -> list[str] | None:
    """Return the days that the options name; None for the days that are due."""
    if days and (since or until):
        raise typer.BadParameter("Give either --day, or --since and --until.")
    if bool(since) != bool(until):
        raise typer.BadParameter("--since and --until need each other. Give both.")
    if since and until:
        if since >= until:
            raise typer.BadParameter("--since is not before --until. Give an earlier --since.")
        return days_between(since, until)
    return sorted({str(each) for each in days}) or None
