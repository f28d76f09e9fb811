"""What is read of a line, also where a strict parser refuses it."""

import pytest

from studio_export.log.reader import ChildFields, child_lines, read_fields

ODD = "NaN"  # a strict parser refuses it


@pytest.mark.parametrize("odd", ["1", ODD])
@pytest.mark.parametrize(
    ("version", "revision"),
    [("17", 17), ("0", 0), ("null", None), ("-1", None), ("1" + "0" * 9, None), ("9" * 40, None)],
)
def test_a_revision_is_a_number_of_nine_digits_at_most(
    version: str, revision: int | None, odd: str
) -> None:
    line = f'{{"sid":"FN1","flow_version":{version},"odd":{odd}}}'
    assert read_fields(line.encode()).revision == revision


@pytest.mark.parametrize("odd", ["1", ODD])
def test_a_line_of_steps_has_its_execution_and_why_it_has_none(odd: str) -> None:
    lines = [
        f'{{"execution_sid":"FN1","steps":[{{"odd":{odd}}}]}}',
        '{"execution_sid":"FN2","steps":null,"missing":"deleted"}',
    ]
    text = "".join(f"{line}\n" for line in lines).encode()
    assert child_lines(text) == [ChildFields("FN1"), ChildFields("FN2", "deleted")]


@pytest.mark.parametrize("line", ["{}", '{"execution_sid":7}', "[]", '{"execution_sid":"FN1"'])
def test_a_line_without_an_execution_is_unreadable(line: str) -> None:
    with pytest.raises(ValueError, match=r"execution_sid|whole value"):
        child_lines(f"{line}\n".encode())
