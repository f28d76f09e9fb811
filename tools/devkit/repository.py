"""Where the repository is, and the environment of the processes that its tools start."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def import_path() -> dict[str, str]:
    """Return the variable that gives a child process the import path of this one."""
    return {"PYTHONPATH": os.pathsep.join(sys.path)}


def child_environment() -> dict[str, str]:
    """Return this environment and import path, without an account's or a company's settings."""
    certificates = (
        "SSL_CERT_FILE",
        "AWS_CA_BUNDLE",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
    )
    left_out = ("TWILIO_", "STUDIO_", *certificates)
    others = {n: v for n, v in os.environ.items() if not n.startswith(left_out)}
    return others | import_path()
