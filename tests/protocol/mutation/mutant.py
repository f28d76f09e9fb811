"""A mutant: the production code with one mistake, which a test must catch."""

from dataclasses import dataclass
from pathlib import Path


class StaleMutantError(AssertionError):
    """The line that a mutant changes no longer exists."""


@dataclass(frozen=True, slots=True)
class Edit:
    """In `file`, `old`, which occurs exactly once, becomes `new`.

    `file` begins with its package: `studio_export/log/hour_log.py`.
    """

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """`name` states the mistake.

    `tests` catch it: files or node ids, fast ones, the likeliest first. `bears` are tests that
    must pass all the same, where the mistake may cost work but never a line.
    """

    name: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    bears: tuple[str, ...] = ()

    def apply(self, root: Path) -> None:
        """Apply the edits to the copy of the packages in `root`.

        Raises:
            StaleMutantError: a line to change is missing or ambiguous.
        """
        for edit in self.edits:
            path = root / edit.file
            text = path.read_text() if path.exists() else ""
            if (count := text.count(edit.old)) != 1:
                raise StaleMutantError(
                    f"mutant {self.name!r}: {edit.file} contains this {count} times, not once:"
                    f"\n    {edit.old}\n"
                    "The code was refactored. Find the code that does this now, make it the `old`"
                    " of the mutant in tests/protocol/mutation, and write a `new` with the same"
                    " mistake. Delete the mutant only if the mistake is no longer possible."
                )
            path.unlink()  # it may be a link to ours
            path.write_text(text.replace(edit.old, edit.new))
            # An edit that keeps the size, within a second, would not be seen to be newer.
            for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
                compiled.unlink()


def mutant(
    name: str, file: str, old: str, new: str, *tests: str, bears: tuple[str, ...] = ()
) -> Mutant:
    """The usual mutant: one edit."""
    return Mutant(name, (Edit(file, old, new),), tests, bears)


class Source:
    """A file with several mutants.

    Attributes:
        tests: catch each of its mutants that names no others.
    """

    def __init__(self, file: str, *tests: str) -> None:
        self.file, self.tests = file, tests

    def mutant(self, name: str, old: str, new: str, *tests: str) -> Mutant:
        return mutant(name, self.file, old, new, *(tests or self.tests))
