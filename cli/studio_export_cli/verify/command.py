"""`studio-export verify`: compare what Twilio lists with what lies there."""

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
from studio_export_cli import options, output
from studio_export_cli.destination import Destination
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import (
    AsJson,
    BaseUrl,
    Concurrency,
    Flow,
    From,
    Patience,
    To,
    Until,
)
from studio_export_cli.parallel import side_by_side
from studio_export_cli.session import credentials, understood
from studio_export_cli.verify import text
from studio_export_cli.verify.comparison import DayReport, Verifier, days
from studio_export_cli.verify.deadlines import Schedule

_FLOWS_SECONDS = 600.0


def verify(  # noqa: PLR0913  each is an option
    context: typer.Context,
    to: To,
    since: From,
    until: Until,
    *,
    flow: Flow = None,
    patience: Patience = None,
    concurrency: Concurrency = None,
    base_url: BaseUrl = None,
    as_json: AsJson = False,
) -> None:
    clock = options.clock(context)
    span = options.parse_listed_range(since, until, clock.now()).span
    chosen = options.variables(flow, concurrency, base_url)
    with options.told(chosen):
        destination, studio = understood(to, None, chosen, environment())
        if destination.local and not Path(to).is_dir():
            raise ConfigurationError(f"nothing is exported to {to}")
        reports = interruptible(
            partial(
                _reports,
                destination,
                studio,
                span,
                Schedule(studio.scale, options.patience_seconds(patience)),
                clock,
            )
        )
    options.show(text.lines(reports), text.as_json(reports) if as_json else None)
    if text.found_in(reports):
        raise typer.Exit(output.FAILED)


def _reports(
    destination: Destination,
    studio: StudioSettings,
    span: Span,
    schedule: Schedule,
    clock: Clock,
) -> Sequence[DayReport]:
    """A report for each Flow and day, so many at once as requests may be in flight."""
    source = TwilioHttp(studio.base_url, credentials(studio), clock, studio.concurrency)
    verifier = Verifier(source, destination.store, clock, schedule)
    sids = studio.flow_sids or listing.list_flows(source, clock.monotonic() + _FLOWS_SECONDS).sids
    work = [(sid, day) for sid in sids for day in days(span)]
    return side_by_side(
        lambda each: verifier.compare(*each), work, studio.concurrency, "days compared"
    )
