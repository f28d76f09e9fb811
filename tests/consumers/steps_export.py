"""An export with Steps, Contexts and Flow revisions, in process."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator.account import Flow
from simulator.definition import Definition, Exit, Widget
from simulator.execution import Execution
from simulator.path import Path as WidgetPath
from simulator.path import along, looping
from simulator.personal import SPEECH
from simulator.sample_flow import sample_flow
from simulator.source import StudioSource
from simulator.studio import Studio
from simulator.traffic import Traffic, fill
from studio_export import detail_wiring
from studio_export.detail_settings import DATASETS, DetailSettings
from studio_export.errors import UnavailableError
from studio_export.export.ages import DEFAULT_AGES
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export.model import Reply
from studio_export.privacy.context_values import parse_kept_values
from studio_export.privacy.policy import KEEP_ALL
from studio_export.privacy.policy_redaction import PolicyRedaction
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

FIRST = datetime(2026, 11, 23, 6, tzinfo=UTC)
_SINCE = timedelta(days=4)
_RUNS = (0.0, 0.25, 2.0, 30.0, 32.0)  # hours after the first; all that ends has ended by the fourth
_TRAFFIC = Traffic(hours=0.1, days=0, never=0.03)
_RUN_SECONDS = 840.0
_REVISED = timedelta(days=2)  # before the first run
_KEPT = "widgets.menu.Digits,widgets.menu.SpeechResult"
_UNREACHED = Widget("voicemail", "record-voicemail", (Exit("recordingComplete"),))


@dataclass(frozen=True, slots=True)
class StepsExport:
    """What the exporter wrote, and what it was made of.

    Attributes:
        unanswered: Twilio never answers for its Steps.
        deleted: Twilio deleted it between its final line and the request for its Steps.
    """

    root: Path
    flows: Sequence[Flow]
    unanswered: Execution
    deleted: Execution
    now: datetime
    base_url: str
    early: frozenset[str] = frozenset()
    beside: tuple[Path, ...] = ()

    def with_files(self, *beside: Path) -> "StepsExport":
        return replace(self, beside=beside)

    def objects(self) -> list[str]:
        found = (path.relative_to(self.root).as_posix() for path in self.root.rglob("*.*"))
        return sorted(name for name in found if not name.startswith("."))

    def ended(self) -> Iterator[tuple[Flow, Execution]]:
        """Yield every Execution with a final line."""
        for flow in self.flows:
            for execution in flow.executions:
                if execution.ended(self.now):
                    yield flow, execution


class _WithoutAnswer(StudioSource):
    """A source that gets no answer for the Steps of one Execution."""

    silent_sid = ""

    def get(self, url: str, deadline: float) -> Reply:
        if self.silent_sid and f"/Executions/{self.silent_sid}/Steps" in url:
            raise UnavailableError("no answer")
        return super().get(url, deadline)


def steps_export(root: Path) -> StepsExport:
    """Export into `root` with every dataset on."""
    clock = VirtualClock(FIRST)
    studio = Studio(clock.now)
    flows = [studio.add_flow() for _ in range(2)]
    for flow in flows:
        flow.publish(FIRST - _REVISED, _revised(flow))
        fill(flow, 160, FIRST - _SINCE, FIRST, _TRAFFIC)
    unanswered, deleted = _unusual(flows)
    store = MemoryStore(clock.now)
    source = _WithoutAnswer(studio, clock=clock, attempts=2)
    source.silent_sid = unanswered.sid
    exporter = _exporter(source, store, clock)
    for hours in _RUNS:
        clock.advance((FIRST + timedelta(hours=hours) - clock.now()).total_seconds())
        summary = exporter.export(None, "owner", _RUN_SECONDS)
        if not summary.complete:
            raise ValueError(f"the run is not complete: {summary}")
    for name, body in store.objects.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(body)
    return StepsExport(root, flows, unanswered, deleted, clock.now(), studio.base_url)


def _revised(flow: Flow) -> Definition:
    """Return the second revision, with a widget to which no exit leads in one of the Flows."""
    definition = sample_flow(2)
    if flow.serial:
        return definition
    return replace(definition, widgets=(*definition.widgets, _UNREACHED))


def _unusual(flows: Sequence[Flow]) -> tuple[Execution, Execution]:
    """Add Executions without a Step, with 1,000, with speech, without an answer; a deleted one."""
    created, flow = FIRST - timedelta(hours=5), flows[1]
    ends_at = created + timedelta(minutes=20)
    definition = flow.definition(2)
    flow.add(created, ends_at, path=WidgetPath())
    flow.add(created, ends_at, path=looping(definition, 1000))
    flow.add(
        created, ends_at, path=_speaking(along(definition, "Trigger", "welcome", "menu", "route"))
    )
    unanswered, deleted = flow.add(created, ends_at), flow.add(created, ends_at)
    deleted.deleted_at = FIRST + timedelta(minutes=5)
    return unanswered, deleted


def _speaking(path: WidgetPath) -> WidgetPath:
    """Return the path with speech in its last widget."""
    *moves, last = path.moves
    return replace(path, moves=(*moves, replace(last, event="speech", value=SPEECH)))


def _exporter(source: StudioSource, store: MemoryStore, clock: VirtualClock) -> Exporter:
    details = DetailSettings(
        tuple(DATASETS.values()),
        concurrency=1,
        period_seconds=None,
        kept=parse_kept_values(_KEPT),
    )
    redaction = PolicyRedaction(KEEP_ALL)
    return Exporter(
        Sweeper(source, store, clock, LogCache()),
        MemoryCheckpoints(),
        flow_sids=(),
        scale=DEFAULT_AGES,
        lookback_seconds=30 * 86_400,
        concurrency=1,
        details=detail_wiring.detail_export(
            details, redaction, source, store, clock, lambda _reason, _seconds: None
        ),
    )
