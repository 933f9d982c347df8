"""Cells of a do-not-call list become whole numbers; what looks like a number is never lost."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.normalizing.phones import normalize_phones
from lead_pipeline.suppression.numbers import as_number, read_numbers


def first(cell: str, region: str = "US") -> int | None:
    number: int | None = read_numbers(pa.array([cell]), region).first[0].as_py()
    return number


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("2025550123", 12025550123),
        ("12025550123", 12025550123),
        ("+12025550123", 12025550123),
        ("+1 202-555-0123", 12025550123),
        ("1 (202) 555-0123", 12025550123),
        ("(202) 555-0123", 12025550123),
        ("(202)555-0123", 12025550123),
        ("202.555.0123", 12025550123),
        (" 202 555 0123 ", 12025550123),
        ("202-555-0123 x12", 12025550123),
        ("2025550123.0", 12025550123),
        ("+44 20 7946 0018", 442079460018),
        ("+2025550123", None),  # a country code 20, and no area code 202
        ("555-0123", None),
        ("1025550123", None),
        ("2021550123", None),
        ("20255501234", None),
        ("", None),
        ("not a number", None),
    ],
)
def test_numbers_as_lists_write_them(cell: str, number: int | None) -> None:
    assert first(cell) == number


def test_an_area_code_that_libphonenumber_does_not_know_counts_all_the_same() -> None:
    cell = "2115550123"
    assert normalize_phones(pa.array([cell])).e164[0].as_py() is None
    assert first(cell) == 12115550123


def test_in_another_region_ten_digits_are_a_number_of_that_region() -> None:
    assert first("9876543210", "IN") == 919876543210
    assert first("2025550123", "IN") == 912025550123
    assert first("+1 202-555-0123", "IN") == 12025550123


def test_every_number_of_a_cell_is_listed() -> None:
    read = read_numbers(pa.array(["2025550199", "202-555-0123 / 202-555-0124", None]), "US")
    assert read.first.to_pylist() == [12025550199, 12025550123, None]
    assert (read.further.to_pylist(), read.further_at.to_pylist()) == ([12025550124], [1])
    assert read.problems.to_pylist() == [None, None, None]


def test_what_cannot_be_read_says_why_and_what_is_empty_says_nothing() -> None:
    cells = pa.array(["2025550123", "12", "4.4E+11", "202-555-0123 or 303-555-01", None])
    assert read_numbers(cells, "US").problems.to_pylist() == [
        None,
        "no valid phone number",
        "a spreadsheet rounded the number away",
        "one of its numbers is not valid",
        None,
    ]


def test_no_cells_give_no_numbers() -> None:
    read = read_numbers(pa.array([], pa.string()), "US")
    assert len(read.first) == len(read.problems) == len(read.further) == len(read.further_at) == 0


CELL = st.text("0123456789+()-. x/;", max_size=18) | st.from_regex(
    r"(\+?1[ .-]?)?\(?[2-9][0-9]{2}\)?[ .-]?[0-9]{3}[ .-]?[0-9]{4}", fullmatch=True
)


@given(st.lists(st.none() | CELL, max_size=8))
def test_a_number_that_leads_would_have_is_the_same_number_on_a_list(
    cells: list[str | None],
) -> None:
    """Whatever an import makes of a cell, the list makes the same of it, or it would not match."""
    column = pa.array(cells, pa.string())
    of_leads = normalize_phones(column)
    expected = as_number(of_leads.e164).to_pylist()
    read = read_numbers(column, "US").first.to_pylist()
    assert [r for r, e in zip(read, expected, strict=True) if e is not None] == [
        e for e in expected if e is not None
    ]
