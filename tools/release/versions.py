"""The version: one number in the package, the template, the changelog and the tag."""

import re

from studio_export.version import VERSION
from tools.devkit.repository import ROOT
from tools.release.steps import ReleaseError

_TEMPLATE = re.compile(r"^ +SemanticVersion: (\S+)$", re.MULTILINE)
_SECTION = "## [{}]"


def check(tag: str | None) -> str:
    """Compare the four places. Without a tag the changelog may still say `Unreleased`.

    Raises:
        ReleaseError: they differ.
    """
    template = _TEMPLATE.findall((ROOT / "template.yaml").read_text())
    if template != [VERSION]:
        raise ReleaseError(
            f"template.yaml has SemanticVersion {template}, the package {VERSION}. "
            "Set SemanticVersion to the package's version."
        )
    if tag is not None and tag != f"v{VERSION}":
        raise ReleaseError(f"the tag is {tag}, the package's version {VERSION}. Tag v{VERSION}.")
    notes(tag)
    return f"version {VERSION} in the package, the template and the changelog"


def notes(tag: str | None) -> str:
    """The changelog's section of the tag, or of what is unreleased.

    Raises:
        ReleaseError: it has no such section.
    """
    heading = _SECTION.format("Unreleased" if tag is None else tag.removeprefix("v"))
    text = (ROOT / "CHANGELOG.md").read_text()
    _, found, rest = text.partition(f"\n{heading}")
    if not found:
        raise ReleaseError(f"CHANGELOG.md has no section {heading}. Rename [Unreleased] to it.")
    return rest.split("\n## [", 1)[0].partition("\n")[2].strip() + "\n"
