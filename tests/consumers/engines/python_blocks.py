"""Run blocks of Python in one namespace, as a notebook does."""

import ast
from typing import Any


def run(code: str, namespace: dict[str, Any]) -> Any:
    """Run the code; return the value of its last line, if that is an expression."""
    tree = ast.parse(code)
    last = tree.body[-1]
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "page", "exec"), namespace)  # noqa: S102 - our own page
        return None
    first = ast.Module(tree.body[:-1], [])
    exec(compile(first, "page", "exec"), namespace)  # noqa: S102
    return eval(compile(ast.Expression(last.value), "page", "eval"), namespace)  # noqa: S307
