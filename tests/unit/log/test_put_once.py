"""Put an object whose name follows from its content."""

from collections.abc import Callable

import pytest

from studio_export.errors import AccessDeniedError, StoreError
from studio_export.log.commit import Proposal, put_once
from tests.unit.doubles import FaultyStore, Put, lost_answer, no_effect, refused


def rejected(store: FaultyStore) -> bool:
    return put_once(store, Proposal("rejected/0.json", b"{}", {}))


def test_an_object_named_by_its_content_counts_if_it_is_there_after_a_doubt() -> None:
    assert rejected(FaultyStore(lost_answer))
    with pytest.raises(StoreError, match="time-out"):
        rejected(FaultyStore(no_effect))


def test_an_object_named_by_its_content_that_was_there_is_not_new() -> None:
    store = FaultyStore()
    assert [rejected(store), rejected(store)] == [True, False]


def test_an_object_whose_put_is_refused_and_that_is_not_there_is_not_believed() -> None:
    with pytest.raises(StoreError, match=r"rejected/0.json .* another put of it"):
        rejected(FaultyStore(refused))


@pytest.mark.parametrize(
    ("fault", "message"), [(refused, "another put of it"), (no_effect, "time-out")]
)
def test_a_forbidden_read_of_an_object_that_may_be_missing_is_no_refusal(
    fault: Callable[[Put], bool], message: str
) -> None:
    class Prefixes(FaultyStore):
        """S3 answers 403 for a missing key, if the role may list some prefixes alone."""

        def get(self, key: str) -> bytes:
            raise AccessDeniedError(f"403 for {key}")

    with pytest.raises(StoreError, match=message):
        rejected(Prefixes(fault))
