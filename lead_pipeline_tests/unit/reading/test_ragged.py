"""Short files with ragged rows: the few sound records at the top tell how the file is built."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline_tests.unit.reading.files import as_csv, read

TOP = "name,email,phone\nAnn Lee,ann@example.com,2025550123\n"
ANN = ("Ann Lee", "ann@example.com", "2025550123")


@pytest.mark.parametrize(
    ("below", "rows", "rejected"),
    [
        ("1,2,3\n4, 5 ,6\n", {3: ("1", "2", "3"), 4: ("4", " 5 ", "6")}, []),
        ("1,2\n3,4,5,6\nx\n", {3: ("1", "2", None)}, [4, 5]),
        ("a\nb\nc\nd\ne\n", {}, [3, 4, 5, 6, 7]),
        ("hello world\nthis is text\nmore text here\n", {}, [3, 4, 5]),
        ("Lee, Bo, x, y, z\nRoe, Cy, a, b, c\n", {}, [3, 4]),
        ("a,b,c,d,e,f,g,h\n" * 3, {}, [3, 4, 5]),
        ("a;b;c\nd;e;f\n", {3: ("a", "b", "c"), 4: ("d", "e", "f")}, []),
        ("a b c\nd e f\ng h i\n", {}, [3, 4, 5]),
        ('"x,y\nz\n', {3: ('"x', "y", None)}, [4]),
        ("Bo Ek,bo@example.com\nCy Roe\n", {3: ("Bo Ek", "bo@example.com", None)}, [4]),
    ],
)
def test_one_sound_row_is_recovered_whatever_stands_below_it(
    tmp_path: Path, below: str, rows: dict[int, tuple[str | None, ...]], rejected: list[int]
) -> None:
    found = read(tmp_path, TOP + below)
    assert (found.layout.delimiter, found.layout.header) == (",", ("name", "email", "phone"))
    assert found.rows == {2: ANN} | rows
    assert [row.number for row in found.rejected] == rejected


@pytest.mark.parametrize(
    ("text", "delimiter", "header", "rows"),
    [
        ("a,b\n1,2\n3,4,5\n6,7,8\n", ",", ("a", "b"), {2: ("1", "2")}),
        ("a,b\n1,2\n3\n", ",", ("a", "b"), {2: ("1", "2"), 3: ("3", None)}),
        ("id,name\n1,Ann\n2 Bob\n3 Cy\n", ",", ("id", "name"), {2: ("1", "Ann")}),
        ("name|email\nA|a@example.com\n1,2\n3,4\n", "|", ("name", "email"),
         {2: ("A", "a@example.com")}),
        ("first,last\nAnn,Lee\n-\n--\n", ",", ("first", "last"), {2: ("Ann", "Lee")}),
        ("name\nAnn\nBo\nCy, Jr\n", None, ("name",),
         {2: ("Ann",), 3: ("Bo",), 4: ("Cy, Jr",)}),
        ("Leads of May\n\nname,phone\nAnn,2025550123\nx\ny\n", ",", ("name", "phone"),
         {4: ("Ann", "2025550123")}),
        ("Company,Acme\nDate,2026-05-01\n\nname,email,phone\nAnn,a@example.com,2025550123\n",
         ",", ("name", "email", "phone"), {5: ("Ann", "a@example.com", "2025550123")}),
    ],
)  # fmt: skip
def test_a_header_and_one_row_settle_a_small_table(
    tmp_path: Path,
    text: str,
    delimiter: str | None,
    header: tuple[str, ...],
    rows: dict[int, tuple[str | None, ...]],
) -> None:
    found = read(tmp_path, text)
    assert (found.layout.delimiter, found.layout.header) == (delimiter, header)
    assert found.rows == rows


def test_columns_that_the_header_does_not_name_are_kept_where_nearly_all_rows_have_them(
    tmp_path: Path,
) -> None:
    rows = [f"Ann {i},ann{i}@example.com,x,y\n" for i in range(30)]
    found = read(tmp_path, "name,email\n" + "".join(rows) + "Bo,bo@example.com\n")
    assert found.layout.header == ("name", "email", "column 3", "column 4")
    assert len(found.rows) == 31


NAMES = ["name", "email", "phone", "city", "notes"]
VALUES = [
    st.sampled_from(["Ann Lee", "José Ruiz", "O'Neil, Bo", "X"]),
    st.integers(0, 99).map("a{}@example.com".format),
    st.sampled_from(["2025550123", "(202) 555-0123", "+1 202-555-0124"]),
    st.sampled_from(["Austin", "New York", "St. Paul"]),
    st.sampled_from(["", "called back", "said no; later", "a | b", "tab\tbed"]),
]
WORDS = st.text("abc123 .@-", min_size=1, max_size=8).map(str.strip)


@st.composite
def small_files(draw: st.DrawFn) -> tuple[str, str, list[str], list[list[str]]]:
    """A text, its delimiter, its header, its sound rows; ragged ones follow."""
    width = draw(st.integers(2, 5))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    rows = [[draw(value) for value in VALUES[:width]] for _ in range(draw(st.integers(1, 5)))]
    ragged = [
        draw(st.sampled_from([delimiter, delimiter, ",", ";", " "])).join(cells)
        for cells in draw(st.lists(st.lists(WORDS, max_size=9), max_size=5))
        if len(cells) != width
    ]
    text = as_csv([NAMES[:width], *rows], delimiter) + "".join(line + "\n" for line in ragged)
    return text, delimiter, NAMES[:width], rows


@given(small_files())
def test_sound_records_are_recovered_whatever_ragged_ones_follow(
    tmp_path_factory: pytest.TempPathFactory,
    small: tuple[str, str, list[str], list[list[str]]],
) -> None:
    text, delimiter, header, rows = small
    found = read(tmp_path_factory.getbasetemp(), text)
    assert (found.layout.delimiter, found.layout.header) == (delimiter, tuple(header))
    cells = [tuple(cell or None for cell in row) for row in rows]
    assert [found.rows.get(number) for number in range(2, 2 + len(rows))] == cells
