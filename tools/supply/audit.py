"""`make audit`: known vulnerabilities of what the layer carries. It needs the network.

pip-audit passes over a package that it cannot look up, says "No known vulnerabilities found", and
ends with 0. Here that is a failure, and a loud one.
"""

import json
import subprocess
import sys
from typing import Any, NamedTuple

from tools.devkit.repository import ROOT
from tools.supply.sbom import LOCK

_TOOL = ROOT / ".venv-supply" / "bin" / "pip-audit"
CLEAN, VULNERABLE, NOT_AUDITED = 0, 1, 2


class Verdict(NamedTuple):
    code: int
    lines: list[str]


def verdict(report: dict[str, Any]) -> Verdict:
    """What pip-audit's report comes to."""
    packages = report["dependencies"]
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    found = [
        f"{each['name']} {each['version']}: {known['id']}, mended in "
        f"{', '.join(known['fix_versions']) or 'no version yet'}"
        for each in packages
        for known in each.get("vulns", [])
    ]
    audited = len(packages) - len(skipped)
    if found:
        return Verdict(VULNERABLE, found)
    if skipped or not packages:
        how_many = f"{audited} of {len(packages)} packages" if audited else "NOTHING"
        passed_over = f"not looked up: {', '.join(skipped)}. Is there a network?"
        return Verdict(NOT_AUDITED, [f"AUDITED {how_many}. This says nothing.", passed_over])
    return Verdict(CLEAN, [f"{audited} packages audited, no known vulnerability"])


def main() -> int:
    command = [
        *(str(_TOOL), "--disable-pip", "--require-hashes", "--format", "json"),
        *("--progress-spinner", "off", "--requirement", str(LOCK)),
    ]
    # Its own last word goes nowhere: without a network that is "No known vulnerabilities found".
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        code, lines = verdict(json.loads(ran.stdout))
    except ValueError:
        code, lines = NOT_AUDITED, ["AUDITED NOTHING: pip-audit gave no report.", ran.stderr]
    for line in lines:
        print(line, file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
