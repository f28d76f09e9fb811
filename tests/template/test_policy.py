"""The evaluator itself, so that a policy test cannot pass for the evaluator's fault."""

import pytest

from tests.template.policy import Decision, allowed, decide


def policy(*statements: dict[str, object]) -> dict[str, object]:
    return {"Statement": [{"Effect": "Allow", "Action": "a:B", "Resource": "*"} | each
                          for each in statements]}  # fmt: skip


def test_what_nobody_allows_is_unsaid_and_so_refused() -> None:
    assert decide(policy(), "a:B", "r") is Decision.UNSAID
    assert not allowed(policy(), "a:B", "r")


def test_a_deny_wins_over_an_allow() -> None:
    assert not allowed(policy({}, {"Effect": "Deny"}), "a:B", "r")


@pytest.mark.parametrize(
    ("pattern", "resource", "matches"),
    [("x/*", "x/y", True), ("x/*", "x", False), ("x?", "xy", True), ("x.", "xy", False)],
)
def test_a_resource_matches_by_its_wild_cards(
    pattern: str, resource: str, *, matches: bool
) -> None:
    assert allowed(policy({"Resource": pattern}), "a:B", resource) is matches


def test_the_case_of_an_action_does_not_matter() -> None:
    assert allowed(policy({"Action": ["A:*"]}), "a:b", "r")


@pytest.mark.parametrize(
    ("condition", "context", "holds"),
    [
        ({"StringEquals": {"k": ["1", "2"]}}, {"k": "2"}, True),
        ({"StringEquals": {"k": "1"}}, {}, False),
        ({"StringLike": {"k": "a*"}}, {"k": "ab"}, True),
        ({"StringLike": {"k": "*"}}, {}, False),
        ({"Bool": {"k": True}}, {"k": "true"}, True),
        ({"Bool": {"k": "false"}}, {}, False),
        ({"Null": {"k": True}}, {}, True),
        ({"Null": {"k": "true"}}, {"k": "*"}, False),
        ({"Bool": {"k": True}, "Null": {"l": True}}, {"k": "true", "l": "1"}, False),
    ],
)
def test_a_condition_holds_if_all_its_keys_do(
    condition: dict[str, object], context: dict[str, str], *, holds: bool
) -> None:
    assert allowed(policy({"Condition": condition}), "a:B", "r", context) is holds


def test_what_the_evaluator_does_not_know_is_an_error() -> None:
    with pytest.raises(KeyError):
        allowed(policy({"Condition": {"NumericLessThan": {"k": "1"}}}), "a:B", "r", {"k": "0"})
    with pytest.raises(ValueError, match="NotAction"):
        allowed(policy({"NotAction": "a:C"}), "a:B", "r")
