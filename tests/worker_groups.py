"""Which tests run in one worker of pytest-xdist, because they share what takes long to start."""

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


# In place of `--dist loadgroup`: xdist 3.8 marks a group in a name that pytest 9 does not show.
class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Groups first, then the other tests one by one, to the worker that is free."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
