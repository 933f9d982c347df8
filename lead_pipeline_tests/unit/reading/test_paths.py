"""Nested records of ndjson: each value under its path, or under the name that stands beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

from lead_pipeline.imports.preview import DryRun
from lead_pipeline.settings import read_settings
from lead_pipeline_tests.unit.reading.files import read


def rows(tmp_path: Path, *records: dict[str, Any]) -> list[dict[str, str]]:
    found = read(tmp_path, "".join(json.dumps(record) + "\n" for record in records))
    header = found.layout.header
    return [
        {name: cell for name, cell in zip(header, row, strict=True) if cell is not None}
        for row in found.rows.values()
    ]


@pytest.mark.parametrize(
    ("record", "row"),
    [
        (
            {"id": 7, "contact": {"email": "a@example.com", "address": {"city": "Reno"}}},
            {"id": "7", "contact.email": "a@example.com", "contact.address.city": "Reno"},
        ),
        (
            {"id": "7", "phones": [{"type": "home", "number": 2025550101}, {"number": "1.50"}]},
            {"id": "7", "phones[1].type": "home", "phones[1].number": "2025550101",
             "phones[2].number": "1.50"},
        ),
        (
            {"id": "7", "emails": ["a@example.com", "b@example.com"], "ok": True, "no": None},
            {"id": "7", "emails": "a@example.com; b@example.com", "ok": "true"},
        ),
        (
            {"id": "7", "field_data": [{"name": "email", "values": ["a@example.com"]},
                                       {"name": "city", "values": ["Reno", "Elko"]}]},
            {"id": "7", "email": "a@example.com", "city": "Reno; Elko"},
        ),
        (
            {"lead_id": "7", "user_column_data": [
                {"column_id": "EMAIL", "column_name": "Mail", "string_value": "a@example.com"}]},
            {"lead_id": "7", "EMAIL": "a@example.com"},
        ),
        (
            {"email": "x@example.com", "field_data": [{"name": "email", "value": "a@example.com"}]},
            {"email": "x@example.com", "field_data.email": "a@example.com"},
        ),
        (
            {"data": {"lead": {"email": "a@example.com", "city": "Reno"}}},
            {"email": "a@example.com", "city": "Reno"},
        ),
        (
            {"id": "7", "odd": ["a", {"b": 1.50}], "nothing": [], "none": {}, "numbers": [1, 2]},
            {"id": "7", "odd": '["a",{"b":1.5}]', "numbers": "1; 2"},
        ),
    ],
)  # fmt: skip
def test_a_nested_record_is_read_by_path(
    tmp_path: Path, record: dict[str, Any], row: dict[str, str]
) -> None:
    assert rows(tmp_path, record) == [row]


def test_records_of_other_members_have_the_columns_of_all(tmp_path: Path) -> None:
    found = rows(tmp_path, {"id": 1, "a": {"b": 2}}, {"id": 2, "a": {"c": 3}})
    assert found == [{"id": "1", "a.b": "2"}, {"id": "2", "a.c": "3"}]


def test_members_that_are_values_themselves_stay_together(tmp_path: Path) -> None:
    """An object by id would make as many columns as there are ids."""
    found = rows(tmp_path, *({"id": i, "by": {f"k{i}": 1}} for i in range(2001)))
    assert found[5] == {"id": "5", "by": '{"k5":1}'}


def test_the_person_of_a_nested_record_is_found(tmp_path: Path) -> None:
    record = {
        "id": "7",
        "contact": {"name": "Ann Dow", "emails": ["ann@example.com"]},
        "phones": [{"type": "mobile", "number": "202-555-0101"}, {"number": "202-555-0102"}],
    }
    path = tmp_path / "leads.ndjson"
    path.write_text(json.dumps(record) + "\n")
    run = DryRun(path, read_settings({"LEADS_HOME": str(tmp_path / "home")}))
    lead = next(iter(run.rows(None)))["contacts"][0]["lead"]
    assert (lead["full_name"], lead["email"]) == ("Ann Dow", "ann@example.com")
    assert (lead["phone_e164"], lead["contact_phone_2"]) == ("+12025550101", "+12025550102")
