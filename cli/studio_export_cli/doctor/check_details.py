"""Check that the key can read Steps, Contexts and Flow revisions, of those that are exported.

Nothing of an answer is printed but Sids.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

from studio_export.adapters.twilio_response import BodyError, TwilioResponse
from studio_export.detail_settings import DATASETS, DetailSettings, read_details
from studio_export.details.dataset import Execution, execution_url
from studio_export.env_values import Environment
from studio_export.errors import ConfigurationError, StudioExportError
from studio_export.log import keys
from studio_export.log.reader import read_fields
from studio_export.model import RETENTION_SECONDS, Span
from studio_export.twilio import listing
from studio_export.twilio.context import parse_context
from studio_export.twilio.page import parse_executions
from studio_export.twilio.record import ENDED
from studio_export.twilio.revision import parse_revision
from studio_export.twilio.steps import parse_steps
from studio_export_cli.doctor.check import Check, fail, ok, unknown, warn
from studio_export_cli.output import quantity

_MAX_FLOWS = 10  # so many are searched for an Execution that has ended
_MALFORMED = "Correct it. studio-export --help lists every variable."


class _Probe(NamedTuple):
    """One request for an Execution: its URL, and the parser that the export uses, too.

    Attributes:
        what: what is asked for.
        permission: what a restricted key needs.
    """

    what: str
    permission: str
    url: Callable[[str, Execution], str]
    parse: Callable[[bytes, Execution], object]


_PROBES = {
    keys.STEPS: _Probe(
        "Steps",
        "list the Steps of Executions",
        lambda base, each: f"{execution_url(base, each)}/Steps?PageSize=1",
        lambda body, each: parse_steps(body, each.sid),
    ),
    keys.CONTEXTS: _Probe(
        "Context",
        "read the Context of Executions",
        lambda base, each: f"{execution_url(base, each)}/Context",
        lambda body, each: parse_context(body, each.sid),
    ),
    keys.FLOW_REVISIONS: _Probe(
        "revision",
        "read the revisions of Flows",
        lambda base, each: f"{base}/v2/Flows/{each.flow_sid}/Revisions/{each.flow_version}",
        lambda body, each: parse_revision(body, each.flow_sid, each.flow_version or 0),
    ),
}


def check_settings(env: Environment) -> tuple[Check, DetailSettings | None]:
    """Name the datasets, or the variable that is malformed; return the settings, too."""
    try:
        details = read_details(env)
    except ConfigurationError as error:
        return fail("datasets", str(error), _MALFORMED), None
    if not details:
        return ok("datasets", "Executions alone are exported"), None
    names = ", ".join(name for name, folder in DATASETS.items() if folder in details.folders)
    text = f"executions, {names}; {quantity(details.concurrency, 'request')} for them at a time"
    if keys.CONTEXTS in details.folders:
        text += f"; of Contexts, {_describe_values(details)}"
    return ok("datasets", text), details


def _describe_values(details: DetailSettings) -> str:
    if details.kept.all:
        return "every value is kept"
    paths = len(details.kept.paths)
    return f"the values at {quantity(paths, 'path')} are kept" if paths else "no value is kept"


@dataclass(frozen=True, slots=True)
class DetailChecks:
    """The checks; `get` sends one request."""

    base_url: str
    get: Callable[[str], TwilioResponse]
    now: datetime
    folders: tuple[str, ...]

    def checks(self, flow_sids: Sequence[str]) -> Iterator[Check]:
        """Ask for what is exported of the newest ended Execution of the first Flow that has one."""
        searched = flow_sids[:_MAX_FLOWS]
        try:
            newest = next(filter(None, map(self._newest_ended, searched)), None)
        except (StudioExportError, BodyError) as error:
            yield unknown("details", f"not checked: the Executions cannot be listed: {error}")
            return
        if newest is None:
            flows = quantity(len(searched), "Flow")
            yield unknown("details", f"not checked: no ended Execution was found in {flows}")
            return
        for folder in self.folders:
            yield self._check(_PROBES[folder], folder, newest)

    def _newest_ended(self, flow_sid: str) -> Execution | None:
        """Return the newest ended Execution of the first page; None if there is none."""
        span = Span(self.now - timedelta(seconds=RETENTION_SECONDS), self.now)
        answer = self.get(listing.executions_url(self.base_url, flow_sid, span))
        if answer.status != HTTPStatus.OK:
            return None  # the check of the Executions has its reason
        records = parse_executions(answer.content()).records
        ended = [record for record in records if record.status == ENDED]
        newest = max(ended, key=lambda record: record.created, default=None)
        if newest is None:
            return None
        version = read_fields(bytes(newest.text)).revision
        return Execution(newest.sid, flow_sid, newest.created, version)

    def _check(self, probe: _Probe, folder: str, execution: Execution) -> Check:
        if folder == keys.FLOW_REVISIONS and execution.flow_version is None:
            message = f"not checked: {execution.sid} does not name the revision that it ran"
            return unknown(probe.what, message)
        try:
            answer = self.get(probe.url(self.base_url, execution))
            if answer.status == HTTPStatus.OK:
                probe.parse(answer.content(), execution)
                return ok(probe.what, f"the key can {probe.permission}")
        except (StudioExportError, BodyError) as error:
            message = f"the {probe.what} of {execution.sid} cannot be read: {error}"
            return fail(probe.what, message, "Try again, and see status.twilio.com.")
        return _judge(probe, folder, execution, answer)


def _judge(probe: _Probe, folder: str, execution: Execution, answer: TwilioResponse) -> Check:
    message = f"the {probe.what} of {execution.sid} cannot be read: {answer.describe()}"
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        name = folder.rstrip("/")
        remedy = f"Allow the key to {probe.permission}, or remove {name} from DATASETS."
        return fail(probe.what, message, remedy)
    if answer.status == HTTPStatus.NOT_FOUND:
        remedy = "Run the doctor again. If it stays, ask Twilio: the Execution itself is listed."
        return warn(probe.what, message, remedy)
    return fail(probe.what, message, "Try again, and see status.twilio.com.")
