"""The state machine's definition, as CloudFormation deploys it."""

from tools.devkit.repository import ROOT
from tools.devkit.template.rendered import render

_FILE = ROOT / "statemachines" / "export.asl.json"


def definition() -> str:
    """Return the definition with what the template substitutes in it."""
    text = _FILE.read_text()
    for name, value in render(Workers=2).properties("Fleet")["DefinitionSubstitutions"].items():
        text = text.replace(f"${{{name}}}", str(value))
    return text
