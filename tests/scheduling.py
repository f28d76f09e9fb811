"""Which tests run in one worker, as they share what takes long, and which tests begin."""

import pytest
from xdist.scheduler import LoadScopeScheduling

# Files whose tests share an invocation, or a fleet, in a fixture of their module.
_WHOLE = {
    "tests/integration/test_compactor_function.py",
    "tests/integration/test_fleet.py",
    "tests/integration/test_invoke.py",
    "tests/integration/test_invoke_details.py",
}


def group_of(nodeid: str) -> str:
    """Return the name that a test shares with those that run in the same worker."""
    file, _, name = nodeid.partition("::")
    if file.startswith("tests/consumers/") and "[" in name and {"spark", "hive"} & _values(name):
        return "spark"  # in one JVM
    return file if file in _WHOLE else nodeid


def _values(name: str) -> set[str]:
    return set(name[name.index("[") + 1 :].rstrip("]").split("-"))


class _Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


# In place of `--dist loadgroup`: xdist 3.8 marks a group in a name that pytest 9 does not show.
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Groups first, then the other tests one by one, to the worker that is free."""
    return _Scheduling(config, log)


@pytest.hookimpl(trylast=True)  # after pytest-randomly
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests, so that no worker works alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
