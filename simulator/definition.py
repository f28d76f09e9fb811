"""A Flow's definition: its widgets, how each ends, and which widget follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

ENDED = "Ended"  # where a Step leads that no widget follows


class Channel(StrEnum):
    """How an Execution begins; the key of `trigger` in its Context."""

    CALL = "call"
    MESSAGE = "message"
    REQUEST = "request"
    PARENT = "parent"  # in a Subflow


TRIGGER_EVENTS = {
    Channel.CALL: "incomingCall",
    Channel.MESSAGE: "incomingMessage",
    Channel.REQUEST: "incomingRequest",
    Channel.PARENT: "incomingParent",
}


@dataclass(frozen=True, slots=True)
class Exit:
    """One way for a widget to end.

    Attributes:
        event: Twilio's name of it, the `name` of the Step.
        next: The name of the widget that follows.
        weight: How often, relative to the widget's other exits.
        value: What somebody keyed, spoke or wrote. A split takes the exit with the last value.
    """

    event: str
    next: str = ENDED
    weight: float = 1
    value: str = ""


@dataclass(frozen=True, slots=True)
class Widget:
    """A widget, or the trigger.

    Attributes:
        seconds: How long it runs, on average.
        hangup: How often somebody hangs up in it, relative to the weights of its exits.
        subflow: The Flow that it runs, if it is a Run Subflow widget.
    """

    name: str
    type: str
    exits: tuple[Exit, ...]
    seconds: int = 0
    hangup: float = 0
    properties: Mapping[str, Any] = field(default_factory=dict)
    subflow: "Definition | None" = None

    @property
    def is_split(self) -> bool:
        return self.type == "split-based-on"


@dataclass(frozen=True, slots=True)
class Definition:
    """The widgets of one revision of a Flow; the first is the trigger.

    Attributes:
        loop: The names of widgets through which a caller may go again and again, if there are any.
    """

    description: str
    widgets: tuple[Widget, ...]
    loop: tuple[str, ...] = ()

    def widget(self, name: str) -> Widget:
        """Return the widget of this name, or raise `KeyError`."""
        for widget in self.widgets:
            if widget.name == name:
                return widget
        raise KeyError(name)

    def to_json(self) -> dict[str, Any]:
        """Return the definition in Twilio's form."""
        return {
            "description": self.description,
            "states": [
                {
                    "name": widget.name,
                    "type": widget.type,
                    "transitions": _transitions(widget),
                    "properties": {"offset": {"x": 0, "y": 200 * place}, **widget.properties},
                }
                for place, widget in enumerate(self.widgets)
            ],
            "initial_state": self.widgets[0].name,
            "flags": {"allow_concurrent_calls": True},
        }


def _transitions(widget: Widget) -> list[dict[str, Any]]:
    """Return a transition for each event or, in a split, for each value."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for each in widget.exits:
        key = (each.event, each.value if widget.is_split else "")
        transition: dict[str, Any] = {"event": each.event}
        if each.next != ENDED:
            transition["next"] = each.next
        if key[1]:
            transition["conditions"] = [_condition(widget, each.value)]
        found.setdefault(key, transition)
    return list(found.values())


def _condition(widget: Widget, value: str) -> dict[str, Any]:
    return {
        "friendly_name": f"If value equal_to {value}",
        "type": "equal_to",
        "arguments": [widget.properties["input"]],
        "value": value,
    }
