"""Whether a policy allows a request: IAM's rules, as far as this template's policies use them.

An explicit Deny wins, an Allow is needed, and all else is refused. Principals are not looked at.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any

from tests.template.calls import Call
from tools.devkit.template.rendered import Json, Rendered

Context = Mapping[str, str]


class Decision(Enum):
    ALLOWED = "allowed"
    DENIED = "denied"
    UNSAID = "unsaid"  # which is refused as well, unless another policy allows it


def policy_of(stack: Rendered, role: str) -> Json:
    """The only policy of a role."""
    (inline,) = stack.properties(role)["Policies"]
    document: Json = inline["PolicyDocument"]
    return document


def may(stack: Rendered, role: str, call: Call) -> bool:
    """Whether a role of the stack may make a call."""
    return allowed(policy_of(stack, role), call.action, call.resource, call.context)


def allowed(
    policy: Mapping[str, Any], action: str, resource: str, context: Context | None = None
) -> bool:
    """Whether `policy` alone lets a request pass. `context` has the request's condition keys."""
    return decide(policy, action, resource, context) is Decision.ALLOWED


def decide(
    policy: Mapping[str, Any], action: str, resource: str, context: Context | None = None
) -> Decision:
    effects = {
        statement["Effect"]
        for statement in _list(policy["Statement"])
        if _applies(statement, action, resource, context or {})
    }
    if "Deny" in effects:
        return Decision.DENIED
    return Decision.ALLOWED if "Allow" in effects else Decision.UNSAID


def actions(policy: Mapping[str, Any]) -> set[str]:
    """Every action that the policy allows somewhere, as it is written."""
    return {
        action
        for statement in _list(policy["Statement"])
        if statement["Effect"] == "Allow"
        for action in _list(statement["Action"])
    }


def _applies(statement: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    if unknown := statement.keys() & {"NotAction", "NotResource", "NotPrincipal"}:
        raise ValueError(f"{unknown} is not known here")
    return (
        any(_like(action.lower(), pattern.lower()) for pattern in _list(statement["Action"]))
        and any(_like(resource, pattern) for pattern in _list(statement["Resource"]))
        and _holds(statement.get("Condition", {}), context)
    )


def _holds(condition: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """All operators and all keys must hold; of several values of a key, one."""
    return all(
        any(_OPERATORS[operator](context.get(key), _text(value)) for value in _list(values))
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


# A key that the request does not have matches nothing, except that it is null.
_OPERATORS: dict[str, Callable[[str | None, str], bool]] = {
    "Bool": lambda given, wanted: given is not None and given.lower() == wanted,
    "Null": lambda given, wanted: (given is None) == (wanted == "true"),
    "StringEquals": lambda given, wanted: given == wanted,
    "StringLike": lambda given, wanted: given is not None and _like(given, wanted),
}


def _like(text: str, pattern: str) -> bool:
    parts = (
        ".*" if part == "*" else "." if part == "?" else re.escape(part)
        for part in re.split(r"([*?])", pattern)
    )
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]
