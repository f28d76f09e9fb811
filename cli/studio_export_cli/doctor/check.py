"""What the doctor says of one thing: how it is, and what to do. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from studio_export.errors import (
    AccessDeniedError,
    StudioExportError,
    UnavailableError,
    describe,
    failure_of,
)

_ROW = "{:<7}  {:<10}  {}"


class Severity(StrEnum):
    OK = "ok"
    UNKNOWN = "unknown"  # it was not looked at, or could not be
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`do` is empty where nothing is to be done."""

    subject: str
    severity: Severity
    what: str
    do: str = ""


def ok(subject: str, what: str) -> Verdict:
    return Verdict(subject, Severity.OK, what)


def unknown(subject: str, what: str, do: str = "") -> Verdict:
    return Verdict(subject, Severity.UNKNOWN, what, do)


def warning(subject: str, what: str, do: str) -> Verdict:
    return Verdict(subject, Severity.WARNING, what, do)


def wrong(subject: str, what: str, do: str) -> Verdict:
    return Verdict(subject, Severity.WRONG, what, do)


def if_allowed(subject: str, look: Callable[[], Verdict]) -> Verdict:
    """What `look` says; unknown, where this shell's credentials or the server do not let it."""
    try:
        return look()
    except AccessDeniedError as error:
        return unknown(
            subject, str(error), "Allow these credentials that action to have it checked."
        )
    except UnavailableError as error:
        return unknown(subject, str(error))


def failed(subject: str, error: StudioExportError, do: str) -> Verdict:
    return wrong(subject, describe(failure_of(error)), do)


def lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    for each in verdicts:
        yield _ROW.format(each.severity, each.subject, " ".join(each.what.split()))
        if each.do:
            yield _ROW.format("", "", f"> {each.do}")


def as_json(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    told = list(verdicts)
    return {"well": not any_wrong(told), "verdicts": [asdict(each) for each in told]}


def any_wrong(verdicts: Iterable[Verdict]) -> bool:
    return any(each.severity is Severity.WRONG for each in verdicts)
