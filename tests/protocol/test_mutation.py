"""Every mutant must be caught by a test."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.protocol.mutation.fork_server import ForkServer
from tests.protocol.mutation.mutant import Mutant, StaleMutantError, mutant
from tests.protocol.mutation.runner import ALL, MUTANTS, PACKAGES, run, table


@pytest.mark.long
def test_every_mutant_is_caught_and_the_one_without_a_lease_survives() -> None:
    results = run()

    report = table(results)
    print(report)  # noqa: T201  the table is what a reader of `pytest -s` is here for
    assert all(result.as_wanted for result in results), report


def test_mutant_names_are_unique_and_there_are_at_least_thirty() -> None:
    assert len({each.name for each in ALL}) == len(ALL)
    assert len(MUTANTS) >= 30


def test_every_mutant_still_applies(tmp_path: Path) -> None:
    stale = []
    for each in ALL:
        try:
            each.apply(files_of(each, tmp_path))
        except StaleMutantError as error:
            stale.append(str(error))
    assert not stale, "\n".join(stale)


def files_of(each: Mutant, to: Path) -> Path:
    """Copy the files that the mutant edits."""
    for edit in each.edits:
        package, _, name = edit.file.partition("/")
        (source,) = (path for path in PACKAGES if path.name == package)
        (to / edit.file).parent.mkdir(parents=True, exist_ok=True)
        (to / edit.file).write_text((source / name).read_text())
    return to


def test_no_mutant_uses_an_undefined_name(tmp_path: Path) -> None:
    # A test that fails on a NameError has not caught the mistake.
    for number, each in enumerate(ALL):
        each.apply(files_of(each, tmp_path / str(number)))
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select=F821,F822,F823", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_run_that_does_not_end_is_ended(tmp_path: Path) -> None:
    slow = tmp_path / "test_slow.py"
    slow.write_text("import time\ndef test_slow():\n    time.sleep(600)\n")
    with ForkServer() as server:
        done = server.run([str(slow)], tmp_path, timeout_seconds=1)

    assert done.code == -signal.SIGALRM


def test_a_mutant_whose_line_is_gone_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "log.py").write_text("the line\nthe line\n")
    stale = mutant("a mistake", "log.py", "the line", "", "a test")
    with pytest.raises(
        StaleMutantError, match=r"'a mistake': log.py contains this 2 times(.|\n)*Find the code"
    ):
        stale.apply(tmp_path)
