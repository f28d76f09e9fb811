"""No word that the project gave up, in code, docs, messages, the template or the Makefile."""

import pytest

from tests.architecture.words import (
    FOLDERS,
    ROOT,
    RULES,
    Rule,
    findings,
    search,
    split_identifiers,
    suspects,
)

AREAS = sorted(
    {each for each in FOLDERS if (ROOT / each).is_dir() and each != "docs"}
    | {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").iterdir()}
    | {path.name for path in ROOT.iterdir() if path.suffix in {".md", ".toml", ".yaml"}}
    | {"Makefile"}
)


@pytest.mark.parametrize("area", AREAS)
def test_no_word_that_was_given_up_is_left(area: str) -> None:
    found = findings(area)
    assert not found, "\n" + "\n".join(map(str, found))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.pattern)
def test_a_rule_finds_its_example_and_not_what_is_harmless(rule: Rule) -> None:
    assert search(rule, rule.example)
    assert search(rule, rule.harmless) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.pattern)
def test_a_rule_is_suspected_in_a_text_with_its_example(rule: Rule) -> None:
    assert rule in suspects(f"Of an export.\n{rule.example}\n{split_identifiers(rule.example)}\n")
