"""The lines of each dataset: what its schema says beside its fields."""

from tools.schema.detail_fields import CONTEXT_FIELDS, REVISION_FIELDS, STEP_LIST_FIELDS
from tools.schema.fields import FIELDS, REQUIRED
from tools.schema.line_schema import Line

EXECUTION = Line(
    "line",
    "A line of studio-export",
    "An Execution as Twilio's list showed it. The exporter promises an object with a sid and a"
    " date_created, both text; the other types are what Twilio documents, and a line that breaks"
    " them is exported all the same. Any field but these two may be null or missing, and any"
    " other may be there: ignore what you do not know.",
    FIELDS,
    REQUIRED,
    {},
)

STEP_LIST = Line(
    "step-list",
    "A line of steps/",
    "The Steps of an Execution as Twilio lists them, the newest first. The exporter promises the"
    " fields of the line; those of a Step are what Twilio documents, and a Step that breaks them is"
    " exported all the same. Any other field may be there: ignore what you do not know.",
    STEP_LIST_FIELDS,
    ("execution_sid", "flow_sid", "steps"),
    {
        "if": {"required": ["missing"]},
        "then": {"properties": {"steps": {"type": "null"}}},
        "else": {"properties": {"steps": {"type": "array"}}},
    },
)

CONTEXT = Line(
    "context",
    "A line of contexts/",
    "The Context of an Execution as it was last, with the values that the settings keep; each"
    " other value is the name of its JSON type. The exporter promises execution_sid; the other"
    " fields are what Twilio documents. Any other may be there: ignore what you do not know.",
    CONTEXT_FIELDS,
    ("execution_sid",),
    {
        "if": {"required": ["missing"]},
        "then": {"required": ["context"], "properties": {"context": {"type": "null"}}},
    },
)

REVISION = Line(
    "flow-revision",
    "A line of flow-revisions/",
    "A revision of a Flow, without the texts, URLs and conditions of its widgets. The exporter"
    " promises sid, revision and definition; the other fields are what Twilio documents. Any"
    " other may be there: ignore what you do not know.",
    REVISION_FIELDS,
    ("sid", "revision", "definition"),
    {},
)
