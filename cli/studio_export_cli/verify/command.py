"""`studio-export verify`: compare the export with Twilio's list."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.detail_settings import DetailSettings, read_details
from studio_export.env_values import Environment
from studio_export.errors import ConfigurationError
from studio_export.log import keys
from studio_export.model import Span
from studio_export.settings import StudioSettings, environment
from studio_export.shard import ALL_FLOWS, Shard
from studio_export.twilio import listing
from studio_export_cli import exit_codes, options
from studio_export_cli.destination import nothing_exported
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import interruptible
from studio_export_cli.name_sources import find_names
from studio_export_cli.options import (
    AsJson,
    BaseUrl,
    Concurrency,
    Flow,
    Grace,
    Proxy,
    ShardOption,
    Since,
    To,
    Until,
)
from studio_export_cli.parallel import map_concurrently
from studio_export_cli.printing import print_errors, print_lines
from studio_export_cli.session import GIVES_UP, credentials, resolve, with_options
from studio_export_cli.verify import text
from studio_export_cli.verify.comparison import Verification, Verifier, days
from studio_export_cli.verify.deadlines import Deadlines
from studio_export_cli.verify.detail_audit import DetailAudit
from studio_export_cli.verify.detail_report import DetailReport
from studio_export_cli.verify.detail_scope import scope_of
from studio_export_cli.verify.sample import SampleReport, ask_again, choose

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_FLOWS_TIMEOUT_SECONDS = 600.0


def command(  # noqa: PLR0913  each is an option
    context: typer.Context,
    to: To,
    since: Since,
    until: Until,
    *,
    flow: Flow = None,
    shard: ShardOption = None,
    sample: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="Ask Twilio again for the Steps of N Executions, and compare.  [default: 0]",
            show_default=False,
        ),
    ] = 0,
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
        env = with_options(environment(), chosen)
        destination, studio = resolve(to, None, {}, env)
        if destination.local and not Path(to).is_dir():
            raise nothing_exported(to)
        grace_seconds = options.grace_seconds(grace)
        heartbeat = Heartbeat(GIVES_UP)
        source = TwilioHttp(
            studio.base_url,
            credentials(studio),
            clock,
            studio.concurrency,
            proxy=studio.proxy,
            on_wait=heartbeat.on_wait,
        )
        work = _Work(
            Verifier(source, destination.store, clock, Deadlines(studio.scale, grace_seconds)),
            studio,
            read_details(env),
            span,
            shard or ALL_FLOWS,
            grace_seconds,
            sample,
            heartbeat,
            env,
        )
        verification = interruptible(work.run, heartbeat.beat)
    print_lines(text.lines(verification), text.as_json(verification) if as_json else None)
    print_errors(text.complaints(verification))
    if not verification.ok:
        raise typer.Exit(exit_codes.FAILED)


@dataclass(frozen=True, slots=True)
class _Work:
    """The comparison of a range; `sample` Executions are asked for again."""

    verifier: Verifier
    studio: StudioSettings
    details: DetailSettings | None
    span: Span
    shard: Shard
    grace_seconds: int
    sample: int
    heartbeat: Heartbeat
    env: Environment

    def run(self) -> Verification:
        """Compare the Executions, then what else is exported of them, then the sample."""
        store, sids = self.verifier.store, self.studio.flow_sids
        spans = list(days(self.span))
        scope = scope_of(store, self.details, spans, sids, self.grace_seconds)
        scope = replace(scope, shard=self.shard)
        if self.sample and keys.STEPS not in scope.folders:
            raise ConfigurationError(
                "--sample compares Steps, and none are exported. Give the --to of an export with"
                " Steps, or set DATASETS."
            )
        verification = self._compare()
        audit = DetailAudit(store, scope, self.verifier.clock.now())
        audited = self._map(audit.audit, spans, "Compare details") if scope.folders else ()
        details = tuple(report for reports in audited for report in reports)
        verification = replace(verification, details=details)
        return (
            replace(verification, sample=self._ask_again(details)) if self.sample else verification
        )

    def _compare(self) -> Verification:
        """Compare each Flow and day, `STUDIO_CONCURRENCY` of them at a time."""
        verifier, sids = self.verifier, self.studio.flow_sids
        deadline = verifier.clock.monotonic() + _FLOWS_TIMEOUT_SECONDS
        flows = listing.FlowList(sids) if sids else listing.list_flows(verifier.source, deadline)
        chosen = filter(self.shard.includes, flows.sids)
        work = [(sid, day) for sid in chosen for day in days(self.span)]
        reports = tuple(self._map(lambda each: verifier.compare(*each), work, "Compare days"))
        verifier.refusals.check()
        names = find_names(flows.sids, flows.names, verifier.store, self.env, verifier.clock)
        return Verification(reports, flows.failures, names=names)

    def _ask_again(self, details: Sequence[DetailReport]) -> SampleReport:
        verifier = self.verifier
        lines = [line for report in details for line in report.steps]
        chosen = choose(lines, self.sample, verifier.clock.now())
        ask = partial(ask_again, verifier.source, verifier.store, verifier.clock)
        total = SampleReport()
        for report in self._map(ask, chosen, "Ask again"):
            total.include(report)
        return total

    def _map(
        self, work: Callable[[_Item], _Result], items: Sequence[_Item], task: str
    ) -> Iterator[_Result]:
        return map_concurrently(work, items, self.studio.concurrency, task, self.heartbeat)
