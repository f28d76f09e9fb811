"""Each test that docs/security.md names as a proof is there."""

import re

import pytest

from tests.architecture.imports import ROOT

PAGE = ROOT / "docs" / "security.md"
PROOFS = sorted(set(re.findall(r"`(tests/[a-z_/.]+py(?:::\w+)?)`", PAGE.read_text())))


def test_every_threat_names_a_proof() -> None:
    table = PAGE.read_text().split("## Threats")[1].split("\n\n")[1].splitlines()[2:]

    assert len(table) > 10
    assert [row for row in table if "`tests/" not in row] == []


@pytest.mark.parametrize("proof", PROOFS)
def test_the_proof_is_there(proof: str) -> None:
    path, _, name = proof.partition("::")

    assert f"def {name or 'test_'}" in (ROOT / path).read_text()
