"""`studio-export status`: show how far the export is, and what is late."""

import sys
from datetime import datetime
from functools import partial
from typing import Annotated, NamedTuple

import typer

from studio_export.detail_settings import DetailSettings, read_details
from studio_export.errors import AccessDeniedError, ConfigurationError
from studio_export.settings import environment, flow_sids
from studio_export_cli import exit_codes, options
from studio_export_cli.destination import Destination, open_destination
from studio_export_cli.flow_names import FlowNames
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import interruptible
from studio_export_cli.name_sources import stored_names
from studio_export_cli.options import AsJson, Checkpoints, Flow, Grace, To
from studio_export_cli.printing import print_errors, print_lines
from studio_export_cli.status import dataset_text, text
from studio_export_cli.status.dataset_status import DatasetStatus, dataset_statuses
from studio_export_cli.status.flow_status import FlowStatus, statuses


class _Status(NamedTuple):
    """`refusal`: why the objects of other datasets cannot be listed; empty if they were."""

    flows: list[FlowStatus]
    names: FlowNames
    datasets: list[DatasetStatus]
    refusal: str = ""

    @property
    def ok(self) -> bool:
        return all(each.ok for each in self.flows) and all(each.ok for each in self.datasets)


def command(  # noqa: PLR0913  each is an option
    context: typer.Context,
    to: To,
    *,
    flow: Flow = None,
    checkpoints: Checkpoints = None,
    with_ages: Annotated[
        bool, typer.Option("--ages", help="Show how far each age of each Flow is listed.")
    ] = False,
    count: Annotated[
        bool | None,
        typer.Option(help="Read every object and count lines.  [default: only in a directory]"),
    ] = None,
    grace: Grace = None,
    as_json: AsJson = False,
) -> None:
    chosen = options.variables(flow)
    with options.exit_on_error(chosen):
        env = environment()
        destination = open_destination(to, checkpoints, env, concurrency=1)
        heartbeat = Heartbeat()
        work = partial(
            _read,
            destination,
            options.clock(context).now().replace(microsecond=0),
            read_details(env),
            flow_sids({"FLOW_SIDS": chosen["FLOW_SIDS"] or ""}),
            grace_seconds=options.grace_seconds(grace),
            count=destination.local if count is None else count,
        )
        status = interruptible(work, heartbeat.beat)
        if not status.flows:
            raise ConfigurationError(
                f"nothing is exported to {to}, or its checkpoints are elsewhere."
                " Give the --to of an export, and the --checkpoints of its runs."
            )
    _print(status, with_ages=with_ages, as_json=as_json)
    if not status.ok:
        raise typer.Exit(exit_codes.FAILED)


def _read(  # noqa: PLR0913  all that the options say
    destination: Destination,
    now: datetime,
    details: DetailSettings | None,
    sids: tuple[str, ...],
    *,
    grace_seconds: int,
    count: bool,
) -> _Status:
    flows = statuses(destination, now, grace_seconds=grace_seconds, count=count, flow_sids=sids)
    names = stored_names(destination.store).only(flow.flow_sid for flow in flows)
    try:
        return _Status(flows, names, dataset_statuses(destination.store, now, details, sids))
    except AccessDeniedError as error:
        if details:
            raise
        # Who may read the checkpoints alone still sees what they show.
        return _Status(flows, names, [], str(error))


def _print(status: _Status, *, with_ages: bool, as_json: bool) -> None:
    flows, names, datasets = status.flows, status.names, status.datasets
    whole = {
        **text.as_json(flows, names),
        "ok": status.ok,
        "datasets": None if status.refusal else dataset_text.as_json(datasets),
    }
    print_lines(
        (
            *text.lines(flows, names, with_ages=with_ages, levels=_levels()),
            *dataset_text.lines(datasets),
            *dataset_text.refusal_lines(status.refusal),
        ),
        whole if as_json else None,
    )
    print_errors((*text.problems(flows, names), *dataset_text.problems(datasets)))


def _levels() -> str:
    stdout = sys.stdout  # None if the process was started with it closed
    unicode = stdout is not None and (stdout.encoding or "").lower().startswith("utf")
    return text.BLOCKS if unicode and stdout.isatty() else text.PLAIN
