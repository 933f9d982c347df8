"""What changed between the last good file of a supplier and this one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.fields.drift import compare


def sentences(before: str, after: str) -> list[str]:
    return [change.sentence for change in compare(before.split(","), after.split(","))]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Name,Email", "Name,Email", []),
        ("Name,Email", "Name,Email,City", ["Column 'City' is new."]),
        ("Name,Email,City", "Name,Email", ["Column 'City' is gone."]),
        (
            "Name,Email",
            "NAME,email",
            ["Column 'Name' is spelled 'NAME' now.", "Column 'Email' is spelled 'email' now."],
        ),
        ("Zip,Email", "Postal Code,Email", ["Column 'Zip' is probably called 'Postal Code' now."]),
        (
            "Budget_2025x,Email",
            "Budget_2025,Email",
            ["Column 'Budget_2025x' is probably called 'Budget_2025' now."],
        ),
        ("A1,Name,Email,City", "City,A1,Name,Email", ["Column 'City' moved from place 4 to 1."]),
        (
            "Phone 2,Email",
            "Phone 3,Email",
            ["Column 'Phone 3' is new.", "Column 'Phone 2' is gone."],
        ),
        ("Name,Name", "Name", ["Column 'Name' is gone."]),
    ],
)
def test_changes_in_plain_words(before: str, after: str, told: list[str]) -> None:
    assert sentences(before, after) == told


def test_changes_carry_their_places() -> None:
    (change,) = compare(["Zip", "Email"], ["Postal Code", "Email"])
    assert (change.what, change.place_before, change.place_after) == ("renamed", 0, 0)


some_headers = st.lists(st.sampled_from(["Name", "Email", "Zip", "zip", "City", "Phone 1", "x"]))


@given(some_headers)
def test_a_file_never_differs_from_itself(header: list[str]) -> None:
    assert compare(header, header) == ()


@given(some_headers, some_headers)
def test_every_column_is_accounted_for(before: list[str], after: list[str]) -> None:
    changes = compare(before, after)
    added = sum(change.what == "added" for change in changes)
    removed = sum(change.what == "removed" for change in changes)
    assert len(after) - len(before) == added - removed
