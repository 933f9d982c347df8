"""Delimiters, quotes, header cells and characters that a person or a program got wrong: told, and
mended where there is one way to."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline_tests.unit.reading.files import Read, read

PEOPLE = [("Ann", "Dow"), ("Bo", "Ray"), ("Cy", "Dunn"), ("Ida", "Moss"), ("Kim", "Lee")]
MAILS = [f"{first.lower()}@example.com" for first, _ in PEOPLE]
PHONES = [f"202-555-01{i:02}" for i in range(len(PEOPLE))]
WHOLE = [f"{first} {last}" for first, last in PEOPLE]
INVERTED = [f"{last}, {first}" for first, last in PEOPLE]


def lines(header: str, *columns: list[str], delimiter: str = ",") -> str:
    rows = [delimiter.join(cells) for cells in zip(*columns, strict=True)]
    return "\n".join([header, *rows]) + "\n"


def column(found: Read, name: str) -> list[str | None]:
    at = found.layout.header.index(name)
    return [row[at] for row in found.rows.values()]


@pytest.mark.parametrize(
    "text",
    [
        lines("Name,Email,Phone", INVERTED, MAILS, PHONES),
        lines("Email,Name,Phone", MAILS, INVERTED, PHONES),
        lines("Email,Phone,Name", MAILS, PHONES, INVERTED),
        lines("Name,Email,Phone,City", INVERTED, MAILS, PHONES, ["Reno"] * 5),
    ],
)
def test_a_name_with_a_comma_in_a_file_with_commas_needs_no_quotes(
    tmp_path: Path, text: str
) -> None:
    found = read(tmp_path, text)
    assert column(found, "Name") == INVERTED
    assert (column(found, "Email"), column(found, "Phone")) == (MAILS, PHONES)
    assert (found.rejected, found.codes) == ([], {"unquoted_delimiter"})


@given(inverted=st.lists(st.booleans(), min_size=5, max_size=5).filter(any))
def test_such_names_may_stand_in_any_of_the_rows(
    tmp_path_factory: pytest.TempPathFactory, inverted: list[bool]
) -> None:
    names = [
        one if is_ else whole for is_, one, whole in zip(inverted, INVERTED, WHOLE, strict=True)
    ]
    found = read(tmp_path_factory.mktemp("f"), lines("Name,Email,Phone", names, MAILS, PHONES))
    assert (column(found, "Name"), column(found, "Phone")) == (names, PHONES)


@pytest.mark.parametrize(
    "row", ["Dow, Ann,Reno, NV,ann@example.com", "Dow,Ann,Reno,ann@example.com,x"]
)
def test_a_row_that_can_be_read_two_ways_is_rejected_as_before(tmp_path: Path, row: str) -> None:
    """Five cells where there are four columns, and two places for the comma, or none."""
    sound = lines("Name,City,State,Email", WHOLE, ["Reno"] * 5, ["NV"] * 5, MAILS)
    found = read(tmp_path, sound + row + "\n")
    assert [(r.number, r.code) for r in found.rejected] == [(7, "too_many_cells")]


def test_curly_quotes_around_cells_are_quotes(tmp_path: Path) -> None:
    names = [f"“{name}”" for name in INVERTED]
    found = read(tmp_path, lines("Name,Email,Phone", names, MAILS, PHONES))
    assert (column(found, "Name"), found.codes) == (INVERTED, {"curly_quotes"})
    german = [f"„{name}“" for name in INVERTED]
    found = read(tmp_path, lines("Name,Email,Phone", german, MAILS, PHONES))
    assert column(found, "Name") == INVERTED


def test_curly_quotes_inside_a_cell_are_text(tmp_path: Path) -> None:
    said = ["he said “yes” twice", '"a ""b"", “c, d”, e"', "“x” or “y”z", "it’s", "5” pipe"]
    found = read(tmp_path, lines("Email,Notes", MAILS, said))
    assert column(found, "Notes") == [said[0], 'a "b", “c, d”, e', *said[2:]]


def test_the_header_may_lack_a_cell_anywhere(tmp_path: Path) -> None:
    cells = {"Name": WHOLE, "Email": MAILS, "Phone": PHONES, "City": ["Reno"] * 5}
    for missing in ("Email", "Phone"):
        header = [name for name in cells if name != missing]
        found = read(tmp_path, lines(",".join(header), *cells.values()))
        assert {name: column(found, name) for name in header} == {n: cells[n] for n in header}
        assert "shifted_header" in found.codes


def test_a_column_of_numbers_before_the_first_name_of_the_header_is_found(tmp_path: Path) -> None:
    found = read(tmp_path, lines("Name,Email,Phone", list("12345"), WHOLE, MAILS, PHONES))
    assert found.layout.header == ("column 1", "Name", "Email", "Phone")
    (problem,) = found.problems
    assert problem.message == (
        "The header has 3 cells and the rows have 4: by the values, a column without a name, "
        "before 'Name', is in the rows."
    )


@pytest.mark.parametrize("extra", ["Id", "Score", "Date"])
def test_the_header_may_have_a_cell_too_many_anywhere(tmp_path: Path, extra: str) -> None:
    header = ["Name", "Email", "Phone"]
    for at in range(3):
        longer = ",".join([*header[:at], extra, *header[at:]])
        found = read(tmp_path, lines(longer, WHOLE, MAILS, PHONES))
        assert found.layout.header == ("Name", "Email", "Phone")
        assert found.codes == {"shifted_header"}


def test_a_name_too_many_at_the_end_is_an_empty_column(tmp_path: Path) -> None:
    found = read(tmp_path, lines("Name,Email,Phone,City", WHOLE, MAILS, PHONES))
    assert column(found, "City") == [None] * 5
    assert found.codes == {"short_rows"}


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ('Ann,0142"Ray, Dunn Homes",a@example.com', ("Ann", "0142", "Ray, Dunn Homes")),
        ('Ann,0142"Ray Homes",a@example.com', ("Ann", "0142", "Ray Homes")),
        ('Ann,"0142""Ray, Dunn Homes",a@example.com,', None),
        ('Ann,5", 3",a@example.com', ("Ann", '5"', ' 3"')),
        ('Ann "Bo, Cy",0142,a@example.com', ('Ann "Bo', ' Cy"', "0142")),
    ],
)
def test_a_missing_delimiter_before_a_quoted_cell_is_put_there_where_it_is_certain(
    tmp_path: Path, row: str, cells: tuple[str, ...] | None
) -> None:
    rows = [f'{name},0{i},"Ray, Dunn Homes",{MAILS[i]}' for i, name in enumerate(WHOLE)]
    found = read(tmp_path, "\n".join(["Name,Code,Company,Email", row, *rows]) + "\n")
    assert len(found.rows) >= 5
    if cells is not None:
        assert found.rows[2] == (*cells, "a@example.com")
    assert ("missing_delimiter" in found.codes) == ('0142"Ray' in row)


@pytest.mark.parametrize("size", [33_000, 100_000, 400_000])
def test_a_long_quoted_cell_near_the_top_hides_nothing(tmp_path: Path, size: int) -> None:
    long = "a word, and\n" * (size // 12)
    first = f'Ann Dow,"{long}",ann@example.com'
    text = "\n".join(["Name,Notes,Email", first, "Bo Ray,x,bo@example.com", "Cy,,cy@example.com"])
    found = read(tmp_path, text + "\n")
    assert found.layout.header == ("Name", "Notes", "Email")
    assert column(found, "Email") == ["ann@example.com", "bo@example.com", "cy@example.com"]


@pytest.mark.parametrize("padding", [1, 100, 4096, 200_000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_file_that_was_filled_up_with_nul_is_text(
    tmp_path: Path, padding: int, encoding: str
) -> None:
    text = lines("Name,Email,Phone", WHOLE, MAILS, PHONES)
    found = read(tmp_path, text.encode(encoding) + b"\0" * padding * (2 - (encoding == "utf-8")))
    assert (column(found, "Email"), found.rejected) == (MAILS, [])
    assert "nul_removed" in found.codes


def test_c1_controls_are_the_characters_of_windows_1252(tmp_path: Path) -> None:
    text = "Name,Email,Notes\nAnn O\x92Neil,ann@example.com,\x93so\x94 \x96 \x80 5\n"
    found = read(tmp_path, text + "Bo,bo@example.com,\x81\n")
    assert found.rows[2] == ("Ann O’Neil", "ann@example.com", "“so” – € 5")
    assert found.rows[3][2] == "\x81"
    assert "control_characters" in found.codes
