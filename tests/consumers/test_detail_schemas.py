"""The JSON Schemas of `steps/`, `contexts/` and `flow-revisions/`, on the lines of an export."""

import gzip
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator.openapi import description
from tests.consumers.steps_export import StepsExport
from tools.schema.detail_fields import CONTEXT_FIELDS, REVISION_FIELDS, STEP_FIELDS
from tools.schema.files import CONTEXT_SCHEMA, PAGE, REVISION_SCHEMA, SCHEMAS, STEP_LIST_SCHEMA
from tools.schema.lines import CONTEXT, EXECUTION, REVISION, STEP_LIST

STEPS = {"execution_sid": "FN" + "0" * 32, "flow_sid": "FW" + "0" * 32, "steps": []}
CONTEXT_LINE = {"execution_sid": "FN" + "0" * 32, "flow_sid": "FW" + "0" * 32, "context": {}}
REVISION_LINE = {"sid": "FW" + "0" * 32, "revision": 17, "definition": {"states": []}}
_FOLDERS = {"steps": STEP_LIST, "contexts": CONTEXT, "flow-revisions": REVISION}
# The exporter adds `missing`, and leaves `errors` out, which may quote texts of the definition.
_TWILIOS = {
    "studio.v2.flow.execution.execution_step": (STEP_FIELDS, set()),
    "studio.v2.flow.execution.execution_context": (CONTEXT_FIELDS, {"missing"}),
    "studio.v2.flow.flow_revision": (REVISION_FIELDS, {"errors"}),
}


def lines_of(export: StepsExport, folder: str) -> list[Mapping[str, Any]]:
    return [
        json.loads(line)
        for name in export.objects()
        if name.startswith(f"{folder}/")
        for line in gzip.decompress((export.root / name).read_bytes()).splitlines()
    ]


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_schema_is_a_valid_json_schema(path: Any) -> None:
    Draft202012Validator.check_schema(json.loads(path.read_text("utf-8")))


def test_each_schema_has_an_id_of_its_own() -> None:
    ids = {line.schema()["$id"] for line in (EXECUTION, STEP_LIST, CONTEXT, REVISION)}

    assert len(ids) == len(SCHEMAS)


@pytest.mark.parametrize("name", _TWILIOS)
def test_the_fields_are_those_that_twilio_describes(name: str) -> None:
    described = description()["components"]["schemas"][name]["properties"]
    fields, ours = _TWILIOS[name]

    assert {field.name for field in fields} ^ set(described) == ours


@pytest.mark.parametrize("name", _TWILIOS)
def test_a_field_is_of_the_type_and_form_that_twilio_describes(name: str) -> None:
    described = description()["components"]["schemas"][name]["properties"]
    for field in _TWILIOS[name][0]:
        schema = described.get(field.name, {})
        if "type" in schema:
            assert set(field.types) - {"null"} == {schema["type"]}, field.name
            assert field.form in {schema.get("format"), None}, field.name


@pytest.mark.parametrize("folder", _FOLDERS)
def test_every_line_of_an_export_validates(folder: str, with_steps: StepsExport) -> None:
    validator = Draft202012Validator(_FOLDERS[folder].schema())
    lines = lines_of(with_steps, folder)

    assert lines
    assert [line for line in lines if not validator.is_valid(line)] == []


def test_the_table_of_a_revision_names_all_that_a_line_has(with_steps: StepsExport) -> None:
    """So that a field which the exporter begins to keep is documented."""
    named = {field.name for field in REVISION_FIELDS}

    for line in lines_of(with_steps, "flow-revisions"):
        assert line.keys() <= named
        assert line["definition"].keys() == {"initial_state", "states"}
        for state in line["definition"]["states"]:
            assert state.keys() == {"name", "type", "transitions"}


def test_the_examples_of_the_contract_validate() -> None:
    blocks = re.findall(r"^```json\n(\{.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    ours = [block for block in blocks if '"execution_sid"' in block]
    lines = [json.loads(line) for block in ours for line in block.splitlines()]
    schemas = [STEP_LIST, STEP_LIST, CONTEXT, CONTEXT]

    assert len(lines) == len(schemas)
    for line, schema in zip(lines, schemas, strict=True):
        Draft202012Validator(schema.schema()).validate(line)


@pytest.mark.parametrize(
    "line",
    [
        STEPS,
        STEPS | {"steps": [{"sid": "FT", "unknown": 1, "name": None}]},
        STEPS | {"steps": None, "missing": "deleted"},
    ],
    ids=str,
)
def test_a_line_of_steps_may_be(line: Mapping[str, object]) -> None:
    assert Draft202012Validator(json.loads(STEP_LIST_SCHEMA.read_text())).is_valid(line)


@pytest.mark.parametrize(
    "line",
    [
        STEPS | {"steps": None},
        STEPS | {"missing": "deleted"},
        STEPS | {"steps": [{"name": 1}]},
        STEPS | {"execution_sid": None},
        {"steps": []},
    ],
    ids=str,
)
def test_a_line_of_steps_is_never(line: Mapping[str, object]) -> None:
    assert not Draft202012Validator(json.loads(STEP_LIST_SCHEMA.read_text())).is_valid(line)


@pytest.mark.parametrize("context", [{}, {"widgets": {}}, "***", "hmac:0", None], ids=str)
def test_a_context_may_be_hidden_by_a_policy(context: object) -> None:
    validator = Draft202012Validator(json.loads(CONTEXT_SCHEMA.read_text()))

    assert validator.is_valid(CONTEXT_LINE | {"context": context})
    assert validator.is_valid({"execution_sid": "FN" + "0" * 32})


def test_a_missing_context_is_null() -> None:
    validator = Draft202012Validator(json.loads(CONTEXT_SCHEMA.read_text()))

    assert validator.is_valid(CONTEXT_LINE | {"context": None, "missing": "expired"})
    assert not validator.is_valid(CONTEXT_LINE | {"missing": "expired"})


@pytest.mark.parametrize("name", ["sid", "revision", "definition"])
def test_a_revision_requires(name: str) -> None:
    validator = Draft202012Validator(json.loads(REVISION_SCHEMA.read_text()))

    assert validator.is_valid(REVISION_LINE)
    assert not validator.is_valid({k: v for k, v in REVISION_LINE.items() if k != name})
