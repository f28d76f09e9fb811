"""The Flow that simulated Executions run: a menu by telephone, a question by message."""

from functools import cache

from simulator.definition import Definition, Exit, Widget
from simulator.personal import FLOW_PASSWORD, FLOW_USER, MESSAGE, PIN, SPEECH

_SERVER = f"https://{FLOW_USER}:{FLOW_PASSWORD}@crm.example.com"
_ALICE = {"voice": "alice", "language": "en-US"}


def _ask_server(name: str, exits: tuple[Exit, ...], properties: dict[str, str]) -> Widget:
    return Widget(name, "make-http-request", exits, seconds=1, properties=properties)


_IDENTIFY = Definition(
    "A Subflow that asks for the PIN",
    (
        Widget("Trigger", "trigger", (Exit("incomingParent", "ask_pin"),)),
        Widget(
            "ask_pin",
            "gather-input-on-call",
            (Exit("keypress", "lookup", 8, PIN), Exit("timeout"), Exit("speech", "lookup", 1, PIN)),
            seconds=8,
            hangup=1,
            properties=_ALICE | {"say": "Please enter your PIN", "number_of_digits": len(PIN)},
        ),
        _ask_server(  # the parent has a widget of this name too
            "lookup",
            (Exit("success", weight=9), Exit("failed")),
            {"method": "POST", "url": f"{_SERVER}/pins", "body": "{{widgets.ask_pin}}"},
        ),
    ),
)


@cache
def sample_flow(revision: int = 1) -> Definition:
    """Return a revision of the sample Flow: its number decides the name of the first prompt."""
    greeting = "greet" if revision % 2 else "welcome"
    return Definition(
        f"Sample Flow, revision {revision}",
        (_trigger(greeting), *_telephone(greeting), *_services(), *_messages(greeting)),
        loop=("menu", "again"),
    )


def _trigger(greeting: str) -> Widget:
    return Widget(
        "Trigger",
        "trigger",
        (
            Exit("incomingCall", greeting),
            Exit("incomingMessage", "ask"),
            Exit("incomingConversationMessage"),
            Exit("incomingRequest", "remind"),
        ),
    )


def _telephone(greeting: str) -> tuple[Widget, ...]:
    return (
        _say(greeting, "Welcome to Larch & Sons", seconds=4, hangup=0.05),
        Widget(
            "menu",
            "gather-input-on-call",
            (
                Exit("keypress", "route", 5, "1"),
                Exit("keypress", "route", 3, "2"),
                Exit("keypress", "route", 0.5, "9"),
                Exit("speech", "route", 0.5, SPEECH),
                Exit("timeout", "again", 1.5),
            ),
            seconds=6,
            hangup=0.8,
            properties=_ALICE | {"say": "Press 1 for your account, 2 for us", "timeout": 5},
        ),
        _say("again", "That was none of the choices", seconds=3, hangup=0.1),
        Widget(
            "route",
            "split-based-on",
            (
                Exit("match", "identify", value="1"),
                Exit("match", "queue", value="2"),
                Exit("noMatch", "again"),
            ),
            properties={"input": "{{widgets.menu.Digits}}"},
        ),
        Widget("goodbye", "say-play", (Exit("audioComplete"),), seconds=2, hangup=0.2),
    )


def _say(name: str, text: str, seconds: int, hangup: float) -> Widget:
    """Return a widget that says the text, and leads to the menu."""
    exits = (Exit("audioComplete", "menu"),)
    return Widget(name, "say-play", exits, seconds, hangup, _ALICE | {"say": text})


def _services() -> tuple[Widget, ...]:
    return (
        Widget(
            "identify",
            "run-subflow",
            (Exit("completed", "lookup", 9), Exit("failed", "queue")),
            properties={"flow_sid": "FW" + "5" * 32, "flow_revision": "LatestPublished"},
            subflow=_IDENTIFY,
        ),
        _ask_server(
            "lookup",
            (Exit("success", "connect", 9), Exit("failed", "queue")),
            {
                "method": "GET",
                "content_type": "application/x-www-form-urlencoded;charset=utf-8",
                "url": f"{_SERVER}/customers?number={{{{contact.channel.address}}}}",
            },
        ),
        Widget(
            "connect",
            "connect-call-to",
            (Exit("callCompleted", "goodbye"),),
            seconds=60,
            hangup=1,
            properties={"noun": "number", "to": "+15550199000", "timeout": 30},
        ),
        Widget(
            "queue",
            "enqueue-call",
            (Exit("callComplete", "goodbye", 4), Exit("failedToEnqueue", "goodbye", 0.5)),
            seconds=90,
            hangup=2,
            properties={"queue_name": "billing"},
        ),
    )


def _messages(greeting: str) -> tuple[Widget, ...]:
    return (
        Widget(
            "ask",
            "send-and-wait-for-reply",
            (Exit("incomingMessage", "record", 4, MESSAGE), Exit("timeout", "thank", 2)),
            seconds=300,
            properties={"body": "How did we do?", "timeout": "3600"},
        ),
        _ask_server(
            "record",
            (Exit("success", "thank", 9), Exit("failed", "thank")),
            {"method": "POST", "url": f"{_SERVER}/answers"},
        ),
        Widget(
            "thank",
            "send-message",
            (Exit("sent", weight=9), Exit("failed")),
            seconds=1,
            properties={"body": "Thank you, {{contact.channel.address}}"},
        ),
        Widget(
            "remind",
            "make-outgoing-call-v2",
            (
                Exit("answered", greeting, 5),
                Exit("busy", "thank"),
                Exit("noAnswer", "thank", 2),
                Exit("failed", weight=0.5),
            ),
            seconds=20,
            properties={"from": "{{flow.channel.address}}", "to": "{{contact.channel.address}}"},
        ),
    )
