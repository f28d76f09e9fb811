"""Requests in flight: counted in all, and for each account by the user name of the request."""

from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest

from simulator.account import Account
from simulator.in_flight import InFlight
from simulator.many import ManyStudios
from simulator.studio import Studio, basic

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.fixture
def studios() -> dict[str, Studio]:
    return {name: Studio(lambda: NOW, Account(seed=name)) for name in ("acme", "globex")}


@pytest.fixture
def many(studios: Mapping[str, Studio]) -> ManyStudios:
    return ManyStudios([*studios.values()])


def test_the_most_at_once_is_counted_in_all_and_by_account() -> None:
    found = InFlight()
    with found.count("AC1"), found.count("AC1") as second, found.count("AC2") as first:
        assert (second, first, found.now) == (2, 1, 3)
    with found.count("AC2") as alone:
        assert (alone, found.now) == (1, 1)
    assert (found.now, found.max, found.max_of) == (0, 3, {"AC1": 2, "AC2": 1})


def test_a_new_count_begins_at_the_next_request() -> None:
    found = InFlight()
    with found.count("AC1"):
        found.restart()
        assert (found.max, found.max_of) == (0, {})
        with found.count("AC1") as second:
            assert second == 2
    assert (found.max, found.max_of) == (2, {"AC1": 2})


def test_requests_of_many_threads_are_counted() -> None:
    found, together = InFlight(), Barrier(8)

    def ask() -> None:
        with found.count("AC1"):
            together.wait(timeout=10)

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found.now, found.max_of) == (0, {"AC1": 8})


@pytest.mark.parametrize("password", ["secret", "wrong"])
@pytest.mark.parametrize("name", ["acme", "globex"])
def test_a_request_counts_for_the_account_of_its_user_name(
    many: ManyStudios, studios: Mapping[str, Studio], name: str, password: str
) -> None:
    account = studios[name].account
    headers = {"authorization": basic(account.api_key[0], password)}
    assert many.account_sid_of(headers) == account.sid
    status = many.handle("GET", "/v2/Flows", headers).status
    assert status == (200 if password == "secret" else 401)


@pytest.mark.parametrize("header", ["", "Basic", "Basic !", "Bearer eDp5", basic("x", "y")])
def test_the_first_account_refuses_an_unknown_user_name(
    many: ManyStudios, studios: Mapping[str, Studio], header: str
) -> None:
    headers = {"Authorization": header}
    assert many.account_sid_of(headers) == studios["acme"].account.sid
    assert many.handle("GET", "/v2/Flows", headers).status == 401
