"""The dataset `contexts/`: for each Execution its Context, without the values that are not kept."""

from collections.abc import Callable
from dataclasses import dataclass

from studio_export.details.dataset import Execution, Fetched, execution_url
from studio_export.log import keys
from studio_export.ports import Source
from studio_export.twilio.context import parse_context


@dataclass(frozen=True, slots=True)
class Contexts:
    """The dataset; `redact` leaves of a Context what the settings keep."""

    redact: Callable[[bytes], bytes]
    folder: str = keys.CONTEXTS

    def fetch(self, source: Source, execution: Execution, deadline: float) -> Fetched:
        reply = source.get(f"{execution_url(source.base_url, execution)}/Context", deadline)
        text = parse_context(reply.body, execution.sid)
        return Fetched(self.redact(text), throttles=reply.throttles)

    def missing(self, execution: Execution, why: str) -> Fetched:
        line = '{{"execution_sid":"{}","flow_sid":"{}","context":null,"missing":"{}"}}'
        return Fetched(line.format(execution.sid, execution.flow_sid, why).encode(), missing=why)
