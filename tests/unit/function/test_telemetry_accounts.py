"""The account of an invocation is in its log lines, and in no later ones."""

import json
import sys

from tools.devkit import program
from tools.devkit.repository import ROOT

CODE = """
from studio_export.function.telemetry import Telemetry
from studio_export.summary import FlowSummary, Summary
telemetry = Telemetry()
for event in ({"piece": {"account": "acme"}}, {}):
    with telemetry.invocation(event, "request"):
        telemetry.report(Summary((FlowSummary("FW1"),)), None)
"""


def test_a_line_names_the_account_of_its_invocation() -> None:
    path = {"PYTHONPATH": str(ROOT / "layers" / "studio_export")}
    ran = program.run([sys.executable, "-c", CODE], env=path)
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    flows = [line for line in lines if line.get("message") == "flow"]

    assert [line.get("account") for line in flows] == ["acme", None], ran.stderr
