"""Twilio's own description of the API, to validate simulated answers."""

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator

_formats = FormatChecker(formats=())


@_formats.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return datetime.fromisoformat(value).tzinfo is not None


@_formats.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"https?://[^\s/]+/\S*", value))


@cache
def description() -> dict[str, Any]:
    text = Path(__file__).with_name("openapi.json").read_text("utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def operation(path: str) -> dict[str, Any]:
    """Return the described GET of this path."""
    for template, found in description()["operations"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            described: dict[str, Any] = found
            return described
    raise KeyError(path)


@cache
def validator(path: str) -> Validator:
    """Return a validator that requires every documented field and no other."""
    schema = _translated(operation(path)["schema"])
    components = _translated(description()["components"]["schemas"], named=True)
    return Draft202012Validator(
        {**schema, "components": {"schemas": components}}, format_checker=_formats
    )


def _translated(schema: Any, *, named: bool = False) -> Any:
    """Convert OpenAPI 3.0 to JSON Schema. `named`: the keys are names, not keywords."""
    if not isinstance(schema, dict):
        return schema
    if named:
        return {name: _translated(value) for name, value in schema.items()}
    read = {key: _translated(value, named=key == "properties") for key, value in schema.items()}
    if read.pop("nullable", False) and "type" in read:
        read["type"] = [read["type"], "null"]
    if "properties" in read:
        read |= {"required": sorted(read["properties"]), "additionalProperties": False}
    return read
