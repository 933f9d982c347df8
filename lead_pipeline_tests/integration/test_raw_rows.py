"""The original row stays whole: the record that an API sent, and a row of a file by its number."""

import json
from pathlib import Path
from typing import Any

import pytest

from lead_pipeline.errors import OperatorError
from lead_pipeline.explain import raw_row
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.people import imported
from lead_pipeline_tests.integration.steps import run_steps

RECORD = (
    '{ "Email":"ann@example.com", "answers": [{"name": "roof", "values": ["new", 1.0, 1]}, []],'
    ' "score": 7.50, "huge": 1e400, "small": -2.5E-3, "id": 12345678901234567890, "ok": true,'
    ' "none": null, "empty": "", "nested": {"a": {"b": "é \\u00e9 \\ud83d\\ude00"}} }'
)


def import_records(site: Site, *records: str) -> Import:
    return run_steps(site, drop(site, "Api/1.ndjson", "\n".join(records).encode()))


def payloads(site: Site, table: str = "leads_master") -> list[str]:
    return [row["sent"] for row in rows(site, f"SELECT raw_payload::text AS sent FROM {table}")]


def as_jsonb(site: Site, text: str) -> str:
    (row,) = rows(site, "SELECT %s::jsonb::text AS sent", text)
    return str(row["sent"])


def test_a_record_of_an_api_stays_with_the_lead_as_it_was_sent(site: Site) -> None:
    import_ = import_records(site, RECORD)

    assert payloads(site) == [as_jsonb(site, RECORD)]
    assert payloads(site, f"archive.{import_.archive_table}") == [as_jsonb(site, RECORD)]


def test_records_keep_to_their_own_rows_beside_rejected_and_blank_ones(site: Site) -> None:
    people = ['{"Email": "ann@example.com", "n": 1}', '{"Email": "bo@example.com", "n": 1.0}']
    import_ = import_records(site, "{}", people[0], "no json", '{"n": 3}', people[1])

    assert sorted(payloads(site)) == sorted(as_jsonb(site, one) for one in people)
    assert (import_.rows_blank, import_.rows_rejected) == (1, 2)


def test_a_later_sighting_keeps_its_record_too(site: Site) -> None:
    imported(site, "Acme/list.csv", {"mail": "ann@example.com"})
    import_records(site, RECORD)

    (row,) = rows(site, "SELECT raw_payload::text AS sent FROM lead_sources_history")
    assert row["sent"] == as_jsonb(site, RECORD)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(r'"a\u0000b"', "ab"), (r'{"\u0000k": "\udc00"}', {"k": "\ufffd" * 3}),
     ("[NaN, 1]", ["NaN", 1]), ("1e200000", "1e200000"), ("-Infinity", "-Infinity"),
     ("[" * 900 + "]" * 900, None)],
)  # fmt: skip
def test_what_the_database_cannot_hold_does_not_fail_the_import(
    site: Site, sent: str, kept: Any
) -> None:
    import_records(site, f'{{"Email": "ann@example.com", "x": {sent}}}')

    (payload,) = payloads(site)
    assert json.loads(payload)["x"] == (kept or json.loads(sent))


def test_a_file_that_no_api_sent_has_no_payload(site: Site) -> None:
    imported(site, "Acme/list.csv", {"mail": "ann@example.com"})

    assert payloads(site) == [None]


def test_the_dry_run_of_records_shows_their_cells_and_counts_as_the_import(
    site: Site, command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "1.ndjson"
    path.write_text(RECORD + "\nno json\n")
    (shown,) = command("preview", path, "--json").documents

    assert shown["counts"]["rows"] == {"contacts": 1, "rejected": 1, "blank": 0}
    assert shown["rows"][0]["cells"][1] == '[{"name":"roof","values":["new",1.0,1]},[]]'


def test_a_lead_gives_the_row_that_it_was_made_of(site: Site) -> None:
    content = b"Name,Note,Note,Email\nAnn,,,\nBo LEE, as is ,,Bo@Example.com\n"
    run_steps(site, drop(site, "Acme/list.csv", content))
    (lead,) = rows(site, "SELECT import_id, row_number FROM leads_master")

    assert raw_row(site, lead["import_id"], lead["row_number"]) == [
        ("Name", "Bo LEE"), ("Note", " as is "), ("Note", None), ("Email", "Bo@Example.com"),
    ]  # fmt: skip


def test_why_a_row_is_not_to_be_had_is_said(site: Site) -> None:
    import_ = imported(site, "Acme/list.csv", {"mail": "ann@example.com"})
    with pytest.raises(OperatorError, match=r"row 9 of import 1 .* has no such row"):
        raw_row(site, import_.import_id, 9)
    (Path(site.settings.bucket_url) / "Acme" / "list.csv").unlink()
    with pytest.raises(OperatorError, match="the object is gone from the bucket"):
        raw_row(site, import_.import_id, 2)
