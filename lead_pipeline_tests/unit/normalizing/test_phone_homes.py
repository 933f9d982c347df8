"""In whose numbering plan a phone is read that has no country code of its own."""

import json
from typing import Any

import pyarrow as pa
import pytest

from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.normalizing.phone_homes import region_of_header
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.normalizing.rows import normalize_rows

# A name beside it, so that a row without a valid phone has its contact all the same.
MAIL = {"email": "ann@example.com"}


def contact(
    row: dict[str, str], region: str = "US", codes: dict[str, str] | None = None
) -> dict[str, Any]:
    """What becomes of a row, below one that says nothing of its country."""
    row = MAIL | row
    plan = Plan(
        profiles()["generic"], frozenset(row), region=region, zone="UTC", phone_codes=codes or {}
    )
    columns = {n: pa.array([MAIL.get(n), text], pa.string()) for n, text in row.items()}
    contacts = normalize_rows(columns, pa.array([2, 3], pa.int64()), plan).contacts
    made: dict[str, Any] = contacts.to_pylist()[1]
    return made


def problems(made: dict[str, Any]) -> list[dict[str, str]]:
    return [one for one in json.loads(made["problems"] or "[]") if one["field"].startswith("phone")]


@pytest.mark.parametrize(
    ("row", "e164"),
    [
        # a calling code of the row
        ({"phone_country_code": "49", "phone_1": "1512 3456789"}, "+4915123456789"),
        ({"phone_country_code": "+49", "phone_1": "01512 3456789"}, "+4915123456789"),
        ({"phone_country_code": "0049", "phone_1": "1512 3456789"}, "+4915123456789"),
        ({"phone_country_code": "DE", "phone_1": "1512 3456789"}, "+4915123456789"),
        ({"phone_country_code": "Germany (+49)", "phone_1": "1512 3456789"}, "+4915123456789"),
        ({"phone_country_code": "49.0", "phone_1": "1512 3456789"}, "+4915123456789"),
        ({"country_code": "49", "phone_1": "1512 3456789"}, "+4915123456789"),
        ({"phone_country_code": "1", "country": "Germany", "phone_1": "1512 3456789"},
         "+15123456789"),
        ({"phone_country_code": "91", "phone_1": "9876543210"}, "+919876543210"),
        # a country code of the row
        ({"country_code": "DE", "phone_1": "1512 3456789"}, "+4915123456789"),
        ({"country_code": "IN", "phone_1": "9876543210"}, "+919876543210"),
        # the row's country, where the number is valid there and not here
        ({"country": "DE", "city": "Berlin", "phone_1": "030 2312500"}, "+49302312500"),
        ({"country": "Germany", "phone_1": "030/2312500"}, "+49302312500"),
        ({"country": "United Kingdom", "phone_1": "447400123456"}, "+447400123456"),
        ({"country": "UK", "phone_1": "07400 123456"}, "+447400123456"),
        ({"country": "Spain", "phone_1": "202-555-0123"}, "+12025550123"),
        # with a country code of its own a number is the same everywhere
        ({"phone_country_code": "49", "phone_1": "+1 202 555 0123"}, "+12025550123"),
        ({"country": "Germany", "phone_1": "+44 7400 123456"}, "+447400123456"),
        # no other country is said
        ({"country": "USA", "phone_1": "202-555-0123"}, "+12025550123"),
        ({"country": "Canada", "phone_1": "604-555-0123"}, "+16045550123"),
        ({"country": "Nowhere", "phone_1": "202-555-0123"}, "+12025550123"),
        ({"country": "Antarctica", "phone_1": "202-555-0123"}, "+12025550123"),
    ],
)  # fmt: skip
def test_a_phone_is_of_the_country_that_its_row_says(row: dict[str, str], e164: str) -> None:
    made = contact(row)
    assert made["phone_e164"] == e164
    assert made["phones"] == f'{{"{e164}"}}'
    assert made["phone_number_normalized"] == e164[1:][-10:]
    assert problems(made) == []


def test_what_is_valid_here_and_there_is_read_as_here_and_marked() -> None:
    made = contact({"country": "India", "phone_1": "6505550123"})
    assert made["phone_e164"] == "+16505550123"
    assert problems(made) == [
        {"field": "phone_1", "raw": "6505550123", "code": "ambiguous_region",
         "suggestion": "+916505550123"},
    ]  # fmt: skip


def test_a_number_that_is_not_of_the_country_of_its_row_is_told() -> None:
    """A calling code speaks of the number itself, a country code maybe of the address only."""
    note = {"field": "phone_1", "raw": "202-555-0123", "code": "not_of_its_country"}
    made = contact({"country_code": "FR", "phone_1": "202-555-0123"})
    assert made["phone_e164"] == "+12025550123"
    assert problems(made) == [note]
    made = contact({"phone_country_code": "33", "phone_1": "202-555-0123"})
    assert (made["phone_e164"], made["phones"]) == (None, None)
    assert problems(made) == [note | {"suggestion": "+12025550123"}]


def test_each_phone_of_a_row_is_looked_at_by_itself() -> None:
    made = contact({"country": "Germany", "phone_1": "030 2312500", "phone_2": "202-555-0123"})
    assert (made["contact_phone_1"], made["contact_phone_2"]) == ("+49302312500", "+12025550123")


@pytest.mark.parametrize(
    "written", ["09876543210", "9876543210", "+919876543210", "0091 9876543210"]
)
def test_in_a_file_of_another_region_its_way_to_dial_is_known(written: str) -> None:
    assert contact({"phone_1": written}, region="IN")["phone_e164"] == "+919876543210"


@pytest.mark.parametrize(
    ("header", "region"),
    [
        ("Phone (+49)", "DE"),
        ("+91 Mobile", "IN"),
        ("Mobile +44", "GB"),
        ("Phone (+1)", "US"),
        ("Phone 1", None),
        ("Phone", None),
        ("Phone 49", None),
        ("Zip+4", None),
        ("Zip +4", None),
    ],
)
def test_a_header_may_say_the_calling_code(header: str, region: str | None) -> None:
    assert region_of_header(header, "US") == region
    if region == "DE":
        made = contact({"phone_1": "1512 3456789"}, codes={"phone_1": region})
        assert made["phone_e164"] == "+4915123456789"
    assert region_of_header("Phone (+1)", "CA") == "CA"
