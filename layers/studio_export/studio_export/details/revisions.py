"""The dataset `flow-revisions/`: each revision of a Flow that an Execution ran, once."""

from dataclasses import dataclass, field

from studio_export.log import keys
from studio_export.log.codec import ObjectEncoder
from studio_export.log.commit import Proposal, put_once
from studio_export.ports import Source, Store
from studio_export.twilio.revision import parse_revision
from studio_export.version import VERSION


@dataclass(frozen=True, slots=True)
class Revisions:
    """Keeps revisions. A revision never changes, so one that is there is never asked for again."""

    source: Source
    store: Store
    _there: set[str] = field(default_factory=set)

    def keep(self, flow_sid: str, revision: int, deadline: float) -> None:
        """Write the revision, unless it is there.

        Raises:
            StudioExportError: as the ports raise them, or the answer is unusable.
        """
        key = keys.revision_key(flow_sid, revision)
        if key not in self._there:
            self._there.update(self.store.list(keys.revisions_prefix(flow_sid)))
        if key in self._there:
            return
        url = f"{self.source.base_url}/v2/Flows/{flow_sid}/Revisions/{revision}"
        encoder = ObjectEncoder()
        encoder.add(parse_revision(self.source.get(url, deadline).body, flow_sid, revision))
        encoded = encoder.finish()
        metadata = {"lines": "1", "sha256": encoded.sha256, "exporter": VERSION}
        put_once(self.store, Proposal(key, encoded.body, metadata))
        self._there.add(key)
