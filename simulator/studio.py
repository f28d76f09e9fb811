"""The simulated Studio: a function from requests to responses, without sockets or sleep."""

import base64
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from simulator.account import Account, Flow
from simulator.failures import fail
from simulator.faults import Faults, Kind
from simulator.request import Request, parse
from simulator.responses import DOCUMENTED_HEADERS, ApiError, BrokenError, Delivery, Response
from simulator.routes import answer
from simulator.sids import sid
from simulator.view import View

TWILIO = "https://studio.twilio.com"


class Studio:
    """The API of one account, at the instant of `clock`.

    `on_request` is called with each request before it is answered: it may move the clock, add
    Executions or switch a fault. Thread-safe; `lock` is held during a request.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        account: Account | None = None,
        *,
        base_url: str = TWILIO,
    ) -> None:
        self.clock = clock
        self.account = account or Account()
        self.base_url = base_url
        self.faults = Faults()
        self.on_request: Callable[[Request], object] | None = None
        self.requests = 0
        self.lock = threading.RLock()

    def add_flow(self, name: str | None = None) -> Flow:
        return self.account.add_flow(self.clock() - timedelta(days=365), name)

    def account_sid_of(self, headers: Mapping[str, str]) -> str:  # noqa: ARG002  there is one
        """Return the account that a request counts for, whether its password is right or not."""
        return self.account.sid

    def handle(
        self, method: str, url: str, headers: Mapping[str, str], concurrent: int = 1
    ) -> Response:
        """Answer one request; `concurrent` is the number in progress, including this one."""
        with self.lock:
            self.requests += 1
            request = parse(self.requests, url)
            if self.on_request:
                self.on_request(request)
            now = self.clock()
            active = self.faults.strike(request, now)
            if skew := active.get(Kind.CLOCK_SKEW):
                now += timedelta(seconds=skew.number())
            view = View(request, active, now, self.base_url)
            return self._answer(method, headers, view, concurrent)

    def _answer(
        self, method: str, headers: Mapping[str, str], view: View, concurrent: int
    ) -> Response:
        sent = DOCUMENTED_HEADERS | {
            "Content-Type": "application/json; charset=utf-8",
            "Date": format_datetime(view.now.astimezone(UTC), usegmt=True),
            "Twilio-Request-Id": sid("RQ", self.account.seed, view.request.number),
            "Twilio-Concurrent-Requests": str(concurrent),
            "Twilio-Request-Duration": "0.042",
        }
        delay = view.active[Kind.SLOW].number() if Kind.SLOW in view.active else 0
        delivery = Delivery.CUT if Kind.CUT_BODY in view.active else Delivery.WHOLE
        try:
            fail(view.active)
            self._admit(method, headers)
            body = answer(self.account, view).encode(errors="surrogatepass")
            return Response(200, sent, body, delivery, delay)
        except ApiError as error:
            return Response(error.status, {**sent, **error.headers}, error.body, delivery, delay)
        except BrokenError as broken:
            return Response(0, {}, b"", broken.delivery, delay)

    def _admit(self, method: str, headers: Mapping[str, str]) -> None:
        given = _authorization(headers)
        if given not in {basic(*pair) for pair in self.account.credentials.items()}:
            raise ApiError(401, 20003, "Authenticate")
        if method != "GET":
            raise ApiError(405, 20004, "Method not allowed")


def basic(username: str, password: str) -> str:
    """Return the `Authorization` header of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def user_name(headers: Mapping[str, str]) -> str:
    """Return the user name of HTTP Basic; empty if there is none."""
    scheme, _, encoded = _authorization(headers).partition(" ")
    try:
        pair = base64.b64decode(encoded).decode()
    except ValueError:
        return ""
    return pair.partition(":")[0] if scheme == "Basic" else ""


def _authorization(headers: Mapping[str, str]) -> str:
    return {name.lower(): value for name, value in headers.items()}.get("authorization", "")
