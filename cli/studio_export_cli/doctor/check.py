"""A check of the doctor: its status, what was found, and the remedy. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from studio_export.errors import (
    AccessDeniedError,
    StudioExportError,
    UnavailableError,
)

_ROW = "{:<7}  {:<10}  {}"


class Status(StrEnum):
    OK = "OK"
    UNKNOWN = "UNKNOWN"  # it was not checked, or could not be
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a check. `remedy` is empty if there is nothing to do."""

    subject: str
    status: Status
    message: str
    remedy: str = ""


def ok(subject: str, message: str) -> Check:
    return Check(subject, Status.OK, message)


def unknown(subject: str, message: str, remedy: str = "") -> Check:
    return Check(subject, Status.UNKNOWN, message, remedy)


def warn(subject: str, message: str, remedy: str) -> Check:
    return Check(subject, Status.WARN, message, remedy)


def fail(subject: str, message: str, remedy: str) -> Check:
    return Check(subject, Status.FAIL, message, remedy)


def if_allowed(subject: str, check: Callable[[], Check]) -> Check:
    """Return what `check` does; UNKNOWN if the credentials or the server do not allow it."""
    try:
        return check()
    except AccessDeniedError as error:
        return unknown(subject, str(error), "Allow these credentials this action.")
    except UnavailableError as error:
        return unknown(subject, str(error))


def fail_by(subject: str, error: StudioExportError, remedy: str) -> Check:
    return fail(subject, f"{type(error).__name__}: {error}", remedy)


def lines(checks: Iterable[Check]) -> Iterator[str]:
    for each in checks:
        yield _ROW.format(each.status, each.subject, " ".join(each.message.split()))
        if each.remedy:
            yield _ROW.format("", "", f"> {each.remedy}")


def as_json(checks: Iterable[Check]) -> dict[str, Any]:
    results = list(checks)
    return {"ok": not any_failed(results), "checks": [asdict(each) for each in results]}


def any_failed(checks: Iterable[Check]) -> bool:
    return any(each.status is Status.FAIL for each in checks)
