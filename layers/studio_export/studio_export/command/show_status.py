"""`studio-export status`: what is exported so far."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from studio_export.command import options, status
from studio_export.command.destination import open_destination
from studio_export.command.options import Checkpoints, To
from studio_export.errors import ConfigurationError
from studio_export.settings import environment


def show_status(
    to: To,
    *,
    checkpoints: Checkpoints = None,
    count: Annotated[
        bool | None,
        typer.Option(help="Read every object to count lines.  [default: of a directory, yes]"),
    ] = None,
) -> None:
    with options.told():
        destination = open_destination(to, checkpoints, environment(), concurrency=1)
        counted = destination.local if count is None else count
        flows = status.statuses(destination, datetime.now(UTC), count=counted)
        if not flows:
            raise ConfigurationError(f"nothing is exported to {to}")
        for line in status.table(flows):
            typer.echo(line)
