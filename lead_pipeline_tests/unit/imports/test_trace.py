"""From a clean value back to its raw text: what changed is told, what did not is not."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.imports.trace import changes, sources_of
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.normalizing.rows import normalize_rows

Raw = dict[str, str | None]


def a_plan(profile: str, *mapped: str) -> Plan:
    return Plan(profiles()[profile], frozenset(mapped), region="US", zone="UTC")


PERSON = a_plan("generic", "first_name", "last_name", "email", "phone_1", "city", "comments")


def traced(plan: Plan, raw: Raw) -> list[list[dict[str, object]]]:
    """The changes of each contact that a row gives."""
    cells = {name: raw.get(name) for name in [*plan.mapped, "extra"]}
    columns = {name: pa.array([cell], pa.string()) for name, cell in cells.items()}
    contacts = normalize_rows(columns, pa.array([2], pa.int64()), plan).contacts.to_pylist()
    return [
        changes(contact, cells, sources_of(contact["contact_number"], plan)) for contact in contacts
    ]


def test_every_changed_value_is_told_with_its_raw_text() -> None:
    (found,) = traced(
        PERSON,
        {"first_name": "ANN", "last_name": "LEE", "email": "Ann@Example.com",
         "phone_1": "(202) 555-0123", "city": "new york", "comments": "call late"},
    )  # fmt: skip
    assert sorted(found, key=lambda change: str(change["column"])) == [
        {"column": "city", "raw": "new york", "clean": "New York"},
        {"column": "contact_email_1", "raw": "Ann@Example.com", "clean": "ann@example.com"},
        {"column": "contact_name", "raw": "ANN LEE", "clean": "Ann Lee"},
        {"column": "contact_phone_1", "raw": "(202) 555-0123", "clean": "+12025550123"},
    ]


def test_nothing_is_told_of_values_that_stayed_as_they_were() -> None:
    (found,) = traced(
        PERSON,
        {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com",
         "phone_1": "+12025550123", "city": "New York", "comments": "call late"},
    )  # fmt: skip
    assert found == []


def test_what_was_empty_is_no_change() -> None:
    assert traced(PERSON, {"email": "ann@example.com"}) == [[]]


def test_a_value_that_could_not_be_read_is_told_as_null() -> None:
    (found,) = traced(PERSON, {"email": "ann@example.com", "phone_1": "call me"})
    assert found == [{"column": "contact_phone_1", "raw": "call me", "clean": None}]


def test_each_contact_of_a_row_is_traced_to_its_own_cells() -> None:
    plan = a_plan(
        "property_export", "contact_1_name", "contact_1_email_1", "contact_2_name",
        "contact_2_email_1", "contact_2_phone_1",
    )  # fmt: skip
    first, second = traced(
        plan,
        {"contact_1_name": "Ann Lee", "contact_1_email_1": "ANN@example.com",
         "contact_2_name": "BO EK", "contact_2_email_1": "bo@example.com",
         "contact_2_phone_1": "202-555-0102"},
    )  # fmt: skip
    assert [(c["column"], c["raw"], c["clean"]) for c in first] == [
        ("contact_email_1", "ANN@example.com", "ann@example.com"),
    ]
    assert {(c["column"], c["raw"], c["clean"]) for c in second} == {
        ("contact_name", "BO EK", "Bo Ek"),
        ("contact_phone_1", "202-555-0102", "+12025550102"),
    }


@pytest.mark.parametrize(
    ("clean", "raw", "changed"),
    [
        (date(2026, 5, 1), "2026-05-01", False),
        (date(2026, 5, 1), "5/1/2026", True),
        (Decimal("1.50"), "1.50", False),
        (Decimal("1.50"), "$1.50", True),
        (True, "yes", True),
        (3, "3", False),
        ("Reno", "Reno", False),
        ("Reno", " Reno", True),
        (None, "?", True),
        (None, "", False),
        (None, None, False),
    ],
)
def test_a_typed_value_is_unchanged_where_it_reads_as_it_stood(
    clean: object, raw: str | None, changed: bool
) -> None:
    found = changes({"x": clean}, {"a": raw}, {"x": ("a",)})
    assert found == ([{"column": "x", "raw": raw, "clean": clean}] if changed else [])
