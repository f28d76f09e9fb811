"""The patterns and filters of the pages, the README and the contract, on names alone."""

import fnmatch
import re
from pathlib import Path

import pytest

from studio_export.log.keys import (
    CONTEXTS,
    STEPS,
    LogKey,
    child_key,
    log_key,
    revision_key,
)
from studio_export.log.part_keys import COMPACTED, part_key
from tests.consumers.pages import QUERIES, ROOT

_FLOW_SID = "FW1e9c3ed40f0f9668300789cce0fa3c74"
_PARENT = LogKey("2026-11-23", _FLOW_SID, "14", 3)
_LOG = log_key(_FLOW_SID, "2026-11-23T14", 3)
_PARTS = [part_key(folder, "2026-11-23", 1) for folder in COMPACTED]
_CHILDREN = [child_key(folder, _PARENT, 12) for folder in (STEPS, CONTEXTS)]
_KEYS = [_LOG, *_PARTS, *_CHILDREN, revision_key(_FLOW_SID, 17)]
_PAGES = [ROOT / "README.md", ROOT / "docs/data-contract.md", *sorted(QUERIES.rglob("*.md"))]
# BigQuery's `uris` know "*" alone, and EventBridge's wildcards too.
_WITH_GLOBS = [page for page in _PAGES if page.stem != "bigquery"]
_GLOB = re.compile(
    r"(?:executions|daily(?:-steps|-contexts)?|steps|contexts|flow-revisions)/[^\s'\"`]*(?:[*?]|\[0-9\])[^\s'\"`]*\.jsonl\.gz"
)
_REGEX = re.compile(r"'([^'\s]*\[\.\]jsonl\[\.\]gz\$?)'")


def copies(key: str) -> list[str]:
    """Names beside the key that are not the export's."""
    folder, _, name = key.rpartition("/")
    stem = name.removesuffix(".jsonl.gz")
    names = (f"._{name}", f".{name}", f"{stem} (1).jsonl.gz", f"{stem} 2.jsonl.gz")
    synced = f"{stem}.sync-conflict-20261101-101010-ABCDEFG.jsonl.gz"
    return [f"{folder}/{each}" for each in (*names, synced, f"{name}.part", f"{name}~")]


def globs(page: Path) -> set[str]:
    lines = page.read_text("utf-8").splitlines()
    return {
        # ClickHouse has ranges where the others have classes of characters.
        glob.replace("{0..9}", "[0-9]").replace("{0..2}", "[0-2]").replace("{NUMBER}", "[0-9]" * 5)
        for line in lines
        if '"wildcard"' not in line
        for glob in _GLOB.findall(line)
    }


def matches(regex: str, key: str) -> bool:
    """As a search, and as Snowflake does, which matches the whole path."""
    path = f"s3://bucket/studio/{key}"
    return bool(re.fullmatch(regex, path) if regex.startswith(".*") else re.search(regex, path))


@pytest.mark.parametrize("page", _WITH_GLOBS, ids=lambda path: path.stem)
def test_a_glob_takes_the_objects_of_the_export_alone(page: Path) -> None:
    for glob in globs(page):
        (key,) = fnmatch.filter(_KEYS, glob)
        assert not fnmatch.filter(copies(key), glob), glob


@pytest.mark.parametrize("page", _PAGES, ids=lambda path: path.stem)
def test_a_filter_takes_the_objects_of_the_export_alone(page: Path) -> None:
    for regex in _REGEX.findall(page.read_text("utf-8")):
        # Steps and Contexts have the same names in two folders, and parts in three.
        keys = [key for key in _KEYS if matches(regex, key)]
        assert len(keys) == 1 or keys in (_CHILDREN, _PARTS), regex
        assert not [name for key in keys for name in copies(key) if matches(regex, name)], regex


@pytest.mark.parametrize("page", sorted(QUERIES.glob("[a-z]*.md")), ids=lambda path: path.stem)
def test_a_page_has_a_pattern_or_a_filter_and_says_what_an_empty_export_is(page: Path) -> None:
    text = page.read_text("utf-8")

    assert globs(page) or _REGEX.search(text) or "pathGlobFilter" in text
    assert "An empty export " in text
