"""Check Twilio: network, clock, credentials, region, status filter, and the key's scope."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.adapters.twilio_response import BodyError, TwilioResponse
from studio_export.detail_settings import DetailSettings
from studio_export.errors import EndpointError, StudioExportError, UnavailableError
from studio_export.model import RETENTION_SECONDS, Span
from studio_export.ports import Clock, CredentialSource
from studio_export.settings import StudioSettings
from studio_export.twilio import listing
from studio_export.twilio.page import parse_executions
from studio_export.twilio.record import ACTIVE, ENDED
from studio_export_cli.doctor.check import Check, Status, fail, fail_by, ok, unknown, warn
from studio_export_cli.doctor.check_details import DetailChecks
from studio_export_cli.flow_names import FlowNames
from studio_export_cli.output import format_duration, quantity

# A key belongs to one region: https://www.twilio.com/docs/global-infrastructure
REGIONS = {
    "Unset TWILIO_EDGE and TWILIO_REGION": "https://studio.twilio.com",
    "Set TWILIO_EDGE=dublin TWILIO_REGION=ie1": "https://studio.dublin.ie1.twilio.com",
    "Set TWILIO_EDGE=sydney TWILIO_REGION=au1": "https://studio.sydney.au1.twilio.com",
}
_TIMEOUT_SECONDS = 15.0
_MAX_SKEW_SECONDS = 30
_REFUSED: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "Check the key and its secret, or make a new key.",
    HTTPStatus.FORBIDDEN: (
        "Code 20403: the account is suspended. Code 70051: allow the key to read Studio."
    ),
}


@dataclass(frozen=True, slots=True)
class Twilio:
    """The checks of Twilio.

    Attributes:
        others: the hosts of other regions, by what to set for them.
        api_url: the host of the rest of the API; None if it must not receive the key.
        details: what is exported beside Executions; None for nothing.
    """

    settings: StudioSettings
    credentials: CredentialSource
    clock: Clock
    others: Mapping[str, str]
    api_url: str | None
    details: DetailSettings | None = None

    def checks(self) -> Iterator[Check]:
        base = self.settings.base_url
        try:
            answer = self._get(base, listing.flows_url(base))
        except UnavailableError as error:
            host = base.partition("//")[2]
            yield fail(
                "network", f"{host} does not answer: {error}", "Check DNS, proxy and firewall."
            )
            return
        except EndpointError as error:
            yield fail("network", str(error), "Then run the doctor again.")
            return
        except StudioExportError as error:
            yield fail_by("key", error, "Fix the secret, or the access to it.")
            return
        yield self._clock(answer)
        if answer.status in _REFUSED:
            yield self._refused(answer)
        elif answer.status != HTTPStatus.OK:
            yield fail("network", answer.describe(), "Try again, and see status.twilio.com.")
        else:
            yield from self._accepted(answer)

    def _accepted(self, answer: TwilioResponse) -> Iterator[Check]:
        try:
            flows = json.loads(answer.content())["flows"]
            sids, accounts = (
                [each["sid"] for each in flows],
                [each["account_sid"] for each in flows],
            )
            names = FlowNames.of({each["sid"]: each.get("friendly_name") for each in flows})
        except (ValueError, KeyError, TypeError):
            yield fail("network", "the list of Flows is unreadable", "Check STUDIO_BASE_URL.")
            return
        more = " or more" if len(sids) >= listing.PAGE_SIZE else ""
        yield ok("key", f"{self.settings.base_url} accepts it: {quantity(len(sids), 'Flow')}{more}")
        wanted = self.settings.flow_sids or sids[:1]
        listed = {sid: self._executions(sid, names.describe(sid)) for sid in wanted}
        yield from listed.values()
        for sid in [sid for sid, check in listed.items() if check.status is Status.OK][:1]:
            yield self._status_filter(sid)
        yield from self._details(sids)
        yield self._scope(accounts[0] if accounts else None)

    def _clock(self, answer: TwilioResponse) -> Check:
        date = answer.headers.get("date")
        try:
            theirs = parsedate_to_datetime(date or "").astimezone(UTC)
        except ValueError:
            return unknown("clock", "the response has no Date header")
        ahead = (self.clock.now() - theirs).total_seconds()
        if abs(ahead) <= _MAX_SKEW_SECONDS:
            return ok("clock", f"it is within {_MAX_SKEW_SECONDS} seconds of Twilio's")
        side = "ahead of" if ahead > 0 else "behind"
        message = f"it is {format_duration(abs(ahead))} {side} Twilio's"
        remedy = "Synchronize this machine's clock (NTP). The ranges to list depend on it."
        head = min(self.settings.scale)
        return (fail if abs(ahead) >= head else warn)("clock", message, remedy)

    def _refused(self, answer: TwilioResponse) -> Check:
        if answer.status == HTTPStatus.UNAUTHORIZED:
            for setting, base in self.others.items():
                if base != self.settings.base_url and self._accepts(base):
                    message = f"{self.settings.base_url} refuses the key, {base} accepts it"
                    return fail("region", message, f"{setting}.")
        return fail("key", answer.describe(), _REFUSED[answer.status])

    def _accepts(self, base: str) -> bool:
        try:
            return self._get(base, listing.flows_url(base)).status == HTTPStatus.OK
        except StudioExportError:
            return False

    def _executions(self, flow_sid: str, name: str) -> Check:
        """List a range as the export does; the records are not read."""
        base, now = self.settings.base_url, self.clock.now()
        span = Span(now - timedelta(hours=1), now - timedelta(minutes=1))
        url = listing.executions_url(base, flow_sid, span)
        try:
            answer = self._get(base, url)
        except StudioExportError as error:
            return fail("Executions", f"{name} cannot be listed: {error}", "Try again.")
        if answer.status == HTTPStatus.OK:
            return ok("Executions", f"{name} can be listed")
        if answer.status == HTTPStatus.NOT_FOUND:
            remedy = "Check the Sid in FLOW_SIDS, the account and the region."
            return fail("Executions", f"Twilio has no Flow {flow_sid}", remedy)
        remedy = _REFUSED.get(answer.status, "Try again.")
        return fail("Executions", f"{name} cannot be listed: {answer.describe()}", remedy)

    def _status_filter(self, flow_sid: str) -> Check:
        """Ask once for the active Executions, as a run does; nothing of a record is printed."""
        base, now = self.settings.base_url, self.clock.now()
        span = Span(now - timedelta(seconds=RETENTION_SECONDS), now)
        url = listing.executions_url(base, flow_sid, span, status=ACTIVE)
        try:
            answer = self._get(base, url)
            if answer.status != HTTPStatus.OK:
                return unknown("filter", f"the status filter was refused: {answer.describe()}")
            records = parse_executions(answer.content()).records
        except (StudioExportError, BodyError) as error:
            return unknown("filter", f"the status filter was not checked: {error}")
        if any(record.status == ENDED for record in records):
            message = "Twilio ignores the status filter: final lines may come later"
            remedy = "Nothing is lost. See 'Final lines are late' in docs/runbook.md."
            return warn("filter", message, remedy)
        if records:
            return ok("filter", "the status filter works")
        message = f"the status filter was not checked: the answer for {flow_sid} is empty"
        return unknown("filter", message)

    def _details(self, all_flows: list[str]) -> Iterator[Check]:
        """Check what is exported beside Executions."""
        if self.details:
            base = self.settings.base_url
            flow_sids = self.details.flow_sids or self.settings.flow_sids or all_flows
            yield from DetailChecks(
                base, lambda url: self._get(base, url), self.clock.now(), self.details.folders
            ).checks(flow_sids)

    def _scope(self, account_sid: str | None) -> Check:
        """Check whether the key can read voice queues, which an export does not need."""
        remedy = "Make a restricted key that can only list Flows and Executions."
        if not self.credentials.get().username.startswith("SK"):
            return warn("scope", "the account's auth token can do everything", remedy)
        if not self.api_url or not account_sid:
            return unknown("scope", "not checked: the host is not Twilio's")
        url = f"{self.api_url}/2010-04-01/Accounts/{account_sid}/Queues.json?PageSize=1"
        try:
            status = self._get(self.api_url, url).status
        except StudioExportError as error:
            return unknown("scope", f"{self.api_url} does not answer: {error}")
        if status == HTTPStatus.OK:
            return warn("scope", "the key can read voice queues, not only Studio", remedy)
        if status in _REFUSED:
            return ok(
                "scope", "the key cannot read voice queues; its other permissions are unknown"
            )
        return unknown("scope", f"{self.api_url} returns HTTP {status}")

    def _get(self, base: str, url: str) -> TwilioResponse:
        source = TwilioHttp(
            base, self.credentials, self.clock, concurrency=1, proxy=self.settings.proxy
        )
        return source.ask_once(url, self.clock.monotonic() + _TIMEOUT_SECONDS)


def api_url(base_url: str) -> str | None:
    """Return the host of Twilio's other APIs; None if `base_url` is not Twilio's own host."""
    scheme, _, host = base_url.partition("//studio.")
    own = scheme == "https:" and (host == "twilio.com" or host.endswith(".twilio.com"))
    return f"https://api.{host}" if own else None


def other_regions(base_url: str) -> Mapping[str, str]:
    """Return the hosts of Twilio's regions; none if `base_url` is not Twilio's own host."""
    return REGIONS if api_url(base_url) else {}
