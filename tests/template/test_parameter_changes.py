"""`make deploy-local` tries a change of every parameter of the template."""

import yaml

from tools.deploy_local.parameter_changes import OTHER_VALUES
from tools.devkit.repository import ROOT


def parameters() -> set[str]:
    template = yaml.compose((ROOT / "template.yaml").read_text(), Loader=yaml.SafeLoader)
    assert template is not None
    (section,) = (value for key, value in template.value if key.value == "Parameters")
    return {key.value for key, _ in section.value}


def test_another_value_is_known_for_each_parameter_that_names_no_resource() -> None:
    assert OTHER_VALUES.keys() <= parameters()
    assert {each for each in parameters() if not each.endswith("Arn")} <= OTHER_VALUES.keys()
