"""Canaries: private values in every place where the source could have one."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from simulator.account import Account
from simulator.oddities import Oddity
from simulator.responses import Response
from simulator.sids import sid
from simulator.studio import Studio

API_KEY, API_SECRET = sid("SK", "canary", 0), "c4nary-api-secret"
PRIVACY_KEY = "c4nary-privacy-key-of-32-or-more"
NUMBER, BODY, DIGITS = "5559990042", "c4nary-body: meet me at nine", "4929123412341234"
NAME = "c4nary-flow-name"

# Values of an Execution may be in lines, and nowhere else.
OF_EXECUTIONS = {"telephone number": NUMBER, "message body": BODY, "digits": DIGITS}
CANARIES = {
    **OF_EXECUTIONS,
    "name of a Flow": NAME,
    "API secret": API_SECRET,
    "Basic authorization": base64.b64encode(f"{API_KEY}:{API_SECRET}".encode()).decode(),
    "privacy key": PRIVACY_KEY,
}

_CONTEXT = (
    f'{{"contact": {{"channel": {{"address": "+1{NUMBER}"}}}}, "widgets": '
    f'{{"ask": {{"Body": "{BODY}", "Digits": "{DIGITS}"}}}}, "trigger": {{"From": "+1{NUMBER}"}}}}'
)
_ECHO = f"The number +1{NUMBER} sent {BODY} and {DIGITS} to {NAME} with {API_SECRET}: "
# These rows take too long for what they would show here.
_TOO_LARGE = {Oddity.HUGE, Oddity.DEEP}


class CanaryStudio(Studio):
    """A Studio whose Executions and errors contain every canary."""

    def handle(
        self, method: str, url: str, headers: Mapping[str, str], concurrent: int = 1
    ) -> Response:
        response = super().handle(method, url, headers, concurrent)
        body = (
            response.body.replace(b'"context": {}', f'"context": {_CONTEXT}'.encode())
            .replace(b'"message": "', f'"{NUMBER}": "{BODY}", "message": "{_ECHO}'.encode())
            .replace(b'"status": 4', f'"code": {NUMBER}, "status": 4'.encode())
            .replace(b"<h1>", f"<h1>{_ECHO}".encode())
            .replace(b"+1555010", f"+1{NUMBER}".encode())
        )
        return replace(response, body=body)


def canary_studio() -> CanaryStudio:
    """Return a Studio with one Flow: an active, an ended, and one Execution per oddity."""
    now = datetime.now(UTC).replace(microsecond=0)
    studio = CanaryStudio(
        lambda: datetime.now(UTC), Account("canary", credentials={API_KEY: API_SECRET})
    )
    flow = studio.add_flow(NAME)
    created = now - timedelta(hours=1)
    flow.add(created)
    for oddity in (None, *(each for each in Oddity if each not in _TOO_LARGE)):
        flow.add(created, now - timedelta(minutes=30), oddity=oddity)
    return studio
