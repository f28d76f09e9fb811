"""`make sbom`: write a CycloneDX document of the layer's locked requirements."""

import json
import re
import subprocess
from typing import Any

from studio_export.version import VERSION
from tools.devkit.repository import ROOT

LOCK = ROOT / "layers" / "studio_export" / "requirements.txt"
_TOOL = ROOT / ".venv-supply" / "bin" / "cyclonedx-py"
_SBOM = ROOT / "build" / "sbom.cdx.json"
_PIN = re.compile(r"^([a-z0-9-]+)==([^\s;]+)", re.MULTILINE)


class IncompleteError(Exception):
    """The document and the lock file differ."""


def pins(lock: str) -> dict[str, str]:
    """The version of each requirement of a lock file."""
    return dict(_PIN.findall(lock))


def completed(document: dict[str, Any], locked: dict[str, str]) -> dict[str, Any]:
    """Add our version and our dependencies, neither of which the tool finds.

    Raises:
        IncompleteError: its packages differ from the lock file, or one has no hash.
    """
    named = {each["name"]: each["version"] for each in document["components"]}
    if named != locked:
        raise IncompleteError(f"the SBOM names {named}, the lock file {locked}")
    for component in document["components"]:
        if not any(each.get("hashes") for each in component.get("externalReferences", [])):
            raise IncompleteError(f"{component['name']} has no hash")
        component.pop("description", None)  # the line of the lock file, hashes and all
    root = document["metadata"]["component"]
    root["version"] = VERSION
    for dependency in document["dependencies"]:
        if dependency["ref"] == root["bom-ref"]:
            dependency["dependsOn"] = sorted(each["bom-ref"] for each in document["components"])
    return document


def main() -> None:
    command = [
        *(str(_TOOL), "requirements", "--output-reproducible", "--output-format", "JSON"),
        *("--pyproject", str(ROOT / "pyproject.toml"), str(LOCK)),
    ]
    ran = subprocess.run(command, capture_output=True, check=True)
    document = completed(json.loads(ran.stdout), pins(LOCK.read_text()))
    _SBOM.parent.mkdir(exist_ok=True)
    _SBOM.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n")
    print(f"{_SBOM.relative_to(ROOT)}: {len(document['components'])} packages of the layer")


if __name__ == "__main__":
    main()
