from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock

from studio_export.errors import CheckpointError
from studio_export.model import Checkpoint

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    checkpoint: Checkpoint = field(default_factory=Checkpoint)
    lease: str | None = None
    lease_until: datetime = _NEVER
    version: int = 1


class MemoryCheckpoints:
    """`Checkpoints` in a dictionary, by Flow."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.items: dict[str, Item] = {}

    def acquire(
        self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
    ) -> Checkpoint | None:
        with self._lock:
            item = self.items.get(flow_sid, Item())
            if item.version > 1:
                raise CheckpointError(f"the checkpoint of {flow_sid} is newer")
            if item.lease not in (None, owner) and now < item.lease_until:
                return None
            self.items[flow_sid] = replace(item, lease=owner, lease_until=expires_at)
            return item.checkpoint

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        with self._lock:
            item = self.items.get(flow_sid, Item())
            if item.lease != owner:
                return False
            lease = None if release else owner
            self.items[flow_sid] = replace(item, checkpoint=checkpoint, lease=lease)
            return True

    def release(self, flow_sid: str, owner: str) -> None:
        with self._lock:
            item = self.items.get(flow_sid, Item())
            if item.lease == owner:
                self.items[flow_sid] = replace(item, lease=None)
