from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AwsServer:
    """A server that stands in for AWS services, and how to reach it. Picklable."""

    name: str
    endpoint: str
    access_key: str = "AKIALOCAL"
    secret_key: str = "local-secret"

    def client_options(self) -> dict[str, Any]:
        """Keyword arguments for `boto3.client(service, **options)`."""
        return {
            "endpoint_url": self.endpoint,
            "region_name": "us-east-1",
            "aws_access_key_id": self.access_key,
            "aws_secret_access_key": self.secret_key,
        }

    def environment(self) -> dict[str, str]:
        """The same for a child process, as boto3 reads it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }


# A server that is not there: nobody listens on port 1.
NOWHERE = AwsServer("nowhere", "http://127.0.0.1:1")
