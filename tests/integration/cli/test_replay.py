"""`studio-export replay`: repair, and the proof that there was nothing to repair."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator.faults import Fault, Kind
from simulator.oddities import Oddity
from simulator.server import StudioServer
from tests.integration.cli.running import lines, run, truth

_PROOF = "Nothing was missed: each Execution that Twilio lists had its line before."


def _span(days: int = 30) -> tuple[str, ...]:
    start = datetime.now(UTC) - timedelta(days=days)
    return "--from", f"{start:%Y-%m-%dT%H:%M:%SZ}", "--until", "2100-01-01"


def test_a_replay_fills_its_range_and_moves_no_cursor(server: StudioServer, to: Path) -> None:
    flow = server.studio.account.flows[0]
    stop = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
    span = ("--from", (stop - timedelta(days=5)).isoformat(), "--until", stop.isoformat())
    result = run("replay", "--to", to, *span, "--flow", flow.sid)
    assert result.exit_code == 0, result.output
    # A replay lists a second more, before its range.
    start = stop - timedelta(days=5, seconds=1)
    within = {each.sid for each in flow.executions if start <= each.created < stop}
    assert {sid for sid, _ in lines(to)} == within
    assert not (to / ".studio-export").exists()


def test_a_replay_that_writes_nothing_says_that_nothing_was_missed(to: Path) -> None:
    run("run", "--to", to)
    result = run("replay", "--to", to, *_span())
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == _PROOF
    told = json.loads(run("replay", "--to", to, *_span(), "--json").stdout)
    assert (told["nothing_missed"], told["totals"]["lines"]) == (True, 0)


def test_a_replay_that_writes_says_no_such_thing(to: Path) -> None:
    result = run("replay", "--to", to, *_span())
    assert result.exit_code == 0
    assert "missed" not in result.stdout


def test_a_replay_that_failed_half_way_proves_nothing(server: StudioServer, to: Path) -> None:
    run("run", "--to", to)
    server.studio.faults.on(Fault(Kind.HTML_PAGE, flow_sid=server.studio.account.flows[0].sid))
    result = run("replay", "--to", to, *_span())
    assert result.exit_code == 1
    assert "Nothing was missed" not in result.stdout


def test_a_dry_run_says_what_a_replay_would_write_and_writes_nothing(
    server: StudioServer, to: Path
) -> None:
    # One sweep at a time: how the lines of an hour fall into objects depends on who was first.
    options = ("--to", to, *_span(), "--concurrency", "1")
    dry = run("replay", *options, "--dry-run")
    assert dry.exit_code == 0
    assert not to.exists()
    first, second, total, words = dry.stdout.splitlines()
    assert words == "A dry run: nothing was written. A replay would write these lines."
    real = run("replay", *options)
    assert real.stdout.splitlines() == [first, second, total]
    assert lines(to) == truth(*server.studio.account.flows)


def test_a_dry_run_over_a_whole_export_is_the_same_proof(to: Path) -> None:
    run("run", "--to", to)
    before = lines(to)
    told = json.loads(run("replay", "--to", to, *_span(), "--dry-run", "--json").stdout)
    assert (told["dry_run"], told["nothing_missed"]) == (True, True)
    assert lines(to) == before


def test_a_dry_run_finds_what_one_lost_hour_lacks(to: Path) -> None:
    run("run", "--to", to)
    before = lines(to)
    next(iter(sorted((to / "executions").glob("*/*-00000.jsonl.gz")))).unlink()
    lost = before.total() - lines(to).total()
    told = json.loads(run("replay", "--to", to, *_span(), "--dry-run", "--json").stdout)
    assert (told["totals"]["lines"], told["nothing_missed"]) == (lost, False)
    assert before.total() - lines(to).total() == lost


def test_a_dry_run_counts_a_rejected_record_only_if_it_is_new(
    server: StudioServer, to: Path
) -> None:
    created = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
    server.studio.account.flows[0].add(created, oddity=Oddity.NULL_SID)
    rejected = []
    for more in (("--dry-run",), (), ("--dry-run",)):
        told = json.loads(run("replay", "--to", to, *_span(), "--json", *more).stdout)
        rejected.append(told["totals"]["rejected"])
    assert rejected == [1, 1, 0]


def test_a_place_or_a_function_is_needed_and_not_both(to: Path) -> None:
    for place in ((), ("--to", to, "--function", "f"), ("--function", "f", "--dry-run")):
        result = run("replay", *place, *_span())
        assert result.exit_code == 2, result.output


def test_a_range_that_twilio_keeps_no_more_is_no_proof(to: Path) -> None:
    run("run", "--to", to)
    old = ("--from", "2020-01-01", "--until", "2020-01-02")
    for command in ("replay", "verify"):
        assert "Twilio keeps 30 days" in run(command, "--to", to, *old).stderr
        assert run(command, "--to", to, *_span()).stderr == ""
