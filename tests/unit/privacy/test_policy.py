"""What `PRIVACY` may say."""

import pytest

from studio_export.privacy.policy import KEEP_ALL, Action, Policy, parse_policy


def policy(**actions: Action) -> Policy:
    return Policy(frozenset(actions.items()))


@pytest.mark.parametrize("text", ["", " ", "context=keep", "contact_sid=keep, initiated_by=keep"])
def test_without_a_word_or_with_keep_everything_is_kept(text: str) -> None:
    assert parse_policy(text) == KEEP_ALL


def test_each_field_has_its_own_action() -> None:
    text = "contact_channel_address=hmac, contact_sid = mask ,initiated_by=drop,context=string"
    assert parse_policy(text) == policy(
        contact_channel_address=Action.HMAC,
        contact_sid=Action.MASK,
        initiated_by=Action.DROP,
        context=Action.STRING,
    )


@pytest.mark.parametrize(("text", "needed"), [("context=hmac", True), ("context=drop", False)])
def test_only_a_hash_needs_a_key(text: str, needed: bool) -> None:  # noqa: FBT001  a table's column
    assert parse_policy(text).needs_key is needed


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("context", "^context must be one of keep, drop, mask, hmac, string$"),
        ("context=", "^context must be one of"),
        ("context=DROP", "^context must be one of"),
        ("context=drop=mask", "^context must be one of"),
        ("contact_sid=string", "^contact_sid must be one of keep, drop, mask, hmac$"),
        ("context=drop,", "^'' is not one of"),
        ("context=drop;contact_sid=drop", "^context must be one of"),
        (
            "Context=drop",
            "^'Context' is not one of contact_channel_address, contact_sid, ",
        ),
        ("sid=drop", "^'sid' is not one of"),
        ("status=mask", "^'status' is not one of"),
        ("date_created=hmac", "^'date_created' is not one of"),
        ("context=drop,context=mask", "^context is named twice$"),
        ("context=keep,context=drop", "^context is named twice$"),
    ],
)
def test_anything_else_is_refused_with_what_would_do(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_policy(text)


def test_a_key_in_the_wrong_place_is_not_quoted() -> None:
    with pytest.raises(ValueError, match="must be one of") as caught:
        parse_policy("context=hmac:s3cret")
    assert "s3cret" not in str(caught.value)
