"""LocalStack, fitted to this machine. Runs in `.venv-localstack`, all else here in `.venv`.

DynamoDB is the server at DYNAMODB_LOCAL_PORT: LocalStack would start Amazon's Java program, which
no package registry has.
"""

from localstack.runtime.main import main
from localstack.services.dynamodb.server import DynamodbServer
from localstack.services.lambda_.invocation import runtime_executor

from tools.deploy_local import cloudformation_fixes
from tools.deploy_local.emulator_executor import EmulatorExecutor


def start_dynamodb(_: DynamodbServer) -> bool:
    """Start nothing: the server runs."""
    return True


if __name__ == "__main__":
    # Before LocalStack loads its services, which import these names when a client first asks.
    runtime_executor.get_runtime_executor = lambda: EmulatorExecutor
    DynamodbServer.start_dynamodb = start_dynamodb
    cloudformation_fixes.apply()
    main()
