"""A listing that fails, with a single age: no later sweep can find what it loses."""

from dataclasses import replace

import pytest

from simulator.faults import Fault, Kind
from tests.protocol.life import live
from tests.protocol.scenarios import DAY, MINUTE, Life, Scenario, every

AGE = 2 * MINUTE
RUN_TIMES = every(10 * MINUTE, 30 * MINUTE)
# Where one sweep ends and the next begins: an Execution on each side, and one in the very second.
BOUNDS = (-DAY, *(run_time - AGE for run_time in RUN_TIMES[:-1]))
ONCE = Scenario(
    "each is listed once",
    executions=tuple(
        Life(created=bound + offset, lasts_seconds=10) for bound in BOUNDS for offset in (-1, 0, 1)
    ),
    ages=(AGE,),
    run_times=RUN_TIMES,
    studio_faults=(Fault(Kind.PAGE_SIZE, value=2),),
)


def test_nothing_is_lost_between_two_sweeps() -> None:
    live(ONCE)


@pytest.mark.parametrize(
    ("kind", "seconds"), [(Kind.FROM_SHIFT, -1), (Kind.FROM_SHIFT, 1), (Kind.TO_SHIFT, 1)]
)
def test_a_bound_that_the_api_shifts_by_a_second_loses_nothing(kind: Kind, seconds: int) -> None:
    live(replace(ONCE, studio_faults=(*ONCE.studio_faults, Fault(kind, value=seconds))))


@pytest.mark.parametrize("page", [0, 1, 2])
@pytest.mark.parametrize(
    "kind",
    [
        Kind.SERVER_ERROR,
        Kind.RESET,
        Kind.HANG,
        Kind.CUT_BODY,
        Kind.HTML_PAGE,
        Kind.WRONG_KEY,
        Kind.NOT_A_LIST,
        Kind.NOT_FOUND,
        Kind.BAD_TOKEN,
        Kind.REDIRECT,
        Kind.FOREIGN_HOST,
        Kind.URL_CYCLE,
        Kind.FILTERS_LOST,
        Kind.UNAUTHORIZED,
    ],
)
def test_a_page_that_fails_until_the_next_run_loses_nothing(kind: Kind, page: int) -> None:
    # Twice is as often as the source of these lives asks for a page.
    value = "https://studio.example/" if kind is Kind.REDIRECT else None
    struck = Fault(kind, value, page=page, times=2)
    live(replace(ONCE, studio_faults=(*ONCE.studio_faults, struck)))
