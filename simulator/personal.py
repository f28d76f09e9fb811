"""The private values of simulated Executions and Flows: a test searches for them.

Those of `PERSONAL` are in Contexts, and the number in Executions too; `SECRETS` are in definitions.
"""

_NUMBER = "+1555010"

PIN = "740918263"
MESSAGE = "meet me at nine behind the mill"
SPEECH = "my account is the one of Ada Quill"
ADDRESS = "12 Larch Lane, Elmsworth"

PERSONAL = {
    "telephone number": _NUMBER.removeprefix("+"),
    "digits": PIN,
    "message body": MESSAGE,
    "speech": SPEECH,
    "answer of a server": ADDRESS,
}

FLOW_USER, FLOW_PASSWORD = "studio", "w1llow-and-r00k"

SECRETS = {"password in a URL": FLOW_PASSWORD}


def telephone_number(serial: int) -> str:
    """Return the contact's number of an Execution."""
    return f"{_NUMBER}{serial % 10_000:04d}"
