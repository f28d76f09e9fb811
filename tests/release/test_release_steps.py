"""A step of the release refuses what must not be released."""

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from studio_export.version import VERSION
from tools.release import application, checksums, versions
from tools.release.distributions import compare
from tools.release.layer_zip import write_zip
from tools.release.steps import ReleaseError

METADATA: dict[str, Any] = {
    "Name": "studio-export",
    "Description": "An export.",
    "Author": "the maintainers",
    "SpdxLicenseId": "Apache-2.0",
    "LicenseUrl": "s3://bucket/1",
    "ReadmeUrl": "s3://bucket/2",
    "Labels": ["twilio"],
    "SemanticVersion": VERSION,
}


def test_the_package_the_template_and_the_changelog_have_one_version() -> None:
    assert VERSION in versions.check(None)


@pytest.mark.parametrize("tag", [VERSION, f"v{VERSION}0", "v999.0.0"])
def test_a_tag_of_another_version_is_refused(tag: str) -> None:
    with pytest.raises(ReleaseError, match=f"Tag v{VERSION}"):
        versions.check(tag)


def test_a_release_without_a_section_in_the_changelog_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r"no section \[999\.0\.0\]|no section ## \[999\.0\.0\]"):
        versions.notes("v999.0.0")


def test_builds_that_differ_in_a_byte_or_a_name_are_refused(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        (folder / "same").write_bytes(b"same")
    compare(first, second)
    (first / "a").write_bytes(b"a")
    (second / "a").write_bytes(b"b")
    (second / "only").write_bytes(b"")

    with pytest.raises(ReleaseError, match="differ in a, only"):
        compare(first, second)


def test_a_zip_has_the_same_bytes_whatever_the_dates_and_modes(tmp_path: Path) -> None:
    zips = []
    for number, mode in enumerate((0o600, 0o644)):
        folder = tmp_path / str(number)
        (folder / "python").mkdir(parents=True)
        for name in ("b", "a")[:: 1 if number else -1]:
            (folder / "python" / name).write_text(name)
            (folder / "python" / name).chmod(mode)
            os.utime(folder / "python" / name, (1e9 + number, 1e9 + number))
        zips.append(tmp_path / f"{number}.zip")
        write_zip(folder, zips[-1])

    assert zips[0].read_bytes() == zips[1].read_bytes()
    with zipfile.ZipFile(zips[0]) as archive:
        assert [(each.filename, each.external_attr >> 16) for each in archive.infolist()] == [
            ("python/a", 0o100644),
            ("python/b", 0o100644),
        ]


def test_valid_metadata_of_an_application_have_no_problem() -> None:
    assert application.problems(METADATA) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"SemanticVersion": "9.9.9"}, "SemanticVersion is not"),
        ({"Name": "studio export"}, "Name has other characters"),
        ({"Description": "x" * 257}, "Description is empty or longer"),
        ({"Labels": ["x"] * 11}, "at most 10"),
        ({"Author": None}, "Author is missing"),
        ({"ReadmeUrl": "README.md"}, "ReadmeUrl was not uploaded"),
    ],
)
def test_metadata_that_the_repository_refuses_are_named(
    change: dict[str, object], problem: str
) -> None:
    (found,) = application.problems({**METADATA, **change})

    assert problem in found


def test_code_that_was_not_uploaded_is_named() -> None:
    resources: dict[str, dict[str, object]] = {
        "Good": {"Properties": {"CodeUri": "s3://bucket/code"}},
        "Bad": {"Properties": {"ContentUri": "ExportLayer"}},
        "Other": {},
    }

    assert application.local_code(resources) == ["Bad.ContentUri was not uploaded"]


def test_the_checksums_are_as_sha256sum_reads_them(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"")
    (tmp_path / "a").write_bytes(b"abc")
    checksums.write(tmp_path)

    assert (tmp_path / "SHA256SUMS").read_text().splitlines() == [
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b",
    ]
