"""The lines that contain a contact, as lines or as JSON; never its value. Pure."""

from collections.abc import Iterator
from typing import Any

from studio_export_cli.find_contact.search import Findings, SearchedObject
from studio_export_cli.output import quantity


def lines(findings: Findings) -> Iterator[str]:
    yield from map(_object_line, findings.objects)
    for key in findings.parquet:
        yield f"{key}  (a Parquet copy of that day)"
    yield _total_line(findings)
    if findings.objects:
        yield "Nothing was deleted. docs/command.md, 'find-contact', describes how to erase it."


def _object_line(found: SearchedObject) -> str:
    numbers = ", ".join(str(mention.line) for mention in found.mentions)
    fields = sorted({field for mention in found.mentions for field in mention.fields})
    noun = "line" if len(found.mentions) == 1 else "lines"
    until = f"; do not delete before {found.not_before}" if found.not_before else ""
    return f"{found.key}  {noun} {numbers}  ({', '.join(fields)}{until})"


def _total_line(findings: Findings) -> str:
    mentions = [mention for each in findings.objects for mention in each.mentions]
    sids = {mention.sid for mention in mentions if mention.sid}
    return (
        f"{quantity(len(mentions), 'line')} of {quantity(len(sids), 'Execution')}"
        f" in {len(findings.objects):,} of {quantity(findings.objects_read, 'object')}"
    )


def errors(findings: Findings) -> Iterator[str]:
    for each in findings.unreadable:
        yield f"{each.key} is unreadable and was not searched: {each.error}. Restore the object."


def as_json(findings: Findings) -> dict[str, Any]:
    return {
        "objects": [
            {
                "key": each.key,
                "not_before": each.not_before and each.not_before.isoformat(),
                "lines": [
                    {"line": mention.line, "sid": mention.sid, "fields": list(mention.fields)}
                    for mention in each.mentions
                ],
            }
            for each in findings.objects
        ],
        "parquet": list(findings.parquet),
        "unreadable": [each.key for each in findings.unreadable],
        "objects_read": findings.objects_read,
    }
