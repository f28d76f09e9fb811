"""A run of the command, put together: settings, destination, exporter, and leases to give back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from studio_export import wiring
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.export.exporter import Exporter
from studio_export.model import Replay, Summary
from studio_export.ports import Clock, CredentialSource
from studio_export.settings import Environment, StudioSettings, read_studio
from studio_export_cli import aws
from studio_export_cli.destination import Destination, open_destination
from studio_export_cli.interrupt import HeldLeases, InterruptedWorkError, interruptible
from studio_export_cli.progress import shown
from studio_export_cli.run_loop import Tick, run_replay


@dataclass(frozen=True, slots=True)
class Command:
    """`holder` names this process in the leases."""

    exporter: Exporter
    leases: HeldLeases
    owner: str

    def tick(self) -> Summary:
        """Export what is due, and show how far it came.

        Raises:
            InterruptedWorkError: told to stop; the leases are given back.
            StudioExportError: the Flows could not be listed.
        """
        with shown(None) as listener:
            return self._unless_told_to_stop(Tick(self.exporter, self.owner, listener).run)

    def replay(self, replay: Replay) -> Summary:
        """As `tick`, for a range."""
        with shown(replay.span) as listener:
            return self._unless_told_to_stop(
                lambda: run_replay(self.exporter, replay, self.owner, listener)
            )

    def pause(self, seconds: float) -> None:
        interruptible(lambda: self.exporter.sweeper.clock.sleep(seconds))

    def _unless_told_to_stop(self, work: Callable[[], Summary]) -> Summary:
        try:
            return interruptible(work)
        except InterruptedWorkError:
            self.leases.release_all()
            raise


def open_command(
    destination: Destination, studio: StudioSettings, clock: Clock | None = None
) -> Command:
    leases = HeldLeases(destination.checkpoints)
    exporter = wiring.exporter(
        studio, credentials(studio), destination.store, leases, clock or SystemClock()
    )
    return Command(exporter, leases, uuid4().hex)


def understood(
    to: str, checkpoints: str | None, options: Mapping[str, str | None], env: Environment
) -> tuple[Destination, StudioSettings]:
    """What the command line and the environment say; an option wins over its variable.

    Raises:
        ConfigurationError: one of them is missing or malformed.
    """
    given = {name: value for name, value in options.items() if value is not None}
    studio = read_studio({**env, **given})
    return open_destination(to, checkpoints, env, studio.concurrency), studio


def credentials(studio: StudioSettings) -> CredentialSource:
    if studio.credentials:
        return StaticCredentials(studio.credentials)
    return aws.secret_credentials(studio.secret_id or "", studio.concurrency)
