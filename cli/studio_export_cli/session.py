"""An opened session of the command: settings, dataset, exporter, and the leases it holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

from studio_export import wiring
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.detail_settings import DetailSettings
from studio_export.env_values import Environment
from studio_export.export.exporter import Exporter
from studio_export.model import Replay
from studio_export.ports import Clock, CredentialSource
from studio_export.settings import StudioSettings, read_studio
from studio_export.shard import ALL_FLOWS, Shard
from studio_export.summary import Summary
from studio_export_cli import aws
from studio_export_cli.destination import Destination, open_destination
from studio_export_cli.flow_progress import FlowProgress
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import InterruptedWorkError, interruptible
from studio_export_cli.leases import HeldLeases
from studio_export_cli.progress import show_progress
from studio_export_cli.run_loop import RunLoop, run_replay

GIVES_UP = "the command gives up after 15 minutes without a response"


@dataclass(frozen=True, slots=True)
class Session:
    """`owner` names this process in the leases."""

    exporter: Exporter
    leases: HeldLeases
    owner: str
    heartbeat: Heartbeat

    def run(self) -> Summary:
        """Export what is due, and show the progress.

        Raises:
            InterruptedWorkError: a signal arrived; the leases are released.
            StudioExportError: the Flows could not be listed.
        """
        with show_progress(self.heartbeat) as progress:
            on_progress = FlowProgress(progress, None)
            loop = RunLoop(self.exporter, self.owner, on_progress, self.heartbeat.on_wait)
            return self._release_if_interrupted(loop.run)

    def replay(self, replay: Replay) -> Summary:
        """Export a range again, and show the progress; it raises as `run` does."""
        with show_progress(self.heartbeat) as progress:
            on_progress = FlowProgress(progress, replay.span)
            return self._release_if_interrupted(
                lambda: run_replay(self.exporter, replay, self.owner, on_progress)
            )

    def pause(self, seconds: float) -> None:
        interruptible(lambda: self.exporter.sweeper.clock.sleep(seconds))

    def _release_if_interrupted(self, work: Callable[[], Summary]) -> Summary:
        try:
            return interruptible(work, self.heartbeat.beat)
        except InterruptedWorkError:
            self.leases.release_all()
            raise


def open_session(
    destination: Destination,
    studio: StudioSettings,
    clock: Clock | None = None,
    details: DetailSettings | None = None,
    shard: Shard | None = None,
) -> Session:
    leases = HeldLeases(destination.checkpoints)
    heartbeat = Heartbeat(GIVES_UP)
    exporter = wiring.exporter(
        studio,
        credentials(studio),
        destination.store,
        leases,
        clock or SystemClock(),
        details=details,
        on_wait=heartbeat.on_wait,
    )
    exporter = replace(exporter, shard=shard or ALL_FLOWS)
    return Session(exporter, leases, uuid4().hex, heartbeat)


def resolve(
    to: str, checkpoints: str | None, options: Mapping[str, str | None], env: Environment
) -> tuple[Destination, StudioSettings]:
    """Open the dataset and read the settings; an option wins over its variable.

    Raises:
        ConfigurationError: a value is missing or malformed.
    """
    studio = read_studio(with_options(env, options))
    return open_destination(to, checkpoints, env, studio.concurrency), studio


def with_options(env: Environment, options: Mapping[str, str | None]) -> Environment:
    """Return the variables; an option that was given wins over its variable."""
    return {**env, **{name: value for name, value in options.items() if value is not None}}


def credentials(studio: StudioSettings) -> CredentialSource:
    if studio.credentials:
        return StaticCredentials(studio.credentials)
    return aws.secret_credentials(studio.secret_id or "", studio.concurrency)
