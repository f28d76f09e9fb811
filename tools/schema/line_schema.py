"""The JSON Schema of a line, and its fields as a table in Markdown. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.schema.fields import Field


@dataclass(frozen=True, slots=True)
class Line:
    """The lines of one dataset.

    Attributes:
        urn: the last part of the schema's id.
        rules: keywords besides those of the fields.
    """

    urn: str
    title: str
    about: str
    fields: tuple[Field, ...]
    required: tuple[str, ...]
    rules: Mapping[str, Any]

    def schema(self) -> dict[str, Any]:
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:studio-export:{self.urn}",
            "title": self.title,
            "description": self.about,
            "type": "object",
            "required": list(self.required),
            "properties": _properties(self.fields, self.required),
            **self.rules,
            "additionalProperties": True,
        }

    def table(self) -> str:
        rows = [
            "| field | type | may be null | since | meaning |",
            "|---|---|---|---|---|",
            *(f"| {' | '.join(cells)} |" for cells in _rows(self.fields)),
        ]
        return "\n".join(rows) + "\n"


def _properties(fields: Iterable[Field], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {field.name: dict(_keywords(field, required)) for field in fields}


def _keywords(field: Field, required: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    yield "description", field.meaning.removesuffix(".").replace("`", "")
    if field.types:
        yield "type", field.types[0] if len(field.types) == 1 else list(field.types)
    if field.name in required and field.types == ("string",):
        yield "minLength", 1
    if field.form:
        yield "format", field.form
    if field.examples:
        yield "examples", list(field.examples)
    if field.since:
        yield "x-since", field.since
    if field.personal:
        yield "x-personal", True
    if field.members and "array" in field.types:
        yield "items", {"type": "object", "properties": _properties(field.members)}
    elif field.members:
        yield "properties", _properties(field.members)


def _rows(fields: Iterable[Field], prefix: str = "") -> Iterator[tuple[str, ...]]:
    for field in fields:
        yield _cells(field, prefix)
        within = "[]." if "array" in field.types else "."
        yield from _rows(field.members, f"{prefix}{field.name}{within}")


def _cells(field: Field, prefix: str) -> tuple[str, ...]:
    kinds = [kind for kind in field.types if kind != "null"] or ["any"]
    nullable = "yes" if len(kinds) < len(field.types) or not field.types else "no"
    form = f" ({field.form})" if field.form else ""
    name = f"`{prefix}{field.name}`" + (" (personal)" if field.personal else "")
    return name, " or ".join(kinds) + form, nullable, field.since or "-", field.meaning
