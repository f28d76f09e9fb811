import pytest

from tests.protocol import cases

SEEDS_A_TEST = 50


@pytest.mark.parametrize("first_seed", range(0, 600, 100))
def test_no_storm_loses_or_doubles_a_line(first_seed: int) -> None:
    for case in cases.storm_cases(range(first_seed, first_seed + SEEDS_A_TEST)):
        cases.run(case)
