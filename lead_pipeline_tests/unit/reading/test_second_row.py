"""Headers of two rows: the second is no lead where that is certain, else it stays a row."""

from pathlib import Path

import pytest

from lead_pipeline_tests.unit.reading.files import read

HEADER = "Date,First,Phone"
ROWS = "\n01/02/2026,Ann,2025550123\n01/03/2026,Bo,2025550124\n"


@pytest.mark.parametrize(
    "second",
    [
        "(MM/DD/YYYY),,(ten digits)",
        "[when sold],[who],[where to call]",
        "MM/DD/YYYY,text,number",
        "date,varchar(50),varchar(20)",
        "required,required,optional",
        "Date,Name,Number",
        '"Date\nof sale","First\nname","Phone\nnumber"',
    ],
)
def test_units_formats_and_names_below_the_header_are_no_lead(tmp_path: Path, second: str) -> None:
    found = read(tmp_path, f"{HEADER}\n{second}{ROWS}")
    assert (found.layout.header_row, found.layout.header) == (1, ("Date", "First", "Phone"))
    assert [(r.number, r.code, r.raw) for r in found.rejected] == [(2, "header_continued", second)]
    assert list(found.rows) == [3, 4]
    assert found.records == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "second",
    [
        "01/01/2026,Cy,2025550125",
        "01/01/2026,(unknown),(202) 555-0125",
        ",(unknown),",
        ",Date,",
        "unknown,Cy,none",
        "Cy,Name,Number",
    ],
)
def test_what_may_be_a_lead_stays_a_row(tmp_path: Path, second: str) -> None:
    found = read(tmp_path, f"{HEADER}\n{second}{ROWS}")
    assert (list(found.rows), found.rejected) == ([2, 3, 4], [])


def test_a_header_that_comes_twice_is_told_as_such(tmp_path: Path) -> None:
    found = read(tmp_path, f"{HEADER}\n{HEADER}{ROWS}")
    assert [(r.number, r.code) for r in found.rejected] == [(2, "repeated_header")]


def test_titles_of_groups_of_columns_stand_above_the_header(tmp_path: Path) -> None:
    text = "Contact,,,Property\nName,Phone,Email,City\nAnn,2025550123,ann@example.com,Austin\n"
    found = read(tmp_path, text)
    assert (found.layout.header_row, found.layout.header[0]) == (2, "Name")
    assert found.codes == {"preamble"}
    assert list(found.rows) == [3]


def test_the_second_row_does_not_blur_what_a_column_holds(tmp_path: Path) -> None:
    """Rows that are too short are filled up only where each cell looks like its column."""
    found = read(tmp_path, f"{HEADER}\nMM/DD/YYYY,text,number{ROWS}01/04/2026,Cy\n")
    assert found.rows[5] == ("01/04/2026", "Cy", None)


def test_two_header_rows_with_merged_cells_are_joined(tmp_path: Path) -> None:
    text = "Name,,Phone,Email\nFirst,Last,,\nAnn,Dow,2025550123,ann@example.com\n"
    found = read(tmp_path, text + "Bo,Ray,2025550124,bo@example.com\n")
    assert found.layout.header == ("Name / First", "Name / Last", "Phone", "Email")
    assert list(found.rows) == [3, 4]
    assert [(r.number, r.code) for r in found.rejected] == [(2, "header_continued")]


def test_groups_above_a_header_tell_columns_of_one_name_apart(tmp_path: Path) -> None:
    people = "Ann,2025550123,Kim,2025550150\nBo,2025550124,Kim,2025550150\n"
    found = read(tmp_path, "Owner,,Agent,\nName,Phone,Name,Phone\n" + people)
    assert found.layout.header == (
        "Owner / Name", "Owner / Phone", "Agent / Name", "Agent / Phone",
    )  # fmt: skip
    assert list(found.rows) == [3, 4]


def test_a_title_above_columns_of_one_name_is_no_group(tmp_path: Path) -> None:
    text = "Leads of May,,\nName,Phone,Phone\nAnn,2025550123,2025550124\n"
    assert read(tmp_path, text).layout.header == ("Name", "Phone", "Phone")
