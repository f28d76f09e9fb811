"""`studio-export verify`: compare the export with Twilio's list."""

from functools import partial
from pathlib import Path

import typer

from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.model import Span
from studio_export.settings import StudioSettings, environment
from studio_export.twilio import listing
from studio_export_cli import exit_codes, options
from studio_export_cli.destination import nothing_exported
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import (
    AsJson,
    BaseUrl,
    Concurrency,
    Flow,
    Grace,
    Proxy,
    Since,
    To,
    Until,
)
from studio_export_cli.parallel import map_concurrently
from studio_export_cli.printing import print_errors, print_lines
from studio_export_cli.session import GIVES_UP, credentials, resolve
from studio_export_cli.verify import text
from studio_export_cli.verify.comparison import Verification, Verifier, days
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
    proxy: Proxy = None,
    as_json: AsJson = False,
) -> None:
    clock = options.clock(context)
    span = options.parse_listed_range(since, until, clock.now()).span
    chosen = options.variables(flow, concurrency, base_url, proxy)
    with options.exit_on_error(chosen):
        destination, studio = resolve(to, None, chosen, environment())
        if destination.local and not Path(to).is_dir():
            raise nothing_exported(to)
        deadlines = Deadlines(studio.scale, options.grace_seconds(grace))
        heartbeat = Heartbeat(GIVES_UP)
        source = TwilioHttp(
            studio.base_url,
            credentials(studio),
            clock,
            studio.concurrency,
            proxy=studio.proxy,
            on_wait=heartbeat.on_wait,
        )
        verifier = Verifier(source, destination.store, clock, deadlines)
        verification = interruptible(
            partial(_verify, verifier, studio, span, heartbeat), heartbeat.beat
        )
    print_lines(text.lines(verification), text.as_json(verification) if as_json else None)
    print_errors(text.complaints(verification))
    if not verification.ok:
        raise typer.Exit(exit_codes.FAILED)


def _verify(
    verifier: Verifier, studio: StudioSettings, span: Span, heartbeat: Heartbeat
) -> Verification:
    """Compare each Flow and day, `STUDIO_CONCURRENCY` of them at a time."""
    deadline = verifier.clock.monotonic() + _FLOWS_TIMEOUT_SECONDS
    sids = studio.flow_sids
    flows = listing.FlowList(sids) if sids else listing.list_flows(verifier.source, deadline)
    work = [(sid, day) for sid in flows.sids for day in days(span)]
    compared = map_concurrently(
        lambda each: verifier.compare(*each), work, studio.concurrency, "Compare days", heartbeat
    )
    reports = tuple(compared)
    verifier.refusals.check()
    return Verification(reports, flows.failures)
