"""How many tests run at once, which run together, and which begin."""

import os
from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True, optionalhook=True)  # without xdist too, as on mutants
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Two more than there are processors, because some tests wait for servers and disks."""
    workers = yield
    return workers if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else workers + 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Any:
    from tests.worker_groups import GroupScheduling  # noqa: PLC0415  workers do not need it

    return GroupScheduling(config, log)


@pytest.hookimpl(trylast=True)  # after pytest-randomly
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests, so that no worker works alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
