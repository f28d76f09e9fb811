"""`make audit`: list known vulnerabilities of the layer's packages. It needs the network.

pip-audit skips a package that it cannot look up, prints "No known vulnerabilities found", and
exits with 0. Here that is a failure.
"""

import json
import sys
from typing import Any, NamedTuple

from tools.devkit import program
from tools.devkit.repository import ROOT
from tools.supply.sbom import LOCK

_TOOL = ROOT / ".venv-supply" / "bin" / "pip-audit"
CLEAN, VULNERABLE, NOT_AUDITED = 0, 1, 2


class AuditResult(NamedTuple):
    code: int
    lines: list[str]


def check_report(report: dict[str, Any]) -> AuditResult:
    """Return the exit code and the lines to print for pip-audit's report."""
    packages = report["dependencies"]
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    found = [
        f"{each['name']} {each['version']}: {known['id']}, fixed in "
        f"{', '.join(known['fix_versions']) or 'no version yet'}"
        for each in packages
        for known in each.get("vulns", [])
    ]
    audited = len(packages) - len(skipped)
    if found:
        return AuditResult(VULNERABLE, found)
    if skipped or not packages:
        how_many = f"{audited} of {len(packages)} packages" if audited else "NOTHING"
        passed_over = f"Not looked up: {', '.join(skipped)}. Check the network and run it again."
        return AuditResult(NOT_AUDITED, [f"AUDITED {how_many}: this proves nothing.", passed_over])
    return AuditResult(CLEAN, [f"{audited} packages audited, no known vulnerability"])


def main() -> int:
    command = [
        *(str(_TOOL), "--disable-pip", "--require-hashes", "--format", "json"),
        *("--progress-spinner", "off", "--requirement", str(LOCK)),
    ]
    # Its stderr is dropped: without a network it is "No known vulnerabilities found".
    ran = program.run(command)
    try:
        code, lines = check_report(json.loads(ran.stdout))
    except ValueError:
        code, lines = NOT_AUDITED, ["AUDITED NOTHING: pip-audit wrote no report.", ran.stderr]
    for line in lines:
        print(line, file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
