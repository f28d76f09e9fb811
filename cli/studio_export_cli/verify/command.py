"""`studio-export verify`: compare the export with Twilio's list."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import typer

from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.errors import ConfigurationError
from studio_export.model import Span
from studio_export.ports import Clock
from studio_export.settings import StudioSettings, environment
from studio_export.twilio import listing
from studio_export_cli import exit_codes, options
from studio_export_cli.destination import Destination
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import (
    AsJson,
    BaseUrl,
    Concurrency,
    Flow,
    Grace,
    Since,
    To,
    Until,
)
from studio_export_cli.parallel import map_concurrently
from studio_export_cli.printing import print_lines
from studio_export_cli.session import credentials, resolve
from studio_export_cli.verify import text
from studio_export_cli.verify.comparison import DayReport, Verifier, days
from studio_export_cli.verify.deadlines import Deadlines

_FLOWS_TIMEOUT_SECONDS = 600.0


def command(  # noqa: PLR0913  each is an option
    context: typer.Context,
    to: To,
    since: Since,
    until: Until,
    *,
    flow: Flow = None,
    grace: Grace = None,
    concurrency: Concurrency = None,
    base_url: BaseUrl = None,
    as_json: AsJson = False,
) -> None:
    clock = options.clock(context)
    span = options.parse_listed_range(since, until, clock.now()).span
    chosen = options.variables(flow, concurrency, base_url)
    with options.exit_on_error(chosen):
        destination, studio = resolve(to, None, chosen, environment())
        if destination.local and not Path(to).is_dir():
            raise ConfigurationError(f"nothing is exported to {to}. Give the --to of an export.")
        reports = interruptible(
            partial(
                _reports,
                destination,
                studio,
                span,
                Deadlines(studio.scale, options.grace_seconds(grace)),
                clock,
            )
        )
    print_lines(text.lines(reports), text.as_json(reports) if as_json else None)
    if text.found_in(reports):
        raise typer.Exit(exit_codes.FAILED)


def _reports(
    destination: Destination,
    studio: StudioSettings,
    span: Span,
    deadlines: Deadlines,
    clock: Clock,
) -> Sequence[DayReport]:
    """Compare each Flow and day, `STUDIO_CONCURRENCY` of them at a time."""
    source = TwilioHttp(studio.base_url, credentials(studio), clock, studio.concurrency)
    verifier = Verifier(source, destination.store, clock, deadlines)
    sids = (
        studio.flow_sids
        or listing.list_flows(source, clock.monotonic() + _FLOWS_TIMEOUT_SECONDS).sids
    )
    work = [(sid, day) for sid in sids for day in days(span)]
    compared = map_concurrently(
        lambda each: verifier.compare(*each), work, studio.concurrency, "Compare days"
    )
    return list(compared)
