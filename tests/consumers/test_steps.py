"""Run each page of `docs/queries/steps` whose engine is installed; every engine answers alike."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.consumers import java, job
from tests.consumers.compacted_steps import compacted_steps
from tests.consumers.comparable_rows import comparable
from tests.consumers.foreign_files import foreign_files
from tests.consumers.pages import QUERIES, code_of
from tests.consumers.steps_export import StepsExport
from tests.consumers.steps_oracle import steps_answers

_SPARK = pytest.param("spark", marks=java.MARKS)
_TABLE = "The table"
_COMPACTED = ("Compacted days of Steps", "Compacted days of Contexts")


@pytest.mark.parametrize("engine", ["duckdb", "pandas", "polars", _SPARK, "clickhouse"])
def test_a_page_answers_what_the_studio_would(
    engine: str, with_steps: StepsExport, tmp_path: Path
) -> None:
    """With files beside the objects that are not the export's."""
    expected = steps_answers(with_steps)
    foreign = foreign_files([with_steps.root], tmp_path / "foreign")
    done = job.run(engine, sections_of(engine), expected, with_steps.with_files(foreign), tmp_path)

    for question, rows in expected.items():
        assert comparable(done.answers[question]) == comparable(rows), question


@pytest.mark.parametrize("engine", ["duckdb", "pandas", "polars", _SPARK, "clickhouse"])
def test_a_page_answers_the_same_of_compacted_days(
    engine: str, with_steps: StepsExport, tmp_path: Path
) -> None:
    """Days complete in one part and in two, half compacted, and not; one in its parts alone."""
    expected = steps_answers(with_steps)
    export = compacted_steps(with_steps, tmp_path)
    foreign = foreign_files([export.root, *export.beside], tmp_path / "foreign")
    beside = export.with_files(*export.beside, foreign)
    done = job.run(engine, of_compacted_days(engine), expected, beside, tmp_path)

    for question, rows in expected.items():
        assert comparable(done.answers[question]) == comparable(rows), question


@pytest.mark.parametrize("engine", ["duckdb", "pandas", "polars", "clickhouse"])
def test_before_the_first_compaction_a_page_reads_what_there_is(
    engine: str, with_steps: StepsExport, tmp_path: Path
) -> None:
    expected = steps_answers(with_steps)
    done = job.run(engine, of_compacted_days(engine), expected, with_steps, tmp_path)

    for question, rows in expected.items():
        assert comparable(done.answers[question]) == comparable(rows), question


@pytest.mark.parametrize("engine", ["pandas", "polars", "clickhouse"])
def test_datasets_that_are_off_have_no_rows(
    engine: str, with_steps: StepsExport, tmp_path: Path
) -> None:
    answers = steps_answers(replace(with_steps, flows=()))
    done = job.run(engine, sections_of(engine), answers, nothing(with_steps), tmp_path)

    assert done.answers == answers


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        ("duckdb", "No files found that match the pattern"),
        pytest.param("spark", "PATH_NOT_FOUND", marks=java.MARKS),
    ],
)
def test_a_dataset_that_is_off_is_the_error_that_the_page_names(
    engine: str, message: str, with_steps: StepsExport, tmp_path: Path
) -> None:
    assert message in (QUERIES / "steps" / f"{engine}.md").read_text("utf-8")
    with pytest.raises(AssertionError, match=message):
        job.run(engine, code_of(f"steps/{engine}"), [], nothing(with_steps), tmp_path)


def sections_of(engine: str) -> dict[str, list[str]]:
    """Return the page's sections, with the table of the engine's other page before its own."""
    tables = code_of(engine)[_TABLE] + code_of(f"steps/{engine}")[_TABLE]
    return code_of(f"steps/{engine}") | {_TABLE: tables}


def of_compacted_days(engine: str) -> dict[str, list[str]]:
    """Return the page's sections, with compacted days in the table, and asked by the questions."""
    sections = sections_of(engine)
    tables = [code for name in (_TABLE, *_COMPACTED) for code in sections[name]]
    if engine == "clickhouse":
        sections = {
            name: [re.sub(r"\b(step_lists|contexts)\b", r"final_\1", code) for code in codes]
            for name, codes in sections.items()
        }
    return sections | {_TABLE: tables}


def nothing(export: StepsExport) -> StepsExport:
    return replace(export, root=export.root / "nothing")


def test_each_question_has_an_answer_that_a_wrong_query_would_miss(with_steps: StepsExport) -> None:
    answers = steps_answers(with_steps)

    ends = {(row["widget"], row["how"] == "(no Step says)") for row in answers["Where they leave"]}
    assert {("menu", True), ("menu", False), ("(no Step)", True)} <= ends
    assert {row["missing"] for row in answers["Is it complete"]} == {0, 1}
    assert {row["no_line"] for row in answers["Is it complete"]} == {0, 1}
    assert {row["flow_version"] for row in answers["Did the new revision help"]} == {1, 2}
    assert any(row["speech"] for row in answers["What they answered"])
    assert answers["Widgets that nobody reached"]
