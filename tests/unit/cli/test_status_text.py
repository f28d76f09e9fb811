from datetime import UTC, datetime, timedelta

import pytest

from studio_export.model import Checkpoint, Hints, Span, StoredCheckpoint
from studio_export_cli.flow_names import FlowNames
from studio_export_cli.status.flow_status import FlowStatus
from studio_export_cli.status.text import BLOCKS, PLAIN, as_json, level, lines, problems

_NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.mark.parametrize("levels", [BLOCKS, PLAIN])
def test_the_first_level_is_for_none_only_and_the_last_for_all_only(levels: str) -> None:
    assert level(1.0, levels) == levels[-1]
    assert level(0.9999, levels) == levels[-2]
    assert level(0.0001, levels) == levels[1]
    assert level(0.0, levels) == levels[0]


def _flow(*holes: Span, known: Hints | None = None) -> FlowStatus:
    cursors = {120: _NOW - timedelta(seconds=120)}
    stored = StoredCheckpoint("FW" + "1" * 32, Checkpoint(cursors, {}, holes, known))
    return FlowStatus(stored, _NOW, 3600)


def test_a_flow_with_a_hole_is_not_ok_and_the_hole_is_named() -> None:
    hole = Span(_NOW - timedelta(hours=9), _NOW - timedelta(hours=9) + timedelta(seconds=2))
    flow = _flow(hole)
    assert not flow.ok
    (problem,) = problems([flow], FlowNames())
    assert "2 seconds of creation time could not be listed" in problem
    assert "2026-11-23T05:00:00Z/2026-11-23T05:00:02Z" in problem
    described = as_json([flow], FlowNames())
    assert described["ok"] is False
    assert described["flows"][flow.flow_sid]["holes"] == [
        {"since": "2026-11-23T05:00:00Z", "until": "2026-11-23T05:00:02Z"}
    ]


@pytest.mark.parametrize(
    ("known", "cells", "described"),
    [
        (None, ["-", "-"], (None, False, None)),
        (Hints(), ["0", "-"], (0, False, None)),
        (Hints((1, 1, 2)), ["3", "-"], (3, False, None)),
        (Hints((1,) * 1234, ask_from=9), ["1,234", "yes"], (1234, False, True)),
        (Hints((1,), ask_from=9, ignored_until=9), ["1", "ignored"], (1, False, False)),
        (Hints((1,), ignored_until=9), ["1", "ignored"], (1, False, False)),
        (Hints(dropped_until=9), ["too", "many", "-"], (None, True, None)),
    ],
)
def test_the_hints_show_how_many_are_watched_and_whether_the_filter_works(
    known: Hints | None, cells: list[str], described: tuple[int | None, bool, bool | None]
) -> None:
    flow = _flow(known=known)
    _, row, *_ = lines([flow], FlowNames(), with_ages=False, levels=PLAIN)
    assert row.split()[7:-1] == cells  # after LATE, before LEASE
    status = as_json([flow], FlowNames())["flows"][flow.flow_sid]
    found = (status["watched"], status["too_many_active"], status["filter_works"])
    assert found == described


def test_a_flow_without_a_checkpoint_shows_nothing_of_hints() -> None:
    flow = FlowStatus(StoredCheckpoint("FW" + "1" * 32), _NOW, 3600)
    _, row, *_ = lines([flow], FlowNames(), with_ages=False, levels=PLAIN)
    assert row.split()[1:] == ["never", *"-------"]
    status = as_json([flow], FlowNames())["flows"][flow.flow_sid]
    assert (status["watched"], status["filter_works"]) == (None, None)


def test_every_row_of_the_table_is_in_its_columns() -> None:
    flows = [_flow(), _flow(known=Hints(dropped_until=9)), _flow(known=Hints((1,) * 15_000))]
    head, *rows = list(lines(flows, FlowNames(), with_ages=False, levels=PLAIN))[:4]
    end = head.index("FILTER") + len("FILTER")
    assert {row[end : head.index("LEASE")] for row in rows} == {"  "}
    assert len(head) < 120


def test_of_many_holes_some_are_named_and_all_are_counted() -> None:
    holes = [
        Span(_NOW - timedelta(hours=n), _NOW - timedelta(hours=n) + timedelta(seconds=1))
        for n in range(9, 0, -1)
    ]
    (problem,) = problems([_flow(*holes)], FlowNames())
    assert "9 seconds" in problem
    assert problem.count("/2026-") == 3
    assert "and 6 more" in problem


def test_a_flow_without_a_hole_says_nothing_of_them() -> None:
    assert _flow().ok
    assert list(problems([_flow()], FlowNames())) == []
    assert as_json([_flow()], FlowNames())["flows"]["FW" + "1" * 32]["holes"] == []


def test_a_name_stands_beside_the_sid_in_every_table_and_message() -> None:
    flow = _flow(Span(_NOW - timedelta(hours=9), _NOW - timedelta(hours=8)))
    names = FlowNames.of({flow.flow_sid: "Support line"})

    found = list(lines([flow], names, with_ages=True, levels=PLAIN))

    rows = [line for line in found if line.startswith(flow.flow_sid)]
    assert len(rows) == 3
    assert all(row.startswith(f"{flow.flow_sid}  Support line  ") for row in rows)
    assert found[0].startswith(f"{'FLOW':<34}  NAME          ")
    (problem,) = problems([flow], names)
    assert problem.startswith(f"{flow.flow_sid} (Support line): 3,600 seconds")
    assert as_json([flow], names)["flows"][flow.flow_sid]["name"] == "Support line"
