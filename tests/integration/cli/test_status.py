"""`studio-export status`: how far the export is."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.faults import Fault, Kind
from simulator.studio import Studio
from simulator.traffic import fill
from studio_export.model import Checkpoint
from studio_export_cli.stores.sqlite import SqliteCheckpoints
from tests.integration.cli.details import let_settle
from tests.integration.cli.running import run

_FLOW = "FW" + "a" * 32


def _checkpoints(to: Path) -> SqliteCheckpoints:
    return SqliteCheckpoints(to / ".studio-export" / "checkpoints.sqlite3", ".")


def _left_behind(to: Path, **ago: float) -> None:
    """A Flow whose only run was that long ago and listed everything that was due."""
    now = datetime.now(UTC) - timedelta(**ago)
    cursors = {age: now - timedelta(seconds=age) for age in (120, 3600, 29 * 86_400)}
    _checkpoints(to).acquire(_FLOW, "one", now, now + timedelta(minutes=1))
    _checkpoints(to).save(_FLOW, "one", Checkpoint(cursors, dict.fromkeys(cursors, 60)))


def test_a_fresh_export_is_ok_and_needs_no_request(studio: Studio, exported: Path) -> None:
    requests = studio.requests
    result = run("status", "--to", exported, code=0)
    assert studio.requests == requests
    table, days, counted = (block.splitlines() for block in result.stdout.split("\n\n"))
    for flow, row, picture, lines in zip(
        studio.account.flows, table[1:], days[1:], counted[1:], strict=False
    ):
        assert row.split()[0] == flow.sid
        lag, headroom, finals, late, watched, _filter, lease = row.split()[3:]
        assert (lag, headroom, finals, late, lease) == ("2m", "30d", "30d", "-", "-")
        assert watched.isdecimal()
        # Just after midnight nothing of today is due.
        assert picture.split() in ([flow.sid, "#" * 30], [flow.sid, "#" * 29])
        assert lines.split()[4] == str(len(flow.executions))


def test_lines_are_not_counted_with_no_count(exported: Path) -> None:
    assert "OBJECTS" in run("status", "--to", exported).stdout
    assert "OBJECTS" not in run("status", "--to", exported, "--no-count").stdout


def test_an_export_that_stopped_is_late(to: Path) -> None:
    _left_behind(to, days=2)
    result = run("status", "--to", to, code=1)
    assert f"studio-export: {_FLOW} is late at 3 of 3 ages" in result.stderr
    assert result.stdout.splitlines()[1].split() == [
        *(_FLOW, "2d", "ago"),
        *("2d", "28d", "0s", "3"),  # lag, headrooms, late
        *("-", "-", "-"),  # watched, filter, lease
    ]


def test_headroom_is_for_unlisted_executions_and_finals_for_late_ones(
    to: Path,
) -> None:
    _left_behind(to, days=0.5)
    status = json.loads(run("status", "--to", to, "--json").stdout)["flows"][_FLOW]
    # At 29 days, and 12 hours late: Twilio deletes it in 12.
    assert abs(status["final_headroom_seconds"] - 12 * 3600) < 60
    assert abs(status["headroom_seconds"] - 29.5 * 86_400) < 180
    assert status["late_ages"] == [120, 3600, 29 * 86_400]
    assert status["ages"]["3600"]["behind_seconds"] // 60 == 720


def test_a_listing_is_late_after_the_grace_period(to: Path) -> None:
    _left_behind(to, hours=4)
    assert run("status", "--to", to).exit_code == 1
    assert run("status", "--to", to, "--grace", "1d").exit_code == 0


def test_the_picture_shows_where_the_listing_stopped(to: Path) -> None:
    _left_behind(to, days=3)
    days = json.loads(run("status", "--to", to, "--json").stdout)["flows"][_FLOW]["coverage"]
    assert len(days) == 30
    # The oldest days and the fourth depend on the hour: a listing may wait, and is an age behind.
    *old, _four_days, three_days, two_days, one_day, _today = days.values()
    assert all(share == 1 for share in old[4:])
    assert 0 <= three_days < 1
    assert (two_days, one_day) == (0, 0)


def test_an_active_lease_is_shown_and_an_expired_one_is_not(to: Path) -> None:
    _left_behind(to, minutes=3)
    assert json.loads(run("status", "--to", to, "--json").stdout)["flows"][_FLOW]["lease"] is None
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=9)
    _checkpoints(to).acquire(_FLOW, "two", datetime.now(UTC), until)
    status = json.loads(run("status", "--to", to, "--json").stdout)["flows"][_FLOW]["lease"]
    assert status == {"owner": "two", "expires_at": f"{until:%Y-%m-%dT%H:%M:%SZ}"}
    assert f"until {until:%H:%M:%S}Z" in run("status", "--to", to).stdout


@pytest.mark.parametrize(
    ("kind", "shown"), [(None, ("yes", True)), (Kind.STATUS_IGNORED, ("ignored", False))]
)
def test_the_answer_to_a_question_shows_whether_the_status_filter_works(
    studio: Studio, to: Path, kind: Kind | None, shown: tuple[str, bool]
) -> None:
    if kind:
        studio.faults.on(Fault(kind))
    flow = studio.account.flows[0]
    now = datetime.now(UTC).replace(microsecond=0)
    flow.add(now - timedelta(days=20))  # too far back for the page of the head
    fill(flow, 5000, now - timedelta(days=10), now - timedelta(days=1))
    for _ in range(2):
        run("run", "--to", to)
    row = run("status", "--to", to).stdout.splitlines()[1]
    status = json.loads(run("status", "--to", to, "--json").stdout)["flows"][flow.sid]
    assert (row.split()[-2], status["filter_works"]) == shown
    assert row.split()[-3] == f"{status['watched']:,}"


def test_an_item_of_a_newer_version_is_reported_and_hides_no_other_flow(
    studio: Studio, exported: Path
) -> None:
    first, second = (flow.sid for flow in studio.account.flows)
    with closing(sqlite3.connect(exported / ".studio-export" / "checkpoints.sqlite3")) as database:
        database.execute("UPDATE checkpoints SET version = 2 WHERE flow_sid = ?", (first,))
        database.commit()
    result = run("status", "--to", exported, code=1)
    assert f"the checkpoint of {first}" in result.stderr
    assert second not in result.stderr


def test_ages_are_listed_on_demand(to: Path) -> None:
    _left_behind(to, days=2)
    rows = [line.split() for line in run("status", "--to", to, "--ages").stdout.splitlines()]
    (hour,) = (row for row in rows if row[:2] == [_FLOW, "1h"])
    assert hour[-2:] == ["2d", "late"]


def test_only_the_flows_asked_for_are_shown(studio: Studio, exported: Path) -> None:
    first, second = (flow.sid for flow in studio.account.flows)
    out = run("status", "--to", exported, "--flow", second).stdout
    assert second in out
    assert first not in out


def test_objects_without_a_checkpoint_are_a_problem(studio: Studio, to: Path) -> None:
    stop = datetime.now(UTC) - timedelta(days=1)
    span = ("--since", f"{stop - timedelta(days=9):%Y-%m-%d}", "--until", f"{stop:%Y-%m-%d}")
    run("replay", "--to", to, *span)
    result = run("status", "--to", to, code=1)
    assert f"{studio.account.flows[0].sid} has no checkpoint" in result.stderr


def test_each_dataset_has_a_row_with_what_is_done(exported: Path) -> None:
    let_settle(exported)
    assert "DATASET" not in run("status", "--to", exported).stdout
    late = run("status", "--to", exported, env={"DATASETS": "executions,steps"}, code=1)
    assert "studio-export: steps lacks the lines of" in late.stderr
    run("run", "--to", exported, "--datasets", "executions,steps", code=0)
    result = run("status", "--to", exported, code=0)
    head, row = result.stdout.split("\n\n")[-1].splitlines()
    name, objects, done, *rest = row.split()
    assert (name, rest, head.split()[0]) == ("steps", ["0", "-", "-"], "DATASET")
    assert objects == done != "0"
    described = json.loads(run("status", "--to", exported, "--json").stdout)["datasets"]
    assert described["steps"]["done"] == int(done.replace(",", ""))
