import pytest

from studio_export.summary import Counts, FlowSummary, Summary
from studio_export_cli.replay.text import as_json, lines

_FLOW = "FW" + "1" * 32


def _summary(**counts: int) -> Summary:
    return Summary((FlowSummary(_FLOW, Counts(pages=1, **counts)),))


def test_a_replay_that_wrote_nothing_proves_that_nothing_was_missed() -> None:
    assert as_json(_summary(), dry_run=False)["nothing_missed"]


@pytest.mark.parametrize("count", ["lines", "rejected", "doubts"])
def test_nothing_is_proved_by_a_put_in_doubt_or_a_record_that_was_put_aside(count: str) -> None:
    summary = _summary(**{count: 1})
    assert not as_json(summary, dry_run=False)["nothing_missed"]
    assert not any("Nothing was missed" in line for line in lines(summary, dry_run=False))
