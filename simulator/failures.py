"""Faults that replace the answer."""

from collections.abc import Callable

from simulator.faults import Active, Fault, Kind
from simulator.responses import ApiError, BrokenError, Delivery, HtmlError


def fail(active: Active) -> None:
    """Raise the error of the first active fault that replaces the answer.

    Raises:
        ApiError: the answer is an error.
        BrokenError: the answer does not arrive whole.
    """
    for kind, failure in _FAILURES.items():
        if kind in active:
            raise failure(active[kind])


def _throttled(fault: Fault) -> ApiError:
    value = fault.value
    text = f"{value:g}" if isinstance(value, int | float) else value
    headers = {} if text is None else {"Retry-After": text}
    return ApiError(429, 20429, "Too Many Requests", headers)


def _redirect(fault: Fault) -> ApiError:
    return HtmlError(302, "Found", {"Location": str(fault.value or "https://example.net/")})


_FAILURES: dict[Kind, Callable[[Fault], Exception]] = {
    Kind.RESET: lambda _: BrokenError(Delivery.RESET),
    Kind.HANG: lambda _: BrokenError(Delivery.HANG),
    Kind.SERVER_ERROR: lambda fault: HtmlError(int(fault.number(503)), "Service Unavailable"),
    Kind.REDIRECT: _redirect,
    Kind.HTML_PAGE: lambda _: HtmlError(200, "Maintenance"),
    Kind.THROTTLED: _throttled,
    Kind.UNAUTHORIZED: lambda _: ApiError(401, 20003, "Authenticate"),
    Kind.SUSPENDED: lambda _: ApiError(403, 20403, "Account is suspended"),
    Kind.NO_PERMISSION: lambda fault: ApiError(
        int(fault.number(403)), 70051, "The API key lacks the permission for this request"
    ),
    Kind.NOT_FOUND: lambda _: ApiError(404, 20404, "The requested resource was not found"),
}
