"""One Flow that is refused keeps no other back; a dataset that is refused everywhere ends."""

from datetime import UTC, datetime

from studio_export.details.backlog import Undone
from studio_export.details.refusals import Refusals
from studio_export.details.result import ParentResult
from studio_export.log import keys
from studio_export.log.keys import LogKey
from studio_export.summary import DetailCounts

BOTH = (keys.STEPS, keys.CONTEXTS)


def of(number: int) -> Undone:
    parent = LogKey("2026-11-23", f"FW{number:032x}", "14", 0)
    return Undone(parent, "", datetime(2026, 11, 23, 15, tzinfo=UTC), BOTH)


def refuse(refusals: Refusals, flow: int, folder: str = keys.STEPS, answered: str = "") -> None:
    result = ParentResult(
        DetailCounts(),
        answered=frozenset({answered} - {""}),
        refused=frozenset({folder} - {answered}),
    )
    refusals.note(of(flow).parent.flow_sid, result)


def test_a_flow_that_was_refused_is_not_asked_again_for_that_dataset() -> None:
    refusals = Refusals()
    assert not refusals.any
    refuse(refusals, 1)
    assert refusals.any
    assert (refusals.of(of(1)), refusals.of(of(2))) == ({keys.STEPS}, frozenset())


def test_a_dataset_ends_after_five_flows_in_a_row_were_refused() -> None:
    refusals = Refusals()
    for flow in range(4):
        refuse(refusals, flow)
    assert refusals.of(of(9)) == frozenset()
    refuse(refusals, 4)
    assert refusals.of(of(9)) == {keys.STEPS}


def test_an_answer_begins_the_count_anew() -> None:
    refusals = Refusals()
    for flow in range(4):
        refuse(refusals, flow)
    refuse(refusals, 4, answered=keys.STEPS)
    refuse(refusals, 5)
    assert refusals.of(of(9)) == frozenset()


def test_the_objects_of_one_flow_count_once() -> None:
    refusals = Refusals()
    for _ in range(9):
        refuse(refusals, 1)
    assert refusals.of(of(2)) == frozenset()


def test_flows_that_twilio_does_not_know_are_left_and_keep_no_other_back() -> None:
    refusals = Refusals()
    unknown = ParentResult(DetailCounts(), unknown=frozenset({keys.STEPS}))
    for flow in range(9):
        refusals.note(of(flow).parent.flow_sid, unknown)
    assert refusals.of(of(8)) == {keys.STEPS}
    assert not refusals.of(of(9))
    assert not refusals.any
