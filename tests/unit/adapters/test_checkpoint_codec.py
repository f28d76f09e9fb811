"""A checkpoint's item, as a person may have written it."""

from datetime import UTC, datetime

import pytest

from studio_export.adapters.checkpoint_codec import read_lease
from studio_export.model import Lease


def test_a_lease_ends_when_its_item_says() -> None:
    assert read_lease("a", "1795442400") == Lease("a", datetime(2026, 11, 23, 14, tzinfo=UTC))


def test_a_lease_beyond_the_years_that_there_are_ends_with_the_last_of_them() -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert read_lease("a", "1795442400000") == Lease("a", last)


@pytest.mark.parametrize(
    ("owner", "expires_at"), [(None, "1795442400"), ("a", None), ("a", "soon")]
)
def test_without_an_owner_or_an_end_there_is_no_lease(owner: object, expires_at: object) -> None:
    assert read_lease(owner, expires_at) is None
