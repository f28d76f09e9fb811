"""The pages of `docs/queries`: the code of each section."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUERIES = ROOT / "docs" / "queries"

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    language: str
    code: str


def sections(name: str) -> dict[str, list[Block]]:
    """Return the code blocks under each heading of a page, in order."""
    _, *parts = _SECTION.split((QUERIES / f"{name}.md").read_text("utf-8"))
    return {
        heading: [Block(*found) for found in _BLOCK.findall(text)]
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
    }


def code_of(name: str) -> dict[str, list[str]]:
    """Return the code under each heading of a page."""
    return {heading: [block.code for block in blocks] for heading, blocks in sections(name).items()}
