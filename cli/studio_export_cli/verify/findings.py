"""What `verify` finds, and a report that collects it."""

from collections import Counter
from dataclasses import dataclass, field

# What each kind of finding means, in the order in which findings are counted.
KINDS = {
    "missing": "Twilio lists the Execution, and its due line is not in the dataset",
    "duplicate": "an earlier line has the same sid and status",
    "line_after_final": "the line comes after the final line of its Execution",
    "wrong_partition": "the line is not of its object's hour",
    "wrong_log": "the line is not of an ended Execution of the object that its log follows",
    "false_mark": "the mark says that the log is whole, and a line lacks",
    "gap": "the log lacks a number",
    "unreadable": "the object is not one whole gzip member of JSON lines",
    "checksum_mismatch": "the lines of the object do not match its sha256",
    "late_steps": "Twilio lists Steps that the line lacks",
    "not_compared": "Twilio does not list this range, or not readably",
}
_MAX_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem. `location` is the key of an object, with a line number if there is one."""

    kind: str
    location: str
    message: str


@dataclass(slots=True, kw_only=True)
class Findings:
    """A report's findings.

    Attributes:
        found: the number of findings of each kind.
        findings: the first 100 findings.
    """

    found: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        self.found[finding.kind] += 1
        if len(self.findings) < _MAX_FINDINGS:
            self.findings.append(finding)


def format_found(found: Counter[str]) -> str:
    return ", ".join(f"{found[kind]:,} {kind}" for kind in KINDS if found[kind])
