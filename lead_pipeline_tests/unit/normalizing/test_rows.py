"""From raw rows to contacts, invalid contacts and rejected rows: whole rows in, whole rows out."""

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.normalizing.plan import Plan, normalized_columns
from lead_pipeline.normalizing.rows import Normalized, normalize_rows

Row = dict[str, str | None]


def a_plan(profile: str, *mapped: str) -> Plan:
    return Plan(profiles()[profile], frozenset(mapped), region="US", zone="UTC")


def normalized(plan: Plan, rows: list[Row]) -> Normalized:
    """Normalise rows given as dictionaries; the first has the number 2, as below a header."""
    names = [*plan.mapped, "extra"]
    columns = {n: pa.array([row.get(n) for row in rows], pa.string()) for n in names}
    return normalize_rows(columns, pa.array(range(2, len(rows) + 2), pa.int64()), plan)


def filled(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of a table without their nulls."""
    return [{k: v for k, v in row.items() if v is not None} for row in table.to_pylist()]


LIST = a_plan("generic", "full_name", "email", "phone_1", "phone_1_dnc", "postal_code", "city")


def test_a_plain_row_becomes_one_contact() -> None:
    result = normalized(LIST, [
        {"full_name": "LEE, ANN", "email": "Ann@Example.com", "phone_1": "(202) 555-0123",
         "phone_1_dnc": "yes", "postal_code": "501", "city": "new york", "extra": '{"Pets":"2"}'},
    ])  # fmt: skip
    assert filled(result.contacts) == [
        {
            "original_lead_id": 2,
            "contact_number": 1,
            "contact_role": "contact",
            "contact_name": "Ann Lee",
            "contact_first_name": "Ann",
            "contact_last_name": "Lee",
            "contact_email": "ann@example.com",
            "phone_e164": "+12025550123",
            "phone_number_normalized": "2025550123",
            "emails": '{"ann@example.com"}',
            "email_keys": '{"ann@example.com"}',
            "phones": '{"+12025550123"}',
            "contact_phone_1": "+12025550123",
            "contact_phone_1_dnc": True,
            "contact_email_1": "ann@example.com",
            "city": "New York",
            "postal_code": "00501",
            "extra": '{"Pets":"2"}',
            "problems": '[{"field": "postal_code", "raw": "501", "code": "zero_padded"}]',
        }
    ]
    assert (result.found, result.invalid.num_rows, result.rejected.num_rows) == (1, 0, 0)


PLACES = ("address_1", "state", "postal_code", "country")


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        # no country: that of the account
        (("9 oak avenue", "florida", "501", None), ("9 OAK AVE", "FL", "00501", None)),
        (("9 oak avenue", "florida", "501", "usa"), ("9 OAK AVE", "FL", "00501", "US")),
        (("12 Bahnhofstr.", "ZH", "8001", "Switzerland"), ("12 Bahnhofstr.", "ZH", "8001", "CH")),
        (
            ("1 Rue de l'Église", "quebec", "g1r4p5", None),
            ("1 Rue de l'Église", "QC", "G1R 4P5", None),
        ),
        (
            ("10 Downing Street", None, "sw1a2aa", None),
            ("10 Downing Street", None, "SW1A 2AA", None),
        ),
        (("1 George St", "Victoria", "2000", "AU"), ("1 George St", "Victoria", "2000", "AU")),
    ],
)
def test_an_address_is_written_as_in_the_country_of_its_row(
    written: tuple[str | None, ...], clean: tuple[str | None, ...]
) -> None:
    at_home = ("1 elm street", "nevada", "89501", "US")
    plan = a_plan("generic", "email", *PLACES)
    people = [
        {"email": "ann@example.com", **dict(zip(PLACES, place, strict=True))}
        for place in (at_home, written)
    ]
    home, away = normalized(plan, people).contacts.select(PLACES).to_pylist()
    assert tuple(home.values()) == ("1 ELM ST", "NV", "89501", "US")
    assert tuple(away.values()) == clean


def test_a_value_that_cannot_be_read_is_noted_and_the_row_goes_on() -> None:
    result = normalized(LIST, [{"email": "ann@example.com", "phone_1": "call me"}])
    (contact,) = result.contacts.to_pylist()
    assert (contact["contact_email"], contact["phone_e164"]) == ("ann@example.com", None)
    (problem,) = json.loads(contact["problems"])
    assert (problem["field"], problem["raw"]) == ("phone_1", "call me")
    assert problem["code"]


def test_every_row_ends_in_one_place_with_a_reason() -> None:
    result = normalized(LIST, [
        {"email": "ann@example.com"},
        {"city": "Reno"},
        {"full_name": "Bo Ek", "phone_1": "12"},
    ])  # fmt: skip
    assert result.contacts["original_lead_id"].to_pylist() == [2]
    assert result.rejected.to_pylist() == [
        {
            "row_number": 3,
            "code": "no_contact",
            "reason": "nobody stands in this row: its name, phone and email columns are empty",
        },
        {
            "row_number": 4,
            "code": "not_contactable",
            "reason": "no contact of this row can be called: no valid phone and no email",
        },
    ]
    assert filled(result.invalid) == [
        {
            "original_lead_id": 4,
            "contact_number": 1,
            "contact_role": "contact",
            "code": "no_valid_phone",
            "reason": "no valid phone and no email",
            "contact_name": "Bo Ek",
            "phone": "12",
        }
    ]
    assert result.found == 2


EXPORT = a_plan(
    "property_export",
    "contact_1_name", "contact_1_email_1", "contact_1_phone_1", "contact_1_phone_1_dnc",
    "contact_1_phone_2", "contact_1_phone_2_litigator", "contact_2_name", "contact_2_email_1",
    "mls_curr_list_agent_name", "mls_curr_list_agent_phone", "mls_curr_list_agent_email",
    "property_city", "owner_first_name",
)  # fmt: skip


def test_a_wide_row_becomes_a_contact_for_each_person_and_the_agent() -> None:
    result = normalized(EXPORT, [
        {
            "contact_1_name": "Ann Lee", "contact_1_email_1": "ann@example.com",
            "contact_1_phone_1": "2025550101", "contact_1_phone_1_dnc": "True",
            "contact_1_phone_2": "2025550102", "contact_1_phone_2_litigator": "True",
            "contact_2_name": "Bo Lee",
            "mls_curr_list_agent_name": "Cy Roe", "mls_curr_list_agent_phone": "2025550103",
            "mls_curr_list_agent_email": "cy@example.com",
            "property_city": "RENO", "owner_first_name": "ANN",
        },
    ])  # fmt: skip
    columns = ["contact_number", "contact_role", "contact_name", "contact_email", "phone_e164",
               "contact_phone_1_dnc", "contact_phone_2", "contact_phone_2_litigator",
               "property_city", "owner_first_name"]  # fmt: skip
    assert filled(result.contacts.select(columns)) == [
        {
            "contact_number": 1,
            "contact_role": "contact_1",
            "contact_name": "Ann Lee",
            "contact_email": "ann@example.com",
            "phone_e164": "+12025550101",
            "contact_phone_1_dnc": True,
            "contact_phone_2": "+12025550102",
            "contact_phone_2_litigator": True,
            "property_city": "Reno",
            "owner_first_name": "Ann",
        },
        {
            "contact_number": 3,
            "contact_role": "listing_agent",
            "contact_name": "Cy Roe",
            "contact_email": "cy@example.com",
            "phone_e164": "+12025550103",
            "property_city": "Reno",
            "owner_first_name": "Ann",
        },
    ]
    assert filled(result.invalid.select(["contact_role", "code", "contact_name"])) == [
        {"contact_role": "contact_2", "code": "no_email", "contact_name": "Bo Lee"}
    ]
    assert (result.found, result.rejected.num_rows) == (3, 0)


def test_contacts_stand_in_the_order_of_the_rows_then_of_the_groups() -> None:
    both: Row = {"contact_1_name": "A", "contact_1_email_1": "a@example.com",
            "contact_2_name": "B", "contact_2_email_1": "b@example.com"}  # fmt: skip
    result = normalized(EXPORT, [both, both])
    order = zip(result.contacts["original_lead_id"].to_pylist(),
                result.contacts["contact_number"].to_pylist(), strict=True)  # fmt: skip
    assert list(order) == [(2, 1), (2, 2), (3, 1), (3, 2)]


def test_an_owner_without_a_contact_is_nobody_to_call() -> None:
    result = normalized(EXPORT, [{"owner_first_name": "Ann", "property_city": "Reno"}])
    assert [row["code"] for row in result.rejected.to_pylist()] == ["no_contact"]
    assert result.found == 0


def test_the_columns_are_those_of_the_plan() -> None:
    for plan in (LIST, EXPORT, a_plan("generic", "city")):
        names = [column.name for column in normalized_columns(plan)]
        assert normalized(plan, [{"city": "Reno"}]).contacts.column_names == names
        assert normalized(plan, []).contacts.column_names == names


def test_a_file_without_any_column_of_a_person_has_no_contact_in_any_row() -> None:
    result = normalized(a_plan("generic", "city"), [{"city": "Reno"}, {"city": "Elko"}])
    assert result.rejected["code"].to_pylist() == ["no_contact", "no_contact"]
    assert (result.found, result.contacts.num_rows, result.invalid.num_rows) == (0, 0, 0)


CELL = st.sampled_from(
    [None, "", "N/A", "Ann Lee", "ann@example.com", "2025550123", "12", "x@", "True"]
)


@given(st.data(), st.sampled_from([LIST, EXPORT]))
def test_the_law_of_sums_holds_for_any_rows(data: st.DataObject, plan: Plan) -> None:
    row = st.fixed_dictionaries(dict.fromkeys(sorted(plan.mapped), CELL))
    rows = data.draw(st.lists(row, max_size=6))
    result = normalized(plan, rows)
    with_contacts = set(result.contacts["original_lead_id"].to_pylist())
    rejected = result.rejected["row_number"].to_pylist()
    assert sorted([*with_contacts, *rejected]) == list(range(2, len(rows) + 2))
    assert result.found == result.contacts.num_rows + result.invalid.num_rows
    assert None not in result.rejected["reason"].to_pylist()
    assert None not in result.invalid["reason"].to_pylist()
