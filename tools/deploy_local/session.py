"""What a person does with the stack: deploy it, invoke it, verify its lines. On the page."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tools.deploy_local.account import LocalAccount
from tools.deploy_local.stack import DeployedStack
from tools.deploy_local.transcript import StepError, Transcript, last_line
from tools.devkit.repository import ROOT
from tools.local_lambda.build import Built

ANSWER = Path("build/deploy-local.json")
SCHEDULED = "file://events/schedule.json"
_CHANGE_SET = re.compile(r"arn:aws:cloudformation:\S+:changeSet/\S+")


@dataclass(frozen=True, slots=True)
class Session:
    account: LocalAccount
    built: Built
    page: Transcript
    stack: DeployedStack

    def deploy(self, **parameters: str) -> list[dict[str, Any]]:
        """Deploy with these parameters, and return the changes of the change set.

        Raises:
            StepError: the deployment failed, or left a resource or a reference incomplete.
        """
        # SAM takes an empty value only in quotes.
        given = (f"{n}={v}" if v else f"'{n}=\"\"'" for n, v in parameters.items())
        overrides = [*self.built.overrides, *given]
        template = self.built.template.relative_to(ROOT)
        printed = self.page.run(
            f"sam deploy --template-file {template} --config-file $PWD/samconfig.toml"
            f" --no-confirm-changeset --no-progressbar --parameter-overrides {' '.join(overrides)}",
            last_line,
        )
        self.stack.check()
        return self.stack.changes(_CHANGE_SET.findall(printed)[0])

    def invoke(self, function: str, payload: str) -> dict[str, Any]:
        """Invoke a function that the stack names in its outputs.

        Raises:
            StepError: it ended with an error.
        """
        name = self.stack.outputs[function]
        self.page.run(
            f"aws lambda invoke --function-name {name} --payload '{payload}' {ANSWER}"
            " --query '[StatusCode, FunctionError]' --output text"
        )
        answer: dict[str, Any] = json.loads((ROOT / ANSWER).read_text())
        if "errorMessage" in answer:
            raise StepError(f"{name} failed: {answer}")
        return answer

    def verify(self, bucket: str) -> None:
        """Compare bucket and Studio: `studio-export verify` fails if anything is missing."""
        now = datetime.now(UTC)
        since, until = now - timedelta(days=29), now - timedelta(minutes=10)
        self.page.run(
            f"studio-export verify --to s3://{bucket}/studio"
            f" --since {since:%Y-%m-%d} --until {until:%Y-%m-%dT%H:%MZ}",
            last_line,
        )
