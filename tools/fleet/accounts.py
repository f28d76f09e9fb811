"""Several accounts behind one host, each with its own secret, Flows and dataset."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3

from simulator.account import Account
from simulator.clock import VirtualClock
from simulator.many import ManyStudios
from simulator.server import Limits
from simulator.studio import Studio
from tools.fleet.audit import Audit, audit
from tools.local_lambda.cloud import PREFIX, LocalCloud, Servers, fill_recent, local_cloud

SECRET_PREFIX = "studio-export/"


@dataclass(frozen=True, slots=True)
class Accounts:
    """The servers, and the Studio of each account by its name."""

    cloud: LocalCloud
    studios: dict[str, Studio]

    @property
    def parameters(self) -> dict[str, Any]:
        """The template's parameters that name the accounts."""
        names = ",".join(self.studios)
        return {"Accounts": names, "TwilioSecretPrefix": SECRET_PREFIX, "TwilioSecretArn": ""}

    @property
    def requests(self) -> int:
        """To Twilio, so far: the first account's Studio is the host's, and counts there."""
        _, *others = self.studios.values()
        return self.cloud.studio.studio.requests + sum(each.requests for each in others)

    def audit(self, name: str, began: datetime, prefix: str = PREFIX) -> Audit:
        flows = self.studios[name].account.flows
        return audit(self.cloud, began, f"{prefix}/account={name}", flows)


@contextmanager
def many_accounts(  # noqa: PLR0913, PLR0917  each is a part of the accounts
    names: Sequence[str],
    executions: int,
    flows: int,
    limits: Limits,
    refused: str,
    shared: Servers | None = None,
) -> Iterator[Accounts]:
    """Start the servers, or use the shared ones; the secret of `refused` has a wrong key."""
    clock = VirtualClock(datetime.now(UTC).replace(microsecond=0), rate=1)
    studios = {name: Studio(clock, Account(seed=name)) for name in names}
    for studio in studios.values():
        fill_recent(studio, executions, flows)
    host = ManyStudios([*studios.values()])
    with local_cloud(limits=limits, studio=host, shared=shared) as cloud:
        client = boto3.client("secretsmanager", **cloud.secrets.client_options())
        for name, studio in studios.items():
            key, secret = studio.account.api_key
            wrong = {"api_secret": "wrong"} if name == refused else {}
            text = json.dumps({"api_key": key, "api_secret": secret} | wrong)
            client.create_secret(Name=f"{SECRET_PREFIX}{name}", SecretString=text)
        yield Accounts(cloud, studios)
