import pytest

from studio_export_cli.status.text import BLOCKS, PLAIN, level


@pytest.mark.parametrize("levels", [BLOCKS, PLAIN])
def test_the_first_level_is_for_none_only_and_the_last_for_all_only(levels: str) -> None:
    assert level(1.0, levels) == levels[-1]
    assert level(0.9999, levels) == levels[-2]
    assert level(0.0001, levels) == levels[1]
    assert level(0.0, levels) == levels[0]
