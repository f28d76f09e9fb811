"""Which tests run in one worker of pytest-xdist."""

import pytest
from xdist.scheduler import LoadScopeScheduling

# Files whose tests share an invocation, a fleet, a layer, a browser or an engine of state machines,
# in a fixture of their module.
_SHARED = (
    "tests/integration/cli/test_replay_machine.py",
    "tests/integration/cli/test_report.py",
    "tests/integration/test_compactor_function.py",
    "tests/integration/test_fleet.py",
    "tests/integration/test_invoke.py",
    "tests/integration/test_invoke_details.py",
    "tests/integration/test_layer.py",
)
# Files that share engines, forks of one process, or a moto that has loaded every service of AWS.
_TOGETHER = ("tests/consumers/", "tests/contract/", "tests/integration/cli/test_doctor")
# Where a file takes seconds at most. The scheduler looks at every group after every test, so that
# thousands of groups of one test took it six seconds.
_QUICK = ("tests/architecture/", "tests/template/", "tests/unit/")


def group_of(nodeid: str) -> str:
    """Return the name that a test shares with those that run in the same worker."""
    file, _, name = nodeid.partition("::")
    if file.startswith("tests/consumers/") and "[" in name and {"spark", "hive"} & _values(name):
        return "spark"  # in one JVM
    for beginning in _TOGETHER:
        if file.startswith(beginning):
            return beginning
    return file if file.startswith((*_SHARED, *_QUICK)) else nodeid


def _values(name: str) -> set[str]:
    return set(name[name.index("[") + 1 :].rstrip("]").split("-"))


# In place of `--dist loadgroup`: xdist 3.8 marks a group in a name that pytest 9 does not show.
class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """One group after the other, as they were collected, to the worker that is free."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # the long tests come first, not the large groups

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
