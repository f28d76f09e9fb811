"""The fields of a line, as Twilio documents them: the one table from which the rest is written.

`tests/consumers` holds it against Twilio's own description, the schema, the documents and the
template.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """`types` are JSON's, none for any; null is one of them wherever a line may lack the value.

    `column` is the type in a table: text, wherever the value may be of several types. `since` is
    when Twilio added the field, empty for those that were always there. `personal` is Twilio's own
    mark. `members` are the fields of an object, or of each object in a list.
    """

    name: str
    types: tuple[str, ...]
    meaning: str
    column: str = "string"
    form: str | None = None
    since: str = ""
    personal: bool = False
    examples: tuple[object, ...] = ()
    members: tuple["Field", ...] = ()


_TEXT = ("string", "null")

FIELDS = (
    Field("sid", ("string",), "The Execution: `FN` and 32 hex digits. Its key."),
    Field("account_sid", _TEXT, "The account: `AC` and 32 hex digits."),
    Field("flow_sid", _TEXT, "The Flow: `FW` and 32 hex digits."),
    Field(
        "contact_channel_address",
        _TEXT,
        "Who is at the other end: a telephone number in E.164, a SIP address, `client:name`.",
        personal=True,
    ),
    Field("contact_sid", _TEXT, "The Contact: `FC` and 32 hex digits.", since="2026-03"),
    Field(
        "flow_version",
        ("integer", "null"),
        "The Flow's revision when the Execution was created.",
        column="bigint",
        since="2026-03",
    ),
    Field(
        "context",
        (),
        "The Flow's state, any JSON; `{}` in Twilio's list, as documented.",
        personal=True,
    ),
    Field(
        "status",
        _TEXT,
        "`active` or `ended`; others may come.",
        examples=("active", "ended"),
    ),
    Field(
        "date_created",
        ("string",),
        "When the Execution began, ISO 8601 in UTC. It never changes, and tells `dt` and the hour.",
        form="date-time",
    ),
    Field(
        "date_updated",
        _TEXT,
        "When it last changed; once it has ended, about the time of its end.",
        form="date-time",
    ),
    Field(
        "initiated_by",
        _TEXT,
        "What began it: the Sid of a call, a message or a request.",
        since="2026-04",
    ),
    Field("url", _TEXT, "The Execution at Twilio.", form="uri"),
    Field("links", ("object", "null"), "URLs of its Steps and its Context."),
)

REQUIRED = ("sid", "date_created")  # without them there is no line: see `rejected/`
