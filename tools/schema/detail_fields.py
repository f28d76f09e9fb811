"""The fields of the lines of `steps/`, `contexts/` and `flow-revisions/`, and of what they hold."""

from tools.schema.fields import Field

_TEXT = ("string", "null")
_MISSING = Field(
    "missing",
    ("string",),
    "Why there is no content: `deleted` or `expired`. Absent otherwise.",
    examples=("deleted", "expired"),
)
_ACCOUNT_SID = Field("account_sid", _TEXT, "The account: `AC` and 32 hex digits.")

STEP_FIELDS = (
    Field("sid", _TEXT, "The Step: `FT` and 32 hex digits."),
    _ACCOUNT_SID,
    Field("flow_sid", _TEXT, "The Flow: `FW` and 32 hex digits."),
    Field("execution_sid", _TEXT, "The Execution: `FN` and 32 hex digits."),
    Field(
        "parent_step_sid",
        _TEXT,
        "In a Subflow, the Step of the widget that runs it; null elsewhere.",
    ),
    Field("name", _TEXT, "The event that ended the widget, such as `keypress` or `timeout`."),
    Field("context", (), "Null, as far as anybody saw.", personal=True),
    Field("transitioned_from", _TEXT, "The widget that ended."),
    Field("transitioned_to", _TEXT, "The widget that follows; `Ended` if none does."),
    Field("type", _TEXT, "The type of the widget that ended.", since="2025-08"),
    Field(
        "date_created",
        _TEXT,
        "When the widget ended, ISO 8601 in UTC, whole seconds.",
        form="date-time",
    ),
    Field("date_updated", _TEXT, "Null, as far as anybody saw.", form="date-time"),
    Field("url", _TEXT, "The Step at Twilio.", form="uri"),
    Field("links", ("object", "null"), "The URL of the Context as it was at this Step."),
)

STEP_LIST_FIELDS = (
    Field("execution_sid", ("string",), "The Execution: `FN` and 32 hex digits. Its key."),
    Field("flow_sid", ("string",), "The Flow: `FW` and 32 hex digits."),
    Field(
        "steps",
        ("array", "null"),
        "Its Steps, the newest first; null if they are missing.",
        members=STEP_FIELDS,
    ),
    _MISSING,
)

CONTEXT_FIELDS = (
    _ACCOUNT_SID,
    Field(
        "context",
        (),
        "The variables as they were last: `trigger`, `widgets`, `flow` and `contact`.",
        personal=True,
    ),
    Field("flow_sid", _TEXT, "The Flow: `FW` and 32 hex digits."),
    Field("execution_sid", ("string",), "The Execution: `FN` and 32 hex digits. Its key."),
    Field("url", _TEXT, "The Context at Twilio.", form="uri"),
    _MISSING,
)

_TRANSITION_FIELDS = (
    Field("event", _TEXT, "The event that ends the widget."),
    Field("next", _TEXT, "The widget that follows; null if none does."),
)
_STATE_FIELDS = (
    Field("name", _TEXT, "The widget's name."),
    Field("type", _TEXT, "The widget's type."),
    Field("transitions", ("array",), "Where it leads.", members=_TRANSITION_FIELDS),
)
_DEFINITION_FIELDS = (
    Field("initial_state", _TEXT, "The widget that begins: the trigger."),
    Field("states", ("array",), "The widgets.", members=_STATE_FIELDS),
)

REVISION_FIELDS = (
    Field("sid", ("string",), "The Flow: `FW` and 32 hex digits."),
    _ACCOUNT_SID,
    Field("author_sid", _TEXT, "Who wrote it: `US` and 32 hex digits."),
    Field("friendly_name", _TEXT, "The Flow's name."),
    Field("status", _TEXT, "`published` or `draft`.", examples=("published", "draft")),
    Field("revision", ("integer",), "The revision: `flow_version` of its Executions."),
    Field("commit_message", _TEXT, "What the author wrote about it."),
    Field("valid", ("boolean", "null"), "Whether the definition is valid."),
    Field("date_created", _TEXT, "When it was made, ISO 8601 in UTC.", form="date-time"),
    Field("date_updated", _TEXT, "When it last changed.", form="date-time"),
    Field("url", _TEXT, "The revision at Twilio.", form="uri"),
    Field(
        "definition",
        ("object", "null"),
        "The widgets, and where each leads. Texts, URLs and conditions are left out.",
        members=_DEFINITION_FIELDS,
    ),
)
