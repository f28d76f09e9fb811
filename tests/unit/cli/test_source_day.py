"""verify lists around what Twilio cannot list, and names it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from studio_export.errors import (
    AccessDeniedError,
    DeadlineExceededError,
    EndpointError,
    InvalidPageError,
    StudioExportError,
    ThrottledError,
    UnavailableError,
)
from studio_export.export.ages import DEFAULT_AGES
from studio_export.model import Reply, Span
from studio_export_cli.verify.comparison import Verification, Verifier
from studio_export_cli.verify.deadlines import Deadlines
from studio_export_cli.verify.refusals import Refusals
from studio_export_cli.verify.source_day import list_day
from studio_export_cli.verify.text import as_json, complaints, total_line
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

_FLOW, _OTHER = "FW" + "1" * 32, "FW" + "2" * 32
_START = datetime(2026, 11, 20, tzinfo=UTC)
_DAY = Span(_START, _START + timedelta(days=1))
_ROWS = [_START + timedelta(minutes=3 * number) for number in range(480)]


class _Source:
    """A Flow whose listings fail as `fault` says, by their range and whether a page came."""

    base_url = "https://studio.twilio.com"

    def __init__(self, fault: Callable[[Span], StudioExportError | None]) -> None:
        self.fault = fault
        self.requests = 0

    def get(self, url: str, deadline: float) -> Reply:  # noqa: ARG002  no time passes
        self.requests += 1
        query = parse_qs(urlsplit(url).query)
        start, stop = (
            datetime.fromisoformat(query[name][0]) for name in ("DateCreatedFrom", "DateCreatedTo")
        )
        if error := self.fault(Span(start, stop)):
            raise error
        rows = [
            {"sid": f"FN{number:032x}", "status": "ended", "date_created": created.isoformat()}
            for number, created in enumerate(_ROWS)
            if start <= created <= stop
        ]
        body = {"meta": {"key": "executions", "next_page_url": None}, "executions": rows}
        return Reply(json.dumps(body).encode())


def _poisoned(at: datetime, error: StudioExportError) -> _Source:
    return _Source(lambda span: error if span.start <= at <= span.stop else None)


@pytest.mark.parametrize(
    "error",
    [
        UnavailableError("Twilio failed 5 times: HTTP 504"),
        InvalidPageError("Twilio sent an unexpected response: HTTP 400"),
    ],
)
def test_what_one_second_spoils_is_left_out_and_named(error: StudioExportError) -> None:
    at = _START + timedelta(hours=9, seconds=77)
    source = _poisoned(at, error)
    day = list_day(source, VirtualClock(), _FLOW, _DAY)
    assert len(day.executions) == len(_ROWS)
    assert {failure for _, failure in day.unlisted} == {error}
    assert min(span.start for span, _ in day.unlisted) >= at - timedelta(seconds=1)
    assert max(span.stop for span, _ in day.unlisted) <= at + timedelta(seconds=1)
    assert source.requests < 100


def test_an_answer_that_is_too_large_is_asked_for_in_parts() -> None:
    error = UnavailableError("Twilio failed 5 times: HTTP 504")
    source = _Source(lambda span: error if span.seconds > 3600 else None)
    day = list_day(source, VirtualClock(), _FLOW, _DAY)
    assert (len(day.executions), day.unlisted) == (len(_ROWS), [])


def test_an_outage_ends_verify_after_few_requests() -> None:
    source = _Source(lambda _: UnavailableError("Twilio failed 5 times: HTTP 503"))
    with pytest.raises(UnavailableError, match="503"):
        list_day(source, VirtualClock(), _FLOW, _DAY)
    assert source.requests < 40


def test_a_flow_whose_every_page_is_unreadable_costs_few_requests() -> None:
    source = _Source(lambda _: InvalidPageError("a page is not JSON"))
    day = list_day(source, VirtualClock(), _FLOW, _DAY)
    assert not day.executions
    assert sum(span.seconds for span, _ in day.unlisted) == _DAY.seconds
    assert source.requests < 40


@pytest.mark.parametrize("error", [ThrottledError("429", 9), DeadlineExceededError("no time")])
def test_throttling_is_not_answered_with_more_requests(error: StudioExportError) -> None:
    source = _Source(lambda _: error)
    with pytest.raises(type(error)):
        list_day(source, VirtualClock(), _FLOW, _DAY)
    assert source.requests == 1


def _verifier(source: _Source) -> Verifier:
    return Verifier(source, MemoryStoreWithRead(), VirtualClock(), Deadlines(DEFAULT_AGES, 3600))


class MemoryStoreWithRead(MemoryStore):
    def read(self, key: str) -> tuple[bytes, dict[str, str]]:
        return self.get(key), {}


def test_one_refused_flow_is_a_finding_and_is_asked_for_once() -> None:
    source = _Source(lambda _: AccessDeniedError("HTTP 403"))
    verifier = _verifier(source)
    verifier.refusals.record_answer()
    for _ in range(3):
        assert verifier.compare(_FLOW, _DAY).found == {"not_compared": 1}
    assert source.requests == 1
    verifier.refusals.check()


def test_a_refusal_of_everything_ends_verify() -> None:
    refusals = Refusals()
    refusals.record(_FLOW, AccessDeniedError("HTTP 401"))
    with pytest.raises(AccessDeniedError):
        refusals.check()
    for number in range(10):
        refusals.record(f"FW{number:032x}", AccessDeniedError("HTTP 401"))
    with pytest.raises(AccessDeniedError):
        refusals.record(_OTHER, AccessDeniedError("HTTP 401"))


def test_a_host_that_cannot_be_had_is_no_flows_finding() -> None:
    with pytest.raises(EndpointError):
        _verifier(_Source(lambda _: EndpointError("the certificate"))).compare(_OTHER, _DAY)


def test_what_was_not_listed_is_not_gone() -> None:
    at = _ROWS[200]
    verifier = _verifier(_poisoned(at, UnavailableError("HTTP 500")))
    report = verifier.compare(_FLOW, _DAY)
    assert report.gone == 0
    assert report.found["not_compared"] in {1, 2, 3}


def test_rejected_records_and_an_unusable_list_of_flows_are_no_success() -> None:
    report = _verifier(_Source(lambda _: None)).compare(_FLOW, Span(_START, _START))
    report.found.clear()
    good = Verification((report,))
    assert good.ok
    assert total_line(good).endswith("no problem found")
    failure = InvalidPageError("row 3 of a page of the list of Flows has no usable sid")
    bad = Verification((report,), (failure,))
    report.rejected = 2
    for each in (bad, Verification((report,))):
        assert not each.ok
        assert "no problem" not in total_line(each)
        assert as_json(each)["ok"] is False
    assert list(complaints(bad)) == [
        f"InvalidPageError: {failure}",
        "2 records have no usable sid or date_created and cannot be compared.",
    ]
