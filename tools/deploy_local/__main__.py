"""`make deploy-local`: docs/deploy-local.md, a transcript of deployments, really made.

SAM's build is given to LocalStack's CloudFormation by `sam deploy`; the function that comes of it
is invoked, updated and deleted. The run fails if a step does not do what the page says.
"""

import argparse
import sys
from pathlib import Path

from tools.deploy_local.account import local_account
from tools.deploy_local.scenario import deploy_update_delete
from tools.deploy_local.transcript import StepError
from tools.devkit.repository import ROOT
from tools.local_lambda.build import LAMBDA_RUNTIME, build


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "deploy-local.md")
    given = parser.parse_args()
    built = build()
    if built.runtime != LAMBDA_RUNTIME:
        sys.exit(
            f"Cannot deploy {built.runtime}: the stack runs {LAMBDA_RUNTIME}. In a fresh clone, run"
            f" make deploy-local PYTHON={LAMBDA_RUNTIME}"
        )
    try:
        with local_account() as account:
            page = deploy_update_delete(account, built)
    except StepError as error:
        sys.exit(f"deploy-local failed: {error}")
    given.page.write_text(page)
    print(f"Wrote {given.page}.")


if __name__ == "__main__":
    main()
