"""The SAM application: built, packaged against a local S3, and read as the repository will."""

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
import yaml

from studio_export.version import VERSION
from tools.devkit.repository import ROOT
from tools.devkit.servers.moto import moto_server
from tools.local_lambda import build
from tools.release.steps import ReleaseError, run

_BUCKET = "studio-export-release"
_NAME = re.compile(r"[a-zA-Z0-9-]{1,140}")
_MAX_LABELS, _MAX_DESCRIPTION = 10, 256


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms, `!Ref` and the like, as nothing."""


_Loader.add_multi_constructor("!", lambda *_: None)


def check() -> str:
    """Build and package the application, and check what `sam publish` would send.

    Raises:
        BuildError: SAM failed to build it.
        ReleaseError: it cannot be packaged, or the repository would refuse it.
    """
    built = build.build()
    packaged = yaml.load(_packaged(built.template), _Loader)  # noqa: S506  a SafeLoader
    metadata = packaged["Metadata"]["AWS::ServerlessRepo::Application"]
    wrong = [*problems(metadata), *local_code(packaged["Resources"])]
    if wrong:
        raise ReleaseError("the application cannot be published: " + "; ".join(wrong))
    return f"the SAM application {metadata['Name']} {metadata['SemanticVersion']} is packaged"


def _packaged(template: Path) -> str:
    with moto_server() as server, TemporaryDirectory(prefix="studio-export-") as folder:
        boto3.client("s3", **server.client_options()).create_bucket(Bucket=_BUCKET)
        to = Path(folder) / "packaged.yaml"
        source = ["--template-file", str(template), "--s3-bucket", _BUCKET]
        run(
            [build.SAM, "package", *source, "--output-template-file", to],
            cwd=ROOT,
            environment={**os.environ, **server.environment(), "SAM_CLI_TELEMETRY": "0"},
        )
        return to.read_text()


def problems(metadata: dict[str, object]) -> list[str]:
    """What the repository refuses, by its documented limits."""
    wrong = []
    if metadata.get("SemanticVersion") != VERSION:
        wrong.append(f"SemanticVersion is not {VERSION}")
    if not _NAME.fullmatch(str(metadata.get("Name"))):
        wrong.append("Name has other characters than letters, digits and hyphens")
    if not 0 < len(str(metadata.get("Description", ""))) <= _MAX_DESCRIPTION:
        wrong.append(f"Description is empty or longer than {_MAX_DESCRIPTION} characters")
    labels = metadata.get("Labels")
    if not isinstance(labels, list) or len(labels) > _MAX_LABELS:
        wrong.append(f"Labels are not a list of at most {_MAX_LABELS}")
    wrong += [
        f"{each} is missing" for each in ("Author", "SpdxLicenseId") if not metadata.get(each)
    ]
    files = ("LicenseUrl", "ReadmeUrl")
    return wrong + [
        f"{each} was not uploaded" for each in files if "s3://" not in str(metadata.get(each))
    ]


def local_code(resources: dict[str, dict[str, object]]) -> list[str]:
    """The functions and layers whose code was not uploaded."""
    places = (
        (f"{name}.{place}", properties[place])
        for name, resource in resources.items()
        if isinstance(properties := resource.get("Properties"), dict)
        for place in ("CodeUri", "ContentUri")
        if place in properties
    )
    return [f"{name} was not uploaded" for name, place in places if not _uploaded(place)]


def _uploaded(place: object) -> bool:
    return isinstance(place, dict) or str(place).startswith("s3://")
