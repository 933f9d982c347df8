"""What a column looks like from its values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.fields.model import Kind
from lead_pipeline.fields.shapes import CREDITS, columns, look


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("dana@example.com", "email"),
        ("(202) 555-0123", "phone"),
        ("p:+12025550123", "phone"),
        ("2025550123.0", "phone"),
        ('="2025550123"', "phone"),
        ("'2025550123", "phone"),
        ("202.555.0123 (mobile)", "phone"),
        ("cell: 202-555-0123", "phone"),
        ("2025550123; 2025550124", "phone"),
        ("\u202a+12025550123\u202c", "phone"),
        ("2.02556E+09", "rounded"),
        ("Dana Example <dana@example.com>", "email"),
        ("dana@example.com; dan@example.com", "email"),
        ("1.234,50", "number"),
        ("350k", "money"),
        ("2026-11-03T15:15:02+0000", "date"),
        ("11/3/2026 9:15 AM", "date"),
        ("Nov 3, 2026", "date"),
        ("$1,200.50", "money"),
        ("12 Oak St", "street"),
        ("Hauptstr. 5", "street"),
        ("12 Oak St, Austin, TX 78701", "full_address"),
        ("78701-1234", "postal"),
        ("K1A 0B1", "postal"),
        ("New Hampshire", "state"),
        ("192.0.2.10", "ip"),
        ("https://www.example.com/a?b=c", "url"),
        ("Acme LLC", "company"),
        ("Dana Example", "person"),
        ("Mr.", "honorific"),
    ],
)
def test_shape_of_a_value(value: str, shape: str) -> None:
    (found,) = look([value]).values
    assert shape in found


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("2026-11-03", Kind.PHONE),
        ("192.0.2.10", Kind.PHONE),
        ("Mr", Kind.CITY),
        ("closed", Kind.STATE),
        ("dana@example.com", Kind.STREET),
        ("True", Kind.PHONE),
    ],
)
def test_values_that_a_field_cannot_have(value: str, kind: Kind) -> None:
    assert look([value]).suits(CREDITS[kind]) == 0


def test_empty_cells_and_repetitions_say_nothing() -> None:
    assert look([None, "", "  "]).values == ()
    assert len(look(["TX", " TX ", "TX", "CA"]).values) == 2


def test_words_for_nothing_say_nothing() -> None:
    assert look(["N/A", " ", "-", None, "2025550123"]) == look(["2025550123"])


def test_short_rows_end_in_empty_cells() -> None:
    first, second = columns([["TX", "78701"], ["CA"]], 2)
    assert (len(first.values), len(second.values)) == (2, 1)


@given(st.lists(st.one_of(st.none(), st.text(max_size=30))))
def test_any_cells_can_be_looked_at(cells: list[str | None]) -> None:
    looks = look(cells)
    assert all(0 <= looks.suits(credit) <= 1 for credit in CREDITS.values())
