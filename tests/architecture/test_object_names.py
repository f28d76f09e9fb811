"""Only two modules spell the names of objects: a change of a name is a change of one file."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.imports import sources

HOMES = {"studio_export.log.keys", "studio_export.log.part_keys"}
# The help of a command shows a person where its files are.
FOR_PEOPLE = re.compile(r"studio_export_cli\.(.*\.)?(help|help_text)")
OBJECT_NAME = re.compile(
    r"(executions|rejected|daily[a-z-]*|doctor)/|\bdt=|\.jsonl|(?<!pyarrow)\.parquet\b"
)
CODE = sorted(
    name
    for name in sources()
    if name.startswith(("studio_export", "app", "compactor_app"))
    and name not in HOMES
    and not FOR_PEOPLE.fullmatch(name)
)


def spelled(source: str) -> Iterator[str]:
    """Every string of the code that has a part of an object's name; docstrings are not code."""
    tree = ast.parse(source)
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and node not in docstrings and OBJECT_NAME.search(text):
            yield text


@pytest.mark.parametrize("module", CODE)
def test_no_other_module_spells_an_object_name(module: str) -> None:
    assert list(spelled(sources()[module].read_text())) == []


def test_the_search_sees_a_name_in_an_f_string() -> None:
    assert list(spelled('"""executions/"""\nkey = f"executions/{day}"')) == ["executions/"]
