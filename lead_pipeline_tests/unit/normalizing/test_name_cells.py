"""What people write into columns of names beside names, and names that look like something else."""

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.normalizing.names import Names, normalize_names
from lead_pipeline_tests.unit.normalizing.test_names import NAMES, from_full, from_parts, row

PARTS = ("first_name", "last_name", "full_name", "problems")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("King", "Example"), ("Judge", "Example"), ("First", "Example"), ("Dean", "Lord"),
        ("Prince", "Earl"), ("Example", "King"), ("Earl", "Judge"), ("Lord", "Dean"),
        ("Jr", "Smith"), ("Royal", "Oakes"), ("Duke", "Major"),
    ],
)  # fmt: skip
def test_what_a_column_calls_a_name_is_one(first: str, last: str) -> None:
    assert row(from_parts(first, None, last), *PARTS) == (first, last, f"{first} {last}", None)


@pytest.mark.parametrize(
    "name",
    ["Judge Example", "First Example", "Dean Martin", "Prince Example", "Earl Jones", "Lord Byron",
     "King Example", "Baron Davis", "Bishop Briggs", "Deacon Jones", "Queen Latifah"],
)  # fmt: skip
def test_two_words_are_a_first_and_a_last_name(name: str) -> None:
    assert row(from_full(name), *PARTS) == (*name.split(), name, None)


@pytest.mark.parametrize(
    ("name", "title", "first", "last"),
    [
        ("Dr Smith", "Dr", None, "Smith"),
        ("Mr. Lee", "Mr.", None, "Lee"),
        ("Rabbi Cohen", "Rabbi", None, "Cohen"),
        ("Judge Judy Doe", "Judge", "Judy", "Doe"),
        ("Dr. First Last", "Dr.", "First", "Last"),
        ("Sri Ramesh Kumar", "Sri", "Ramesh", "Kumar"),
        ("Shri Ramesh Kumar", "Shri", "Ramesh", "Kumar"),
        ("Smt. Anita Rao", "Smt.", "Anita", "Rao"),
    ],
)
def test_a_title_that_is_nobodys_name_stays_one(
    name: str, title: str, first: str | None, last: str
) -> None:
    assert row(from_full(name), "prefix", "first_name", "last_name") == (title, first, last)


def test_a_title_under_first_names_is_still_a_title() -> None:
    assert row(from_parts("Mr.", None, "Smith"), "prefix", *PARTS[:2]) == ("Mr.", None, "Smith")
    assert row(from_parts("Dr. Jane", None, None), "prefix", *PARTS[:2]) == ("Dr.", "Jane", None)


@pytest.mark.parametrize("generation", ["2nd", "3rd", "II", "Jr"])
def test_a_generation_is_behind_the_last_name(generation: str) -> None:
    names = from_full(f"John Smith {generation}")
    assert row(names, "last_name", "suffix") == ("Smith", generation)


@pytest.mark.parametrize(
    "name",
    ["Test User", "TEST", "test test", "Unknown", "Current Occupant", "Resident", "No Name Given",
     "asdf", "Homeowner", "Valued Customer", "Firstname Lastname", "First Last", "WIRELESS CALLER",
     "Facebook User"],
)  # fmt: skip
def test_nobody_is_called_as_a_placeholder(name: str) -> None:
    assert row(from_full(name), *PARTS) == (None, None, None, "placeholder_name")


def test_a_placeholder_is_nobody_in_two_columns_too() -> None:
    assert row(from_parts("Test", None, "User"), *PARTS) == (None, None, None, "placeholder_name")
    assert row(from_parts("Unknown", None, "Smith"), *PARTS) == (
        None, "Smith", "Smith", "placeholder_name")  # fmt: skip


@pytest.mark.parametrize(("first", "last"), [("Christopher", "Guest"), ("Anna", "Lead")])
def test_last_names_that_are_words_of_forms_stay(first: str, last: str) -> None:
    assert row(from_parts(first, None, last), *PARTS) == (first, last, f"{first} {last}", None)


