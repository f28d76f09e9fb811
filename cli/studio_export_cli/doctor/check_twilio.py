"""Twilio, the key and the clock: does the API answer, does it take the key, is it too much?"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.adapters.twilio_response import TwilioResponse
from studio_export.errors import StudioExportError, UnavailableError, describe, failure_of
from studio_export.model import Span
from studio_export.ports import Clock, CredentialSource
from studio_export.settings import StudioSettings
from studio_export.twilio import listing
from studio_export_cli.doctor.check import Verdict, ok, unknown, warning, wrong
from studio_export_cli.output import duration, many

# https://www.twilio.com/docs/global-infrastructure: a key belongs to one of them.
REGIONS = {
    "the default region, us1: unset TWILIO_EDGE and TWILIO_REGION": "https://studio.twilio.com",
    "TWILIO_EDGE=dublin TWILIO_REGION=ie1": "https://studio.dublin.ie1.twilio.com",
    "TWILIO_EDGE=sydney TWILIO_REGION=au1": "https://studio.sydney.au1.twilio.com",
}
_OK, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 401, 403, 404
_PATIENCE_SECONDS = 15.0
_SKEW_SECONDS = 30
_REFUSED = {
    _UNAUTHORIZED: "Is the key revoked, or its secret another's? Make a new key and put it there.",
    _FORBIDDEN: "20403: the account is suspended. 70051: let the restricted key read Studio.",
}


@dataclass(frozen=True, slots=True)
class Twilio:
    """`others` are the hosts of other regions; `api_url` is the host of the rest of the API."""

    settings: StudioSettings
    credentials: CredentialSource
    clock: Clock
    others: Mapping[str, str]
    api_url: str | None

    def examine(self) -> Iterator[Verdict]:
        base = self.settings.base_url
        try:
            answer = self._ask(base, listing.flows_url(base))
        except UnavailableError as error:
            host = base.partition("//")[2]
            yield wrong("reach", f"no answer from {host}: {error}", "Look at DNS, proxy, firewall.")
            return
        except StudioExportError as error:
            yield wrong("key", describe(failure_of(error)), "Mend the secret or its access.")
            return
        yield self._clock(answer)
        if answer.status in _REFUSED:
            yield self._refused(answer)
        elif answer.status != _OK:
            yield wrong("reach", answer.describe(), "Ask again in a minute; see status.twilio.com.")
        else:
            yield from self._accepted(answer)

    def _accepted(self, answer: TwilioResponse) -> Iterator[Verdict]:
        try:
            flows = json.loads(answer.content())["flows"]
            sids, accounts = (
                [each["sid"] for each in flows],
                [each["account_sid"] for each in flows],
            )
        except (ValueError, KeyError, TypeError):
            yield wrong("reach", "the list of Flows is unreadable", "Is STUDIO_BASE_URL a Studio?")
            return
        more = " or more" if len(sids) >= listing.PAGE_SIZE else ""
        yield ok("key", f"accepted by {self.settings.base_url}: {many(len(sids), 'Flow')}{more}")
        for sid in self.settings.flow_sids or sids[:1]:
            yield self._executions(sid)
        yield self._scope(accounts[0] if accounts else None)

    def _clock(self, answer: TwilioResponse) -> Verdict:
        date = answer.headers.get("date")
        try:
            theirs = parsedate_to_datetime(date or "").astimezone(UTC)
        except ValueError:
            return unknown("clock", "the answer has no Date to compare with")
        ahead = (self.clock.now() - theirs).total_seconds()
        if abs(ahead) <= _SKEW_SECONDS:
            return ok("clock", "agrees with Twilio's to half a minute")
        what = f"{duration(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} Twilio's"
        do = "Set this machine's clock (NTP): what is too young or too old to list depends on it."
        head = min(self.settings.scale)
        return (wrong if abs(ahead) >= head else warning)("clock", what, do)

    def _refused(self, answer: TwilioResponse) -> Verdict:
        if answer.status == _UNAUTHORIZED:
            for setting, base in self.others.items():
                if base != self.settings.base_url and self._accepts(base):
                    what = f"refused by {self.settings.base_url}, accepted by {base}"
                    return wrong("region", what, f"The key is of another region: {setting}.")
        return wrong("key", answer.describe(), _REFUSED[answer.status])

    def _accepts(self, base: str) -> bool:
        try:
            return self._ask(base, listing.flows_url(base)).status == _OK
        except StudioExportError:
            return False

    def _executions(self, flow_sid: str) -> Verdict:
        """The call that the export lives on; the answer is not looked at."""
        base, now = self.settings.base_url, self.clock.now()
        span = Span(now - timedelta(hours=1), now - timedelta(minutes=1))
        url = listing.executions_url(base, flow_sid, span)
        try:
            answer = self._ask(base, url)
        except StudioExportError as error:
            return wrong("Executions", f"of {flow_sid}: {error}", "Ask again in a minute.")
        if answer.status == _OK:
            return ok("Executions", f"of {flow_sid} can be listed")
        if answer.status == _NOT_FOUND:
            do = "Is the Sid in FLOW_SIDS right, and of this account and region?"
            return wrong("Executions", f"Twilio knows no Flow {flow_sid}", do)
        do = _REFUSED.get(answer.status, "Ask again in a minute.")
        return wrong("Executions", f"of {flow_sid}: {answer.describe()}", do)

    def _scope(self, account_sid: str | None) -> Verdict:
        """Whether the key reads what an export does not need: the names of voice queues."""
        do = "Make a restricted key that may list Flows and Executions of Studio, and no more."
        if not self.credentials.get().username.startswith("SK"):
            return warning("scope", "the account's auth token may do everything", do)
        if not self.api_url or not account_sid:
            return unknown("scope", "only Twilio's own host tells what else the key may read")
        url = f"{self.api_url}/2010-04-01/Accounts/{account_sid}/Queues.json?PageSize=1"
        try:
            status = self._ask(self.api_url, url).status
        except StudioExportError as error:
            return unknown("scope", f"{self.api_url} does not tell: {error}")
        if status == _OK:
            return warning("scope", "the key reads more than Studio: it lists voice queues", do)
        if status in _REFUSED:
            return ok("scope", "voice queues are refused; what else it may do cannot be known")
        return unknown("scope", f"{self.api_url} answers {status}")

    def _ask(self, base: str, url: str) -> TwilioResponse:
        source = TwilioHttp(base, self.credentials, self.clock, concurrency=1)
        return source.ask_once(url, self.clock.monotonic() + _PATIENCE_SECONDS)


def api_url(base_url: str) -> str | None:
    """Where the rest of Twilio's API is, if `base_url` is Twilio's own: nobody else gets a key."""
    scheme, _, host = base_url.partition("//studio.")
    own = scheme == "https:" and (host == "twilio.com" or host.endswith(".twilio.com"))
    return f"https://api.{host}" if own else None


def other_regions(base_url: str) -> Mapping[str, str]:
    """Only Twilio's own hosts get the key, and only if one of them was asked."""
    return REGIONS if api_url(base_url) else {}
