"""Every file and folder that a document names is there."""

import re
from pathlib import Path

import pytest

from tests.architecture.imports import LAYER, ROOT
from tests.architecture.test_doc_links import DOCUMENTS

TOP = "cli|docs|events|functions|layers|simulator|tests|tools"
PATH = re.compile(rf"`((?:{TOP})/[\w./-]*)(?:::\w+)?`")
SHORT = re.compile(r"`([a-z_]+/(?:[a-z_]+\.py)?)`")  # in the library: `log/keys.py`, `adapters/`
ARCHITECTURE = ROOT / "docs" / "architecture.md"
CHANGES = ARCHITECTURE.read_text("utf-8").partition("## Where to change what")[2]
ROWS = [line for line in CHANGES.splitlines() if line.startswith("| ") and "to …" not in line]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_a_path_that_a_document_names_exists(document: Path) -> None:
    named = set(PATH.findall(document.read_text("utf-8")))
    assert sorted(each for each in named if not (ROOT / each).exists()) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split(" | ")[0].strip("| "))
def test_a_change_begins_at_a_file_or_folder_that_exists(row: str) -> None:
    places = (ROOT, LAYER / "studio_export", ROOT / "cli" / "studio_export_cli")
    named = SHORT.findall(row)
    assert [each for each in named if not any((place / each).exists() for place in places)] == []


def test_each_row_of_the_changes_names_a_place() -> None:
    assert len(ROWS) > 20
    assert all("`" in row for row in ROWS)
