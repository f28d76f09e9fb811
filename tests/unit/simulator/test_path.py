from collections import Counter
from itertools import pairwise

import pytest

from simulator.definition import ENDED, Channel
from simulator.path import MAX_STEPS, Path, along, draw, looping
from simulator.sample_flow import sample_flow

FLOW = sample_flow()
CALLS = [draw(FLOW, Channel.CALL, f"call {n}") for n in range(2000)]


def ways(path: Path) -> list[tuple[str, str]]:
    return [(move.widget, move.next) for move in path.moves]


def test_a_seed_determines_the_path() -> None:
    assert draw(FLOW, Channel.CALL, "seed") == draw(FLOW, Channel.CALL, "seed")
    assert len({path.moves for path in CALLS}) > 100


@pytest.mark.parametrize(
    ("channel", "event", "next_widget"),
    [
        (Channel.CALL, "incomingCall", "greet"),
        (Channel.MESSAGE, "incomingMessage", "ask"),
        (Channel.REQUEST, "incomingRequest", "remind"),
    ],
)
def test_the_trigger_decides_where_it_begins(
    channel: Channel, event: str, next_widget: str
) -> None:
    paths = [draw(FLOW, channel, str(n)) for n in range(20)]
    assert {(path.moves[0].event, path.moves[0].next) for path in paths if path.moves} == {
        (event, next_widget)
    }


def test_a_widget_follows_where_the_one_before_it_led() -> None:
    for path in CALLS:
        of_the_flow = [move for move in path.moves if move.parent is None]
        for move, following in pairwise(of_the_flow):
            assert move.next == following.widget


def test_the_digits_decide_the_branch() -> None:
    for path in CALLS:
        for move, following in pairwise(path.moves):
            if following.widget == "route":
                expected = {"1": "identify", "2": "queue"}.get(move.value, "again")
                assert following.next == expected


def test_the_moves_of_a_subflow_come_before_the_one_of_the_widget_that_runs_it() -> None:
    seen = set()
    for path in CALLS:
        for number, move in enumerate(path.moves):
            if move.parent is None:
                continue
            assert move.parent > number
            if move.parent < len(path.moves):
                assert path.moves[move.parent].type == "run-subflow"
            seen.add(move.parent < len(path.moves))
    assert seen == {True, False}  # False: somebody hung up in the Subflow


def test_a_hangup_may_have_a_step_or_not() -> None:
    last = Counter(
        path.moves[-1].event == "hangup" for path in CALLS if path.moves and path.last_seconds == 0
    )
    assert min(last.values()) > 100
    assert sum(path.last_seconds > 0 for path in CALLS) > 100


def test_a_path_may_have_no_step_or_a_thousand() -> None:
    lengths = {len(path.moves) for path in CALLS}
    assert {0, MAX_STEPS} <= lengths
    assert max(lengths) == MAX_STEPS


def test_a_menu_may_time_out_again_and_again() -> None:
    assert any(Counter(ways(path))["again", "menu"] > 1 for path in CALLS)


@pytest.mark.parametrize("steps", [0, 1, 2, 7, MAX_STEPS])
def test_a_path_may_be_made_with_so_many_steps(steps: int) -> None:
    assert len(looping(FLOW, steps).moves) == steps


def test_a_path_may_be_made_through_named_widgets() -> None:
    path = along(FLOW, "Trigger", "greet", "menu", "again", "menu", "route")
    assert [move.event for move in path.moves] == [
        "incomingCall", "audioComplete", "timeout", "audioComplete", "keypress",
    ]  # fmt: skip
    assert path.last_seconds > 0


def test_a_path_to_the_end_hangs_up_where_no_exit_leads_there() -> None:
    path = along(FLOW, "Trigger", "greet", ENDED)
    assert (path.moves[-1].event, path.last_seconds) == ("hangup", 0)
    with pytest.raises(ValueError, match="greet does not lead to queue"):
        along(FLOW, "Trigger", "greet", "queue")
