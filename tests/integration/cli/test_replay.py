"""`studio-export replay`: it writes missing lines, or proves that none is missing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator.faults import Fault, Kind
from simulator.oddities import Oddity
from simulator.studio import Studio
from tests.integration.cli.running import expected_lines, lines, run

_PROOF = "Nothing was missed: each Execution that Twilio lists already has its line."
_DRY_RUN = "Nothing was written (--dry-run). A replay without it would write these lines."


def _span(days: int = 30) -> tuple[str, ...]:
    start = datetime.now(UTC) - timedelta(days=days)
    return "--since", f"{start:%Y-%m-%dT%H:%M:%SZ}", "--until", "2100-01-01"


def test_a_replay_fills_its_range_and_moves_no_cursor(studio: Studio, to: Path) -> None:
    flow = studio.account.flows[0]
    stop = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
    span = ("--since", (stop - timedelta(days=5)).isoformat(), "--until", stop.isoformat())
    run("replay", "--to", to, *span, "--flow", flow.sid, code=0)
    # A replay lists a second more, before its range.
    start = stop - timedelta(days=5, seconds=1)
    within = {each.sid for each in flow.executions if start <= each.created < stop}
    assert {sid for sid, _ in lines(to)} == within
    assert not (to / ".studio-export").exists()


def test_a_replay_that_writes_nothing_says_that_nothing_was_missed(exported: Path) -> None:
    result = run("replay", "--to", exported, *_span(), code=0)
    assert result.stdout.splitlines()[-1] == _PROOF
    summary = json.loads(run("replay", "--to", exported, *_span(), "--json").stdout)
    assert (summary["nothing_missed"], summary["totals"]["lines"]) == (True, 0)


def test_a_replay_that_writes_does_not_claim_that(to: Path) -> None:
    result = run("replay", "--to", to, *_span(), code=0)
    assert "missed" not in result.stdout


def test_a_replay_that_fails_proves_nothing(studio: Studio, exported: Path) -> None:
    studio.faults.on(Fault(Kind.HTML_PAGE, flow_sid=studio.account.flows[0].sid))
    result = run("replay", "--to", exported, *_span(), code=1)
    assert "Nothing was missed" not in result.stdout


def test_a_dry_run_counts_what_a_replay_would_write_and_writes_nothing(
    studio: Studio, to: Path
) -> None:
    # One sweep at a time: how the lines of an hour fall into objects depends on who was first.
    options = ("--to", to, *_span(), "--concurrency", "1")
    dry = run("replay", *options, "--dry-run", code=0)
    assert not to.exists()
    first, second, total, conclusion = dry.stdout.splitlines()
    assert conclusion == _DRY_RUN
    real = run("replay", *options)
    assert real.stdout.splitlines() == [first, second, total]
    assert lines(to) == expected_lines(*studio.account.flows)


def test_a_dry_run_over_a_whole_export_is_the_same_proof(exported: Path) -> None:
    before = lines(exported)
    summary = json.loads(run("replay", "--to", exported, *_span(), "--dry-run", "--json").stdout)
    assert (summary["dry_run"], summary["nothing_missed"]) == (True, True)
    assert lines(exported) == before


def test_a_dry_run_finds_what_one_lost_hour_lacks(exported: Path) -> None:
    before = lines(exported)
    next(iter(sorted((exported / "executions").glob("*/*-00000.jsonl.gz")))).unlink()
    lost = before.total() - lines(exported).total()
    summary = json.loads(run("replay", "--to", exported, *_span(), "--dry-run", "--json").stdout)
    assert (summary["totals"]["lines"], summary["nothing_missed"]) == (lost, False)
    assert before.total() - lines(exported).total() == lost


def test_a_dry_run_counts_a_rejected_record_only_if_it_is_new(studio: Studio, to: Path) -> None:
    created = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
    studio.account.flows[0].add(created, oddity=Oddity.NULL_SID)
    rejected = []
    for more in (("--dry-run",), (), ("--dry-run",)):
        summary = json.loads(run("replay", "--to", to, *_span(), "--json", *more).stdout)
        rejected.append(summary["totals"]["rejected"])
    assert rejected == [1, 1, 0]


def test_a_dataset_or_a_function_is_required_but_not_both(to: Path) -> None:
    for target in ((), ("--to", to, "--function", "f"), ("--function", "f", "--dry-run")):
        run("replay", *target, *_span(), code=2)


def test_a_range_that_twilio_no_longer_keeps_is_no_proof(exported: Path) -> None:
    old = ("--since", "2020-01-01", "--until", "2020-01-02")
    for command in ("replay", "verify"):
        assert "Twilio keeps 30 days" in run(command, "--to", exported, *old).stderr
        assert run(command, "--to", exported, *_span()).stderr == ""
