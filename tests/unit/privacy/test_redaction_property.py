"""Any record under any policy gives what a plain reading, letter by letter, gives."""

import hashlib
import hmac
import json
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from studio_export.privacy.policy import FIELDS, Action, Policy
from studio_export.privacy.redaction import redactor
from studio_export.twilio.page import parse_executions
from tests.unit.texts import CREATED, LITERALS, page, squeezed

KEY = "0123456789abcdef0123456789abcdef"
PRIVATE = "pr1v4te"

LETTERS = [
    *("a", " ", ",", ":", "{", "]", "é", "\N{LINE SEPARATOR}", PRIVATE, "context"),
    *(r"\"", r"\\", r"\/", r"\n", r"\u0000", r"\u00e9", r"\ud83d\ude00", r"\ud83d", "\t"),
]
SPACES = st.sampled_from(["", " ", "\t"])


def strings() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(LETTERS), max_size=4).map(lambda parts: f'"{"".join(parts)}"')


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """A key token that means one of the fields, or nearly."""
    name = draw(st.sampled_from([*FIELDS, "contexts", "contactsid"]))
    letters = []
    for letter in name:
        how = draw(st.sampled_from(["plain"] * 20 + ["upper", "escaped"]))
        letter = letter.upper() if how == "upper" else letter  # noqa: PLW2901  a draw for each
        letters.append(f"\\u{ord(letter):04X}" if how == "escaped" else letter)
    return f'"{"".join(letters)}"'


@st.composite
def members(draw: st.DrawFn, key: st.SearchStrategy[str], value: st.SearchStrategy[str]) -> str:
    spaces = [draw(SPACES) for _ in range(4)]
    return f"{spaces[0]}{draw(key)}{spaces[1]}:{spaces[2]}{draw(value)}{spaces[3]}"


def values() -> st.SearchStrategy[str]:
    return st.recursive(
        st.sampled_from(LITERALS) | strings(),
        lambda inner: (
            st.lists(inner, max_size=2).map(lambda each: f"[{', '.join(each)}]")
            | st.lists(members(strings() | spellings(), inner), max_size=2).map(
                lambda each: f"{{{','.join(each)}}}"
            )
        ),
        max_leaves=5,
    )


@st.composite
def records(draw: st.DrawFn) -> str:
    least = [f'"sid":"FN1","date_created":"{CREATED}"'] if draw(st.booleans()) else ['"sid":null']
    some = draw(st.lists(members(spellings() | strings(), values()), max_size=6))
    return f"{{{','.join(draw(st.permutations(least + some)))}}}"


actions = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(list(Action)), min_size=1)
policies = actions.filter(lambda chosen: set(chosen.values()) != {Action.KEEP})


def split(text: str, separator: str) -> Iterator[str]:
    """The parts between the separators that are in no string and no bracket."""
    depth, inside, escaped, part = 0, False, False, ""
    for letter in text:
        if not inside and not depth and letter == separator:
            yield part
            part = ""
            continue
        if not inside:
            depth += (letter in "[{") - (letter in "]}")
        if letter == '"' and not escaped:
            inside = not inside
        escaped = inside and letter == "\\" and not escaped
        part += letter
    yield part


def shown(action: Action, value: str) -> str | None:
    if action is Action.DROP:
        return None
    if action is Action.KEEP or value == "null":
        return value
    if action is Action.MASK:
        return '"***"'
    if action is Action.STRING:
        return json.dumps(squeezed(value), ensure_ascii=False)
    meant = json.loads(value) if value.startswith('"') else squeezed(value)
    return f'"hmac:{hmac.new(KEY.encode(), meant.encode(), hashlib.sha256).hexdigest()}"'


def expected(text: str, chosen: dict[str, Action]) -> str:
    """The reference: one letter after the other, with the standard library."""
    left = []
    for member in split(text[1:-1], ",") if text[1:-1].strip() else []:
        key, value = (part.strip(" \t") for part in split(member, ":"))
        instead = shown(chosen.get(json.loads(key).casefold(), Action.KEEP), value)
        if instead is not None:
            left.append(f"{key}:{instead}")
    return f"{{{','.join(left)}}}"


def texts(body: bytes, chosen: dict[str, Action] | None) -> list[str]:
    parsed = parse_executions(body)
    if chosen is not None:
        policy = Policy(frozenset(each for each in chosen.items() if each[1] is not Action.KEEP))
        parsed = redactor(policy, KEY)(parsed)
    kept = [bytes(record.text) for record in parsed.records]
    return [text.decode() for text in [*kept, *parsed.rejected]]


@settings(max_examples=150)
@given(st.lists(records(), min_size=1, max_size=2), policies)
def test_any_policy_leaves_what_a_plain_reading_leaves(
    sent: list[str], chosen: dict[str, Action]
) -> None:
    body = page(*sent)
    redacted = [squeezed(text) for text in texts(body, chosen)]
    assert redacted == [squeezed(expected(text, chosen)) for text in texts(body, None)]


@settings(max_examples=100)
@given(records(), st.sampled_from([Action.DROP, Action.MASK, Action.HMAC]))
def test_no_reader_finds_a_hidden_value_whichever_of_equal_keys_it_takes(
    sent: str, action: Action
) -> None:
    (text,) = texts(page(sent), dict.fromkeys(FIELDS, action))
    found = json.loads(text, object_pairs_hook=lambda pairs: pairs, parse_int=float)
    hidden = [value for key, value in found if key.casefold() in FIELDS]
    shapes = ("***", None) if action is Action.MASK else (None,)
    hashes = [value for value in hidden if value not in shapes]
    assert action is Action.HMAC or not hashes
    assert all(str(value).startswith("hmac:") and len(value) == 69 for value in hashes)
    assert action is not Action.DROP or not hidden
