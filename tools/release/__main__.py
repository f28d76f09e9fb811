"""`make release-check`: all of a release but the upload. What would be uploaded is in `dist/`."""

import argparse
import shutil
import sys
from collections.abc import Iterator

from tools.local_lambda.build import BuildError
from tools.release import application, checksums, distributions, layer_zip, trial, versions
from tools.release.steps import DIST, NOTES, ReleaseError
from tools.supply.layer import LayerError


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("--tag", help="the tag that releases, such as v0.1.0")
    asked = parser.parse_args()
    try:
        for line in check(asked.tag):
            print(f"ok  {line}", flush=True)
    except (ReleaseError, BuildError, LayerError) as error:
        print(f"release-check: {error}", file=sys.stderr)
        return 1
    return 0


def check(tag: str | None) -> Iterator[str]:
    """Run every step, and yield a line for each.

    Raises:
        ReleaseError, BuildError, LayerError: a step failed.
    """
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    yield versions.check(tag)
    NOTES.parent.mkdir(exist_ok=True)
    NOTES.write_text(versions.notes(tag))
    wheel = distributions.build()
    yield f"{wheel.name} and its sdist: the same bytes twice, metadata checked"
    yield layer_zip.build(released=tag is not None)
    yield layer_zip.write_sbom()
    yield trial.run_trial(wheel)
    yield application.check()
    yield checksums.write(DIST)


if __name__ == "__main__":
    sys.exit(main())
