"""The leases that this process holds, so that it can release them all at once."""

import threading
from contextlib import suppress
from datetime import datetime

from studio_export.errors import StudioExportError
from studio_export.model import Checkpoint
from studio_export.ports import Checkpoints

_RELEASE_SECONDS = 2.0


class HeldLeases:
    """`Checkpoints` that record which leases are held.

    An interrupted run releases them; otherwise the next run would wait until they expire.
    """

    def __init__(self, checkpoints: Checkpoints) -> None:
        self._checkpoints = checkpoints
        self._held: dict[str, str] = {}
        self._lock = threading.Lock()
        self._closed = False

    def acquire(
        self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
    ) -> Checkpoint | None:
        with self._lock:
            if self._closed:
                return None
            checkpoint = self._checkpoints.acquire(flow_sid, owner, now, expires_at)
            if checkpoint is not None:
                self._held[flow_sid] = owner
            return checkpoint

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        saved = self._checkpoints.save(flow_sid, owner, checkpoint, release=release)
        if release or not saved:
            self._held.pop(flow_sid, None)
        return saved

    def release(self, flow_sid: str, owner: str) -> None:
        self._checkpoints.release(flow_sid, owner)
        self._held.pop(flow_sid, None)

    def release_all(self) -> None:
        """Release what is held and acquire nothing from now on; give up after two seconds."""
        releasing = threading.Thread(target=self._release_all, daemon=True)
        releasing.start()
        releasing.join(_RELEASE_SECONDS)

    def _release_all(self) -> None:
        with self._lock:
            self._closed = True
            for flow_sid, owner in list(self._held.items()):
                with suppress(StudioExportError):
                    self._checkpoints.release(flow_sid, owner)
