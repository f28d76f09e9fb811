"""The YAML fragments that alarms, roles and tables share."""

from collections import Counter
from collections.abc import Iterator

import yaml

from tools.devkit.repository import ROOT


def mappings(node: yaml.Node) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        children = [child for pair in node.value for child in pair]
    else:
        children = node.value if isinstance(node, yaml.SequenceNode) else []
    for child in children:
        yield from mappings(child)


def keys(node: yaml.Node) -> Iterator[str]:
    """The keys of a mapping, or of all mappings that a list merges."""
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from keys(each)
        return
    for key, value in node.value:
        if key.value == "<<":
            yield from keys(value)
        else:
            yield key.value


def test_no_key_of_a_fragment_is_overridden() -> None:
    """checkov cannot parse a template with such a key, and exits with 0 all the same."""
    template = yaml.compose((ROOT / "template.yaml").read_text(), Loader=yaml.SafeLoader)

    assert template is not None
    for mapping in mappings(template):
        assert max(Counter(keys(mapping)).values()) == 1, mapping.start_mark
