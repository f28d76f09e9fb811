"""Run the tests on each mutant, two at a time, and report which test caught it."""

import os
import re
import shutil
import signal
import time
from collections.abc import Container, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

import studio_export
import studio_export_cli
from tests.protocol.mutation import (
    compaction_mutants,
    cursor_mutants,
    detail_mutants,
    hints_mutants,
    listing_mutants,
    log_mutants,
    privacy_mutants,
    record_mutants,
)
from tests.protocol.mutation.fork_server import ForkServer
from tests.protocol.mutation.mutant import Mutant, StaleMutantError

MUTANTS = (
    *log_mutants.MUTANTS,
    *listing_mutants.MUTANTS,
    *cursor_mutants.MUTANTS,
    *record_mutants.MUTANTS,
    *hints_mutants.MUTANTS,
    *detail_mutants.MUTANTS,
    *compaction_mutants.MUTANTS,
    *privacy_mutants.MUTANTS,
)
SURVIVORS = (cursor_mutants.NO_LEASE, hints_mutants.NO_HINTS, detail_mutants.NO_MARKS)
ALL = (*SURVIVORS, *MUTANTS)  # the slowest first, so that it does not run alone at the end

PACKAGES = tuple(Path(str(each.__file__)).parent for each in (studio_export, studio_export_cli))
_AT_ONCE = 2
_TIMEOUT_SECONDS = 240
# Where to look if the tests that should catch a mutant let it pass. Nothing that needs a server.
_WIDER = (
    *("tests/unit", "tests/unit/cli/stores/test_directory.py"),
    *("tests/protocol/test_faults.py", "tests/protocol/test_overlaps.py"),
    *("tests/contract/test_store_contract.py", "tests/contract/test_checkpoints_contract.py"),
)
_NO_SERVER = "not s3 and not dynamodb and not dynalite and not moto"
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+(?:\[.*?\])?)(?: - .*)?$", re.MULTILINE)


class MutationRunError(AssertionError):
    """The tests could not be run on a mutant, so it has no result."""


@dataclass(frozen=True, slots=True)
class MutantResult:
    """`caught_by` is the test that failed first; `lost` is one that had to pass and failed.

    `trouble` is why it has no result: it no longer applies, or pytest could not run.
    """

    mutant: Mutant
    seconds: float
    caught_by: str | None = None
    lost: str | None = None
    trouble: str | None = None

    @property
    def as_wanted(self) -> bool:
        return self.caught_by is not None and not self.lost and not self.trouble


def run(mutants: Sequence[Mutant] = ALL) -> list[MutantResult]:
    """Return the result on each mutant.

    Raises:
        MutationRunError: a test that caught a mutant fails without any, so it proves nothing.
    """
    with fork_servers() as servers, ThreadPoolExecutor(_AT_ONCE) as threads:
        results = list(threads.map(lambda each: examine(each, servers), mutants))
        caught_by = sorted({each.caught_by for each in results if each.caught_by})
        halves = [caught_by[number::_AT_ONCE] for number in range(_AT_ONCE)]
        list(threads.map(lambda tests: _check_health(tests, servers), filter(None, halves)))
    return results


@contextmanager
def fork_servers() -> Iterator["SimpleQueue[ForkServer]"]:
    """As many as are used at once; a thread takes one for a run, and puts it back."""
    with ExitStack() as stack:
        servers: SimpleQueue[ForkServer] = SimpleQueue()
        for _ in range(_AT_ONCE):
            servers.put(stack.enter_context(ForkServer()))
        yield servers


def examine(mutant: Mutant, servers: "SimpleQueue[ForkServer]") -> MutantResult:
    began = time.monotonic()
    caught_by = lost = trouble = None
    with TemporaryDirectory() as directory:
        home = Path(directory)
        try:
            mutant.apply(link_packages(home, [edit.file for edit in mutant.edits]))
            caught_by = first_failure(mutant.tests, home, servers) or first_failure(
                _WIDER, home, servers, _NO_SERVER
            )
            lost = first_failure(mutant.bears, home, servers) if mutant.bears else None
        except (StaleMutantError, MutationRunError) as error:
            trouble = str(error)
    return MutantResult(mutant, time.monotonic() - began, caught_by, lost, trouble)


def table(results: Sequence[MutantResult]) -> str:
    """Format one line a mutant: the result, the test, and how long it took."""
    width = max(len(result.mutant.name) for result in results)
    lines = [
        f"{result.mutant.name:{width}}  {_describe(result)}  {result.seconds:.1f} s"
        for result in results
    ]
    killed = [each for each in results if not each.mutant.bears]
    caught = sum(each.caught_by is not None for each in killed)
    return "\n".join([*lines, f"{caught} of {len(killed)} mutants caught"])


def _describe(result: MutantResult) -> str:
    test = (result.caught_by or "").removeprefix("tests/")
    if result.trouble:
        return f"UNKNOWN: {result.trouble}"
    if result.lost:
        return f"MUST SURVIVE, but fails {result.lost}"
    if result.caught_by is None:
        return "SURVIVES: no test catches it"
    return f"survives, as it must (seen by {test})" if result.mutant.bears else f"caught by {test}"


def _check_health(tests: Sequence[str], servers: "SimpleQueue[ForkServer]") -> None:
    with TemporaryDirectory() as directory:
        home = link_packages(Path(directory))
        if failed := first_failure(tests, home, servers):
            raise MutationRunError(f"{failed} fails without any mutant. Fix it first.")


def link_packages(home: Path, edited: Iterable[str] = ()) -> Path:
    """Link our packages into `home`; the folders of what is edited are new, with links in them."""
    folders = {folder for name in edited for folder in (home / name).parents}
    for package in PACKAGES:
        _link(package, home / package.name, folders)
    return home


def _link(source: Path, to: Path, folders: Container[Path]) -> None:
    if to not in folders:
        to.symlink_to(source)
        return
    to.mkdir()
    for each in source.iterdir():
        if each.name == "__pycache__":  # new too, for the mutant's own; others may write into ours
            ignored = shutil.ignore_patterns("*.pyc.*")
            shutil.copytree(each, to / each.name, ignore=ignored, copy_function=os.symlink)
        else:
            _link(each, to / each.name, folders)


def first_failure(
    tests: Sequence[str], home: Path, servers: "SimpleQueue[ForkServer]", keyword: str = ""
) -> str | None:
    """The first test that fails with the packages in `home`; None if all pass."""
    server = servers.get()
    try:
        done = server.run(tests, home, _TIMEOUT_SECONDS, keyword)
    finally:
        servers.put(server)
    if done.code == 0:
        return None
    if done.code == -signal.SIGALRM:
        raise MutationRunError(
            f"{len(tests)} tests, first {tests[0]}, did not end in {_TIMEOUT_SECONDS} s."
            " Bound the work of each test, or run them on a machine with less load."
        )
    failed = _FAILED.search(done.output)
    # 1 is "tests failed"; all else is pytest's own trouble, such as a test that was renamed.
    if done.code != 1 or not failed:
        raise MutationRunError(f"pytest cannot run {tests}:\n{done.output[-2000:]}")
    return failed[1]
