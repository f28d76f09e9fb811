"""Check whether Spark can run: it needs Java 17 or later."""

import re
import shutil
from functools import cache

import pytest

from tools.devkit import program

_OLDEST = 17


@cache
def missing() -> str | None:
    """Return why it cannot run, or None."""
    java = shutil.which("java")
    if not java:
        return "there is no java"
    printed = program.run([java, "-version"]).stderr
    version = re.search(r'version "(\d+)', printed)
    if not version or int(version[1]) < _OLDEST:
        return f"Java {_OLDEST} is wanted, not: {printed.partition(chr(10))[0]}"
    return None


def pytest_report_header() -> list[str]:
    reason = missing()
    return [f"Spark: {f'NOT tested ({reason})' if reason else 'tested'}"]


MARKS = (
    pytest.mark.skipif(bool(missing()), reason=f"Spark: {missing()}"),
    pytest.mark.long,
)
