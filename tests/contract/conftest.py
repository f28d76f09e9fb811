from tests.servers.fixtures import (
    dynamodb_server,
    pytest_report_header,
    s3_server,
    secrets_server,
)

__all__ = ["dynamodb_server", "pytest_report_header", "s3_server", "secrets_server"]
