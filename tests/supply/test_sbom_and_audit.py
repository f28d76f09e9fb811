"""The SBOM matches the lock file; an audit that looked nothing up fails."""

import copy
from typing import Any

import pytest

from studio_export.version import VERSION
from tools.supply.audit import CLEAN, NOT_AUDITED, VULNERABLE, check_report
from tools.supply.sbom import LOCK, IncompleteError, completed, pins

LOCKED = {"isal": "1.9.1", "urllib3": "2.8.0"}


def component(name: str, version: str, *hashes: str) -> dict[str, Any]:
    reference = {"hashes": [{"alg": "SHA-256", "content": each} for each in hashes]}
    return {
        "name": name,
        "version": version,
        "bom-ref": f"ref-{name}",
        "description": "a line",
        "externalReferences": [reference],
    }


DOCUMENT: dict[str, Any] = {
    "components": [component("urllib3", "2.8.0", "00"), component("isal", "1.9.1", "11", "22")],
    "dependencies": [{"ref": "ref-isal"}, {"ref": "root"}, {"ref": "ref-urllib3"}],
    "metadata": {"component": {"name": "studio-export", "bom-ref": "root"}},
}


def test_the_layers_requirements_are_read_from_their_lock_file() -> None:
    assert {"aws-lambda-powertools", "isal", "msgspec", "urllib3"} <= pins(LOCK.read_text()).keys()


def test_the_sbom_has_our_version_and_dependencies() -> None:
    document = completed(copy.deepcopy(DOCUMENT), LOCKED)

    assert document["metadata"]["component"]["version"] == VERSION
    assert {"ref": "root", "dependsOn": ["ref-isal", "ref-urllib3"]} in document["dependencies"]
    assert not any("description" in each for each in document["components"])


@pytest.mark.parametrize(
    "locked",
    [{"isal": "1.9.1"}, {**LOCKED, "msgspec": "0.22.0"}, {**LOCKED, "urllib3": "2.8.1"}, {}],
)
def test_an_sbom_that_differs_from_the_lock_file_is_refused(locked: dict[str, str]) -> None:
    with pytest.raises(IncompleteError, match="the lock file"):
        completed(copy.deepcopy(DOCUMENT), locked)


def test_an_sbom_without_hashes_is_refused() -> None:
    document = {**copy.deepcopy(DOCUMENT), "components": [component("isal", "1.9.1")]}

    with pytest.raises(IncompleteError, match="isal has no hash"):
        completed(document, {"isal": "1.9.1"})


def audited(name: str, *ids: str) -> dict[str, Any]:
    vulnerabilities = [{"id": each, "fix_versions": ["9.9"]} for each in ids]
    return {"name": name, "version": "1.0", "vulns": vulnerabilities}


# Written by pip-audit without a network, with exit code 0 and "No known vulnerabilities found".
SKIPPED = {"name": "isal", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("packages", "code", "line"),
    [
        ([audited("isal"), audited("urllib3")], CLEAN, "2 packages audited, no known"),
        ([audited("isal", "GHSA-1")], VULNERABLE, "isal 1.0: GHSA-1, fixed in 9.9"),
        ([audited("isal", "GHSA-1"), SKIPPED], VULNERABLE, "isal 1.0: GHSA-1"),
        (
            [audited("urllib3"), SKIPPED],
            NOT_AUDITED,
            "AUDITED 1 of 2 packages: this proves nothing",
        ),
        ([SKIPPED, SKIPPED], NOT_AUDITED, "AUDITED NOTHING"),
        ([], NOT_AUDITED, "AUDITED NOTHING"),
    ],
)
def test_an_audit_is_clean_only_if_every_package_was_looked_up(
    packages: list[dict[str, Any]], code: int, line: str
) -> None:
    found = check_report({"dependencies": packages})

    assert found.code == code
    assert line in found.lines[0]
