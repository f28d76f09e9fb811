import pytest
from rich.progress import Progress as RichProgress

from studio_export_cli.bars import Bars
from studio_export_cli.progress import Lines


def test_each_task_has_a_bar_with_its_share() -> None:
    rich = RichProgress(disable=True)
    bars = Bars(rich)

    bars.update("one", 0.25, "1 of 4")
    bars.update("two", 0.5, "2 of 4")
    bars.update("one", 0.75, "3 of 4")

    shown = [(each.description, each.completed, each.fields["text"]) for each in rich.tasks]
    assert shown == [("one", pytest.approx(0.75), "3 of 4"), ("two", 0.5, "2 of 4")]


def test_without_a_terminal_a_task_writes_a_line_at_most_every_ten_seconds() -> None:
    written: list[str] = []
    instants = iter([0.0, 3.0, 11.0, 12.0, 22.0])
    lines = Lines(written.append, lambda: next(instants))

    for number in range(1, 6):
        lines.update("Compact", number / 10, f"{number} of 10")

    assert written == ["Compact  3 of 10", "Compact  5 of 10"]


def test_without_a_terminal_a_task_that_is_done_writes_nothing() -> None:
    written: list[str] = []
    instants = iter([0.0, 60.0])
    lines = Lines(written.append, lambda: next(instants))

    lines.update("Compact", 1.0, "10 of 10")
    lines.update("Compact", 1.0, "10 of 10")

    assert written == []
