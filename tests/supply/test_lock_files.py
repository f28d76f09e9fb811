"""Lock files pin and hash every requirement, and name no index."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WANTED = [*(ROOT / "requirements").glob("*.in"), *(ROOT / "layers").glob("*/*.in")]
NAMES = [str(path.relative_to(ROOT)) for path in WANTED]


def entries(lock: str) -> list[str]:
    """Return each requirement, with its options, as one line."""
    code = re.sub(r"\s+#.*|^#.*", "", lock, flags=re.MULTILINE)
    return [line for line in code.replace("\\\n", " ").splitlines() if line.strip()]


def asked(text: str) -> set[str]:
    """Return the names of an `.in` file, normalized as in a lock file."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    names = (re.split(r"[\[;<>=~! ]", line)[0] for line in lines if line and line[0] != "-")
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


def test_the_lock_files_are_found() -> None:
    assert {"requirements/dev.in", "layers/studio_export/requirements.in"} <= set(NAMES)


@pytest.mark.parametrize("wanted", WANTED, ids=NAMES)
def test_every_requirement_is_pinned_and_has_a_hash(wanted: Path) -> None:
    locked = entries(wanted.with_suffix(".txt").read_text())

    assert locked
    for entry in locked:
        assert re.match(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==[^\s;]+( ;[^-]*)? .*--hash=", entry), entry
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes(entry)), entry


def hashes(entry: str) -> list[str]:
    return re.findall(r"--hash=(\S+)", entry)


@pytest.mark.parametrize("wanted", WANTED, ids=NAMES)
def test_every_requirement_is_locked(wanted: Path) -> None:
    locked = {
        re.split(r"[\[=]", entry)[0] for entry in entries(wanted.with_suffix(".txt").read_text())
    }

    assert asked(wanted.read_text()) <= locked


@pytest.mark.parametrize("wanted", WANTED, ids=NAMES)
def test_no_lock_file_names_an_index(wanted: Path) -> None:
    for path in (wanted, wanted.with_suffix(".txt")):
        text = path.read_text()
        assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host|-i |-f ", text)
        assert "://" not in text


@pytest.mark.parametrize("wanted", WANTED, ids=NAMES)
def test_make_lock_covers_every_lock_file(wanted: Path) -> None:
    assert str(wanted.relative_to(ROOT).with_suffix("")) in (ROOT / "Makefile").read_text()


def test_every_package_of_node_has_its_hash_and_names_no_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    for name, package in packages.items():
        assert not name or package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
