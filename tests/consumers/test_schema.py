"""The JSON Schema of a line: what it accepts, and that documents and template agree with it."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator.openapi import description
from tests.consumers.edge_values import EdgeValuesExport
from tools.schema.fields import FIELDS, REQUIRED
from tools.schema.files import SCHEMA, written

LINE = {"sid": "FN" + "0" * 32, "date_created": "2026-11-23T14:00:00Z"}


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(SCHEMA.read_text("utf-8"))


@pytest.fixture
def validator(schema: Any) -> Draft202012Validator:
    return Draft202012Validator(schema)


@pytest.mark.parametrize("path", written(), ids=lambda path: path.name)
def test_the_files_made_from_the_table_of_fields_are_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == written()[path], "make contract"


def test_the_schema_is_a_valid_json_schema(schema: Any) -> None:
    Draft202012Validator.check_schema(schema)


def test_the_fields_are_those_that_twilio_describes_in_its_order() -> None:
    schema = description()["components"]["schemas"]["studio.v2.flow.execution"]["properties"]
    assert [field.name for field in FIELDS] == list(schema)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_field_is_of_the_type_and_form_that_twilio_describes(field: Any) -> None:
    schemas = description()["components"]["schemas"]
    schema = schemas["studio.v2.flow.execution"]["properties"][field.name]
    schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    assert set(field.types) - {"null"} == {schema["type"]} - {None} if "type" in schema else True
    assert bool(field.types) == ("type" in schema)
    assert field.form in {schema.get("format"), None}


def test_every_optional_field_may_be_null() -> None:
    sure = {field.name for field in FIELDS if field.types and "null" not in field.types}
    assert sure == set(REQUIRED)


def test_every_line_of_an_export_with_edge_values_validates(
    edge_values: EdgeValuesExport, validator: Draft202012Validator
) -> None:
    lines = [
        json.loads(line)
        for name in edge_values.objects()
        for line in gzip.decompress((edge_values.root / name).read_bytes()).splitlines()
    ]
    assert {line["sid"] for line in lines} == {each.sid for _, each in edge_values.executions()}
    assert [line for line in lines if not validator.is_valid(line)] == []


@pytest.mark.parametrize("value", ["+1555***", "9f86d081884c7d65", None])
def test_a_personal_field_may_be_masked_hashed_or_null(
    value: str | None, validator: Draft202012Validator
) -> None:
    """A personal field as a privacy policy writes it; dropped is `LINE` itself."""
    names = ("contact_channel_address", "contact_sid", "initiated_by", "context")
    assert validator.is_valid(LINE)
    assert validator.is_valid(LINE | dict.fromkeys(names, value))


@pytest.mark.parametrize(
    "wrong",
    [
        {"sid": None},
        {"sid": ""},
        {"sid": 12},
        {"date_created": None},
        {"flow_version": "one"},
        {"links": []},
        {"status": 1},
    ],
    ids=str,
)
def test_the_schema_refuses_a_line_of_undocumented_types(
    wrong: dict[str, object], validator: Draft202012Validator
) -> None:
    assert not validator.is_valid(LINE | wrong)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_line_requires_sid_and_date(name: str, validator: Draft202012Validator) -> None:
    assert not validator.is_valid({key: value for key, value in LINE.items() if key != name})
