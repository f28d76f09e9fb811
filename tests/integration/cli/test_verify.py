"""`studio-export verify`: it finds each kind of corruption and reports nothing else."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.faults import Fault, Kind
from simulator.oddities import Oddity
from simulator.request import Operation
from simulator.studio import Studio
from tests.integration.cli.buckets import Bucket
from tests.integration.cli.running import run

_DAYS = 30


def _range() -> tuple[str, ...]:
    start = datetime.now(UTC) - timedelta(days=_DAYS)
    return "--since", f"{start:%Y-%m-%dT%H:%M:%SZ}", "--until", "2100-01-01"


def _verify(to: object, *more: object) -> tuple[int, dict[str, Any]]:
    result = run("verify", "--to", to, *_range(), "--json", *more)
    assert result.exit_code in {0, 1}, result.output
    return result.exit_code, json.loads(result.stdout)


def _objects(to: Path) -> list[Path]:
    return sorted((to / "executions").glob("dt=*/FW*.jsonl.gz"))


def _lines(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines(keepends=True)


def _replace(path: Path, lines: list[bytes]) -> None:
    path.unlink()
    path.write_bytes(gzip.compress(b"".join(lines)))


def _final(to: Path) -> Path:
    """An old object whose first line is final."""
    return next(path for path in _objects(to) if b'"status": "ended"' in _lines(path)[0])


def _lose_a_line(to: Path) -> str:
    path = next(path for path in _objects(to) if len(_lines(path)) > 1)
    _replace(path, _lines(path)[1:])
    return "missing"


def _lose_a_final_line(to: Path) -> str:
    path = _final(to)
    first, *rest = _lines(path)
    _replace(path, [first.replace(b'"ended"', b'"active"', 1), *rest])
    return "missing"


def _double_a_line(to: Path) -> str:
    path = _objects(to)[0]
    _replace(path, [*_lines(path), _lines(path)[0]])
    return "duplicate"


def _go_on_after_the_end(to: Path) -> str:
    path = _final(to)
    line = _lines(path)[0].replace(b'"ended"', b'"active"', 1)
    path.with_name(path.name.replace("00000", "00001")).write_bytes(gzip.compress(line))
    return "line_after_final"


def _move_a_line(to: Path) -> str:
    path = _objects(to)[0]
    first, *rest = _lines(path)
    record = json.loads(first)
    created = datetime.fromisoformat(record["date_created"]) + timedelta(hours=1)
    record["date_created"] = f"{created:%Y-%m-%dT%H:%M:%SZ}"
    _replace(path, [json.dumps(record).encode() + b"\n", *rest])
    return "wrong_partition"


def _skip_a_number(to: Path) -> str:
    path = _objects(to)[0]
    path.rename(path.with_name(path.name.replace("00000", "00001")))
    return "gap"


def _cut_an_object(to: Path) -> str:
    path = _objects(to)[0]
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes(whole[:-9])
    return "unreadable"


def test_a_complete_export_is_ok(studio: Studio, exported: Path) -> None:
    code, result = _verify(exported)
    assert (code, result["ok"], result["totals"]["found"]) == (0, True, {})
    listed = sum(len(flow.executions) for flow in studio.account.flows)
    assert (result["totals"]["listed"], result["totals"]["exported"]) == (listed, listed)
    printed = run("verify", "--to", exported, *_range())
    assert printed.stdout.splitlines()[-1].endswith("no problem found")


@pytest.mark.parametrize(
    "corruption",
    [
        _lose_a_line,
        _lose_a_final_line,
        _double_a_line,
        _go_on_after_the_end,
        _move_a_line,
        _skip_a_number,
        _cut_an_object,
    ],
)
def test_each_kind_of_corruption_has_its_own_finding_and_no_other(
    corruption: Callable[[Path], str], exported: Path
) -> None:
    kind = corruption(exported)
    code, result = _verify(exported)
    found = result["totals"]["found"]
    if kind == "unreadable":  # and so its lines are not there
        assert found.pop("missing") > 0
    assert (code, found) == (1, {kind: 1})
    (finding,) = (
        finding
        for days in result["flows"].values()
        for day in days.values()
        for finding in day["findings"]
        if finding["kind"] == kind
    )
    assert finding["location"].startswith("executions/dt=")
    assert f"{kind}: " in run("verify", "--to", exported, *_range()).stdout


def test_without_an_export_every_due_line_is_missing(studio: Studio, to: Path) -> None:
    to.mkdir()
    _, result = _verify(to)
    totals = result["totals"]
    assert totals["found"]["missing"] + totals["not_due"] == totals["listed"] == 140
    assert totals["found"]["missing"] > 130
    assert studio.account.flows


def test_what_just_ended_is_not_yet_due(studio: Studio, to: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    flow = studio.account.flows[0]
    # Seen active by the run; it ends at a day's age, and the sweep of two days comes later.
    flow.add(now - timedelta(hours=30), ends_at=now + timedelta(seconds=3))
    flow.add(now - timedelta(minutes=1))  # younger than the head
    run("run", "--to", to)
    studio.clock = lambda: datetime.now(UTC) + timedelta(minutes=1)
    code, result = _verify(to, "--flow", flow.sid)
    assert (code, result["totals"]["found"]) == (0, {})
    assert result["totals"]["not_due"] == 2


def test_what_twilio_no_longer_lists_is_counted_and_is_no_finding(
    studio: Studio, exported: Path
) -> None:
    flow = studio.account.flows[0]
    flow.executions[50].deleted_at = datetime.now(UTC)
    code, result = _verify(exported)
    assert (code, result["totals"]["gone"]) == (0, 1)


def test_only_the_range_and_the_flows_asked_for_are_compared(
    studio: Studio, exported: Path
) -> None:
    flow = studio.account.flows[1]
    start, stop = flow.executions[10].created, flow.executions[20].created
    span = ("--since", start.isoformat(), "--until", stop.isoformat())
    result = run("verify", "--to", exported, *span, "--flow", flow.sid, "--json", code=0)
    totals = json.loads(result.stdout)["totals"]
    assert totals["listed"] == totals["exported"] == 10


@pytest.mark.parametrize(
    "faults",
    [
        (Fault(Kind.PAGE_SIZE, 7), Fault(Kind.REPEATED_ROWS), Fault(Kind.SHUFFLED_ROWS)),
        (Fault(Kind.PAGE_SIZE, 7), Fault(Kind.OFFSET_TOKENS), Fault(Kind.EMPTY_PAGE)),
        (Fault(Kind.FROM_SHIFT, 1), Fault(Kind.TO_SHIFT, 1)),
        (Fault(Kind.LATE_VISIBILITY, 7200), Fault(Kind.EMPTY_LAST_PAGE)),
        (Fault(Kind.THROTTLED, "0", first=3, times=4), Fault(Kind.SERVER_ERROR, first=9, times=1)),
        (Fault(Kind.SPOILED_ROWS, Oddity.NULL_DATE_UPDATED), Fault(Kind.PRETTY)),
        (Fault(Kind.SPOILED_ROWS, Oddity.NAN), Fault(Kind.PAGE_SIZE, 50)),
    ],
    ids=lambda faults: " ".join(fault.kind for fault in faults),
)
def test_a_faulty_studio_leads_to_no_false_finding(
    studio: Studio, to: Path, faults: tuple[Fault, ...]
) -> None:
    studio.faults.on(*faults)
    assert run("run", "--to", to).exit_code == 0
    code, result = _verify(to)
    assert (code, result["totals"]["found"]) == (0, {})


def test_a_missing_final_line_is_found_although_a_strict_parser_refuses_its_record(
    studio: Studio, exported: Path
) -> None:
    _lose_a_final_line(exported)
    nan = Fault(Kind.SPOILED_ROWS, Oddity.NAN, operation=Operation.EXECUTIONS)
    studio.faults.on(nan)
    code, result = _verify(exported)
    assert (code, result["totals"]["found"]) == (1, {"missing": 1})


@pytest.mark.parametrize("kind", [Kind.HTML_PAGE, Kind.URL_CYCLE])
def test_a_list_that_cannot_be_read_is_a_finding_of_its_day(
    studio: Studio, exported: Path, kind: Kind
) -> None:
    flow = studio.account.flows[0]
    pages = Fault(Kind.PAGE_SIZE, 3)
    studio.faults.on(pages, Fault(kind, "http://example.com", Operation.EXECUTIONS, flow.sid))
    # Two days: a listing that is tried again waits for 15 s.
    start = datetime.now(UTC) - timedelta(days=2)
    code, result = _verify(exported, "--since", f"{start:%Y-%m-%d}")
    assert code == 1
    assert set(result["totals"]["found"]) == {"not_compared"}
    assert set(result["flows"]) > {flow.sid}


def test_a_record_that_cannot_be_compared_is_no_success(studio: Studio, exported: Path) -> None:
    created = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
    studio.account.flows[0].add(created, oddity=Oddity.NULL_SID)
    result = run("verify", "--to", exported, *_range(), code=1)
    assert "1 record has no usable sid" in result.stderr
    assert "no problem" not in result.stdout


def test_lines_under_a_privacy_policy_are_complete(
    to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVACY", "contact_channel_address=hmac,contact_sid=mask,context=drop")
    monkeypatch.setenv("PRIVACY_KEY", "k" * 40)
    run("run", "--to", to)
    code, result = _verify(to)
    assert (code, result["totals"]["found"], result["totals"]["exported"]) == (0, {}, 140)


def test_a_corrupt_line_is_not_quoted(exported: Path) -> None:
    path = _objects(exported)[0]
    private = b'{"sid": "+15559990042", "status": "private", "date_created": "at nine"}\n'
    _replace(path, [*_lines(path), private, private])
    out = run("verify", "--to", exported, *_range()).stdout
    assert "wrong_partition: an Execution was not created in this hour" in out
    assert "duplicate: an Execution already has a line with this status" in out
    assert not [each for each in ("+1555", "private", "at nine") if each in out]


def test_nothing_is_written(exported: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in exported.rglob("*")}
    _verify(exported)
    assert {path: path.stat().st_mtime_ns for path in exported.rglob("*")} == before


def test_a_day_of_many_pages_is_listed_in_halves(studio: Studio, to: Path) -> None:
    flow = studio.account.flows[0]
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
    for n in range(600):
        flow.add(start + timedelta(seconds=20 * n), start + timedelta(seconds=20 * n + 5))
    run("run", "--to", to)
    studio.faults.on(Fault(Kind.PAGE_SIZE, 20))
    code, result = _verify(to, "--flow", flow.sid)
    assert (code, result["totals"]["listed"]) == (0, len(flow.executions))


@pytest.mark.usefixtures("environment")
def test_on_s3_lines_that_do_not_match_their_sha256_are_found(bucket: Bucket) -> None:
    s3, to = bucket.client, bucket.to
    start = datetime.now(UTC) - timedelta(days=5)
    span = ("--since", f"{start:%Y-%m-%d}", "--until", f"{start + timedelta(days=2):%Y-%m-%d}")
    assert run("replay", "--to", to, *span).exit_code == 0
    assert run("verify", "--to", to, *span).exit_code == 0
    key = s3.list_objects_v2(Bucket=bucket.name, Prefix="studio/exec")["Contents"][0]["Key"]
    stored = s3.get_object(Bucket=bucket.name, Key=key)
    text = gzip.decompress(stored["Body"].read())
    body = gzip.compress(text.replace(b'"flow_version": 1', b'"flow_version": 2', 1))
    s3.put_object(Bucket=bucket.name, Key=key, Body=body, Metadata=stored["Metadata"])
    result = run("verify", "--to", to, *span, "--json", code=1)
    assert json.loads(result.stdout)["totals"]["found"] == {"checksum_mismatch": 1}
