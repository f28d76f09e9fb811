"""The JSON Schema of a line, and the fields as a table in Markdown. Pure."""

from collections.abc import Iterator
from typing import Any

from tools.schema.fields import FIELDS, REQUIRED, Field

_ABOUT = (
    "An Execution as Twilio's list showed it. The exporter promises an object with a sid and a"
    " date_created, both text; the other types are what Twilio documents, and a line that breaks"
    " them is exported all the same. Any field but these two may be null or missing, and any"
    " other may be there: ignore what you do not know."
)


def line_schema() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:studio-export:line",
        "title": "A line of studio-export",
        "description": _ABOUT,
        "type": "object",
        "required": list(REQUIRED),
        "properties": {field.name: dict(_keywords(field)) for field in FIELDS},
        "additionalProperties": True,
    }


def _keywords(field: Field) -> Iterator[tuple[str, Any]]:
    yield "description", field.meaning.removesuffix(".").replace("`", "")
    if field.types:
        yield "type", field.types[0] if len(field.types) == 1 else list(field.types)
    if field.name in REQUIRED:
        yield "minLength", 1
    if field.form:
        yield "format", field.form
    if field.examples:
        yield "examples", list(field.examples)
    if field.since:
        yield "x-since", field.since
    if field.personal:
        yield "x-personal", True


def field_table() -> str:
    rows = [
        "| field | type | may be null | since | meaning |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(_cells(field))} |" for field in FIELDS),
    ]
    return "\n".join(rows) + "\n"


def _cells(field: Field) -> tuple[str, ...]:
    kinds = [kind for kind in field.types if kind != "null"] or ["any"]
    nullable = "yes" if len(kinds) < len(field.types) or not field.types else "no"
    form = f" ({field.form})" if field.form else ""
    name = f"`{field.name}`" + (" (personal)" if field.personal else "")
    return name, " or ".join(kinds) + form, nullable, field.since or "-", field.meaning
