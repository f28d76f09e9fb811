"""The files that follow from the tables of fields."""

import json
import re
from pathlib import Path

from tools.devkit.repository import ROOT
from tools.schema.line_schema import Line
from tools.schema.lines import CONTEXT, EXECUTION, REVISION, STEP_LIST

_DOCS = ROOT / "docs"
SCHEMA = _DOCS / "execution.schema.json"
STEP_LIST_SCHEMA = _DOCS / "step-list.schema.json"
CONTEXT_SCHEMA = _DOCS / "context.schema.json"
REVISION_SCHEMA = _DOCS / "flow-revision.schema.json"
PAGE = _DOCS / "data-contract.md"

SCHEMAS = {
    SCHEMA: EXECUTION,
    STEP_LIST_SCHEMA: STEP_LIST,
    CONTEXT_SCHEMA: CONTEXT,
    REVISION_SCHEMA: REVISION,
}
_MARKERS = {
    "<!-- by `make contract` -->": EXECUTION,
    "<!-- steps by `make contract` -->": STEP_LIST,
    "<!-- contexts by `make contract` -->": CONTEXT,
    "<!-- revisions by `make contract` -->": REVISION,
}


def written() -> dict[Path, str]:
    """Each file's path and its text."""
    page = PAGE.read_text("utf-8")
    for marker, line in _MARKERS.items():
        page = _with_table(page, marker, line)
    schemas = {
        path: json.dumps(line.schema(), indent=2, ensure_ascii=False) + "\n"
        for path, line in SCHEMAS.items()
    }
    return {**schemas, PAGE: page}


def _with_table(page: str, marker: str, line: Line) -> str:
    table = re.compile(rf"({re.escape(marker)}\n).*?(?=\n\n)", re.DOTALL)
    page, tables = table.subn(rf"\g<1>{_escaped(line.table())}", page)
    if tables != 1:
        raise ValueError(f"{PAGE.name} has {tables} places for {marker}")
    return page


def _escaped(text: str) -> str:
    return text.rstrip("\n").replace("\\", "\\\\")
