"""A Studio client against a server by script."""

from typing import Any

from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.model import Credentials, Reply
from tests.unit.adapters.scripted_server import ScriptedServer, Step, answer
from tools.devkit.fakes.clock import VirtualClock

KEY = Credentials("SK0", "s3cret")
PATH = "/v2/Flows/FW0/Executions"
QUERY = "?PageToken=t0ken"
PAGE = b'{"executions": []}'
FAR = 1e6
OK = answer(200, PAGE)


def studio(
    server: ScriptedServer | str, clock: VirtualClock, credentials: Any = None, **options: Any
) -> TwilioHttp:
    """A client whose jitter is the whole wait, so that naps can be compared."""
    url = server if isinstance(server, str) else server.url
    options = {"jitter": lambda: 1.0, "read_timeout_seconds": 5.0, **options}
    return TwilioHttp(url, credentials or StaticCredentials(KEY), clock, **options)


def get(server: ScriptedServer, clock: VirtualClock, **options: Any) -> Reply:
    return studio(server, clock, **options).get(server.url + PATH + QUERY, FAR)


def twilio_error(status: int, code: int, message: str) -> Step:
    body = f'{{"code": {code}, "message": "{message}", "status": {status}}}'.encode()
    return answer(status, body, {"Twilio-Request-Id": "RQ7"})
