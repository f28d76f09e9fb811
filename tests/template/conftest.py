import pytest

from tools.devkit.template.rendered import SECRET, Rendered, render


@pytest.fixture(scope="session")
def stack() -> Rendered:
    """What a deployment with a secret and otherwise the defaults makes."""
    return render(TwilioSecretArn=SECRET)
