"""The files that follow from the table of fields."""

import json
import re
from pathlib import Path

from tools.devkit.repository import ROOT
from tools.schema.line_schema import field_table, line_schema

_DOCS = ROOT / "docs"
SCHEMA = _DOCS / "execution.schema.json"
PAGE = _DOCS / "data-contract.md"

_TABLE = re.compile(r"(<!-- by `make contract` -->\n).*?(?=\n\n)", re.DOTALL)


def written() -> dict[Path, str]:
    """Each file's path and its text."""
    page, tables = _TABLE.subn(rf"\g<1>{_escaped(field_table())}", PAGE.read_text("utf-8"))
    if tables != 1:
        raise ValueError(f"{PAGE.name} has {tables} places for the table of fields")
    schema = json.dumps(line_schema(), indent=2, ensure_ascii=False) + "\n"
    return {SCHEMA: schema, PAGE: page}


def _escaped(text: str) -> str:
    return text.rstrip("\n").replace("\\", "\\\\")
