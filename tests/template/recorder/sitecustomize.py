"""Writes down each call of boto3 in a process that has this folder on its PYTHONPATH.

Python imports a module of this name when it starts. One JSON line a call, operation and
parameters, goes to the file that `RECORDED_CALLS` names. It records what the built function does
in Lambda's runtime, where no test can reach in.
"""

import json
import os
from typing import Any

from botocore.client import BaseClient

_call = BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001 - the one way in


def _recorded(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
    texts = {name: value for name, value in parameters.items() if isinstance(value, str)}
    with open(os.environ["RECORDED_CALLS"], "a") as calls:  # noqa: PTH123 - start fast
        calls.write(json.dumps([operation, texts]) + "\n")
    return _call(client, operation, parameters)


BaseClient._make_api_call = _recorded  # type: ignore[attr-defined]  # noqa: SLF001
