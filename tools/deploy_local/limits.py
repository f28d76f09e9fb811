"""What a deployment to LocalStack does not show: seen in the run, or known of LocalStack 4.14."""

from tools.deploy_local.stack import DeployedStack

_KNOWN = """\
* Policies are stored and not enforced: neither the roles' nor the bucket's.
* Schedules never fire, and alarms are never evaluated: LocalStack reads no metrics in log lines.
* `LoggingConfig` is ignored: log lines go to a group of the function's name, not to the stack's.
* Of the bucket, lifecycle rules and a KMS key are ignored.
* Of the table, point-in-time recovery and deletion protection are ignored.
* Of the types that LocalStack does not make, it does not know which changes replace.
* `Rules` and the patterns of parameters are ignored: any value is taken.
* A circle of `DependsOn` is not noticed, nor a `Ref` to a resource whose condition is false.
  `cfn-lint` reports both (E3004, W1001).
* `AlarmEmail` and `Architecture=arm64` are in change sets only.
"""


def text(stack: DeployedStack) -> str:
    """Return a list in Markdown."""
    not_made = ", ".join(f"`{each}`" for each in sorted(stack.not_made))
    not_updated = ", ".join(f"`{each}`" for each in sorted(stack.not_updated))
    return (
        f"* LocalStack counts as complete and does not make: {not_made}.\n"
        f"* It counts as updated and leaves as they were: {not_updated}.\n{_KNOWN}"
    )
