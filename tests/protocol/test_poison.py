"""Whatever one Execution does to the answers that hold it, every other has its line in two runs.

Its final line too, unless no question is answered: then by the ages.
"""

import pytest

from studio_export.errors import HoleError
from studio_export.function.result import error_lines
from tests.protocol.poison import FLOW, OTHER, ROW_FAULTS, Poison, PoisonedLife, live_poisoned

SEEDS = range(4)
HOLES = {
    Poison.SERVER_ERROR,
    Poison.REFUSED,
    Poison.HTML,
    Poison.CUT,
    Poison.FAR_DATE,
    Poison.ENDLESS,
}


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", list(Poison))
def test_every_other_execution_has_its_lines_within_two_runs_and_a_budget_of_requests(
    kind: Poison, seed: int, concurrency: int
) -> None:
    live_poisoned(kind, seed, concurrency)


@pytest.mark.parametrize("kind", sorted(HOLES))
def test_what_cannot_be_listed_is_reported_at_every_run_and_tried_again(kind: Poison) -> None:
    life = PoisonedLife(kind, seed=1)
    for _ in range(3):
        life.run()
        (error,) = (flow.error for flow in life.summary.flows if flow.flow_sid == FLOW)
        assert error is not None
        assert error.kind is HoleError
        poisoned = life.source.created[life.source.poisoned]
        (hole,) = life.checkpoints.items[FLOW].checkpoint.holes
        assert hole.start <= poisoned < hole.stop
    life.source.poisoned = ""  # it is answered now
    life.run()
    assert life.source.created.keys() == life.exported
    assert error_lines(life.summary) == []
    assert life.checkpoints.items[FLOW].checkpoint.holes == ()


@pytest.mark.parametrize("kind", sorted(ROW_FAULTS))
def test_a_row_that_cannot_be_used_is_put_aside_alone(kind: Poison) -> None:
    life = PoisonedLife(kind, seed=2)
    life.run()
    assert sum(key.startswith("rejected/") for key in life.store.objects) == 1
    assert life.checkpoints.items[FLOW].checkpoint.holes == ()


def test_a_forbidden_flow_is_that_flows_error_alone() -> None:
    life = PoisonedLife(Poison.FORBIDDEN_FLOW, seed=3)
    life.run()
    assert life.summary.stopped is None
    assert error_lines(life.summary) == [f"{OTHER}: AccessDeniedError: HTTP 403"]


def test_answers_that_are_too_large_narrow_within_one_run() -> None:
    life = PoisonedLife(Poison.LARGE_ANSWERS, seed=4, executions=4_000)
    life.run()
    assert life.missing == set()
    assert error_lines(life.summary) == []


def test_a_hole_that_twilio_deleted_is_counted_once_and_forgotten() -> None:
    life = PoisonedLife(Poison.REFUSED, seed=5)
    life.run()
    life.clock.advance(31 * 86_400)
    life.run()
    assert life.summary.totals.holes_expired >= 1
    life.run()
    assert life.summary.totals.holes_expired == 0
    assert life.checkpoints.items[FLOW].checkpoint.holes == ()