@pytest.mark.parametrize(
    "cell",
    ["Jane_Doe", "Jane.Doe", "jane.doe", "Jane Doe;", "jANE dOE", '"Jane Doe"', "'Jane Doe'",
     "“Jane Doe”", "Jane Doe -", "- Jane Doe", "1. Jane Doe", "#3 Jane Doe", "Jane Doe ...",
     "(Jane Doe)", "Jane - Doe"],
)  # fmt: skip
def test_what_stands_around_a_name_is_none_of_it(cell: str) -> None:
    names = from_full(cell)
    assert row(names, "first_name", "last_name") == ("Jane", "Doe")
    assert names.problems[0].as_py() in (None, "remark_in_name")


@pytest.mark.parametrize(
    "cell",
    ["Jane Doe - left vm", "Jane Doe – call back Monday", "Jane Doe (left vm)", "Jane Doe / VM",
     "Jane Doe, wrong number", "Jane Doe *do not mail*", "Jane Doe [hot lead]", "Jane Doe | Austin",
     "Jane Doe - Austin", 'Jane "Janie" Doe', "Jane 'Janie' Doe", "Jane (Janie) Doe",
     "Jane Doe née Roe", "Jane Doe (DO NOT CALL)"],
)  # fmt: skip
def test_a_remark_is_cut_off_and_told(cell: str) -> None:
    assert row(from_full(cell), *PARTS) == ("Jane", "Doe", "Jane Doe", "remark_in_name")


def test_a_remark_behind_a_last_name_too() -> None:
    names = from_parts("Jane", None, "Doe - left vm")
    assert row(names, *PARTS) == ("Jane", "Doe", "Jane Doe", "remark_in_name")


@pytest.mark.parametrize(
    "name", ["Smith-Jones, Ann", "O'Brien, Pat", "Jean-Luc Picard", "J. R. R. Tolkien", "D'Arcy Wu"]
)
def test_dashes_and_apostrophes_of_names_stay(name: str) -> None:
    assert from_full(name).problems[0].as_py() is None


@pytest.mark.parametrize(
    "name",
    ["Ray Auto Body", "Dunn & Sons Plumbing", "Dunn and Sons", "Example Roofing",
     "Mary Kay Cosmetics Shop", "A1 Heating & Cooling", "Joe's Barber Shop"],
)  # fmt: skip
def test_trades_are_companies(name: str) -> None:
    assert row(from_full(name), *PARTS) == (None, None, name, None)


@pytest.mark.parametrize("name", ["Ann Plumber", "Joe Painter", "Ray Baker"])
def test_people_may_be_called_as_a_trade(name: str) -> None:
    assert row(from_full(name), "is_company") == (False,)


DRESSED = st.builds(
    lambda before, name, after: f"{before}{name}{after}",
    st.sampled_from(["", '"', "- ", "1. ", "'"]),
    NAMES,
    st.sampled_from(["", "", '"', " - left vm", ";", " (cell)", " née Roe", ", MD", " 'Bo'", " /"]),
)


def letters(*texts: str | None) -> list[str]:
    return sorted(re.findall(r"[^\W\d_]", "".join(text or "" for text in texts).lower()))


def untold(names: Names, at: int, written: str) -> bool:
    """Whether letters of a name are nowhere, and nothing is said of it."""
    parts = ("prefix", "first_name", "middle_name", "last_name", "suffix")
    given_back = letters(*(getattr(names, part)[at].as_py() for part in parts))
    whole = letters(names.full_name[at].as_py())
    lost = max(len(given_back), len(whole)) < len(letters(written))
    return lost and names.problems[at].as_py() is None


@given(st.lists(DRESSED, min_size=10, max_size=40))
def test_nothing_of_a_name_goes_without_a_problem(cells: list[str]) -> None:
    names = normalize_names(pa.array(cells, pa.string()), None, None, None)
    assert [cell for at, cell in enumerate(cells) if untold(names, at, cell)] == []
