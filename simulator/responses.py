"""A response: status, headers, body, and how the body is delivered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# The headers of every answer in Twilio's OpenAPI description.
DOCUMENTED_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-Match",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": "ETag, Twilio-Request-Id",
}


class Delivery(StrEnum):
    WHOLE = "whole"
    CUT = "cut"  # half of the body, then the connection closes
    RESET = "reset"  # the connection is reset before a byte
    HANG = "hang"  # nothing, ever


@dataclass(frozen=True, slots=True)
class Response:
    """`delay_seconds` is the wait before it is sent."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delivery: Delivery = Delivery.WHOLE
    delay_seconds: float = 0


class ApiError(Exception):
    """An error response with one of Twilio's error codes."""

    def __init__(
        self, status: int, code: int, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}

    @property
    def body(self) -> bytes:
        return json.dumps(
            {
                "code": self.code,
                "message": str(self),
                "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
                "status": self.status,
            }
        ).encode()


class HtmlError(ApiError):
    """An error of a load balancer: HTML, without a code."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, 0, message, {"Content-Type": "text/html"} | dict(headers or {}))

    @property
    def body(self) -> bytes:
        return f"<html><body><h1>{self.status} {self}</h1></body></html>".encode()


class BrokenError(Exception):
    """No response, or part of one."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery)
        self.delivery = delivery
